import { AppError } from './errors.ts'

/** Where the store is and how its buckets are addressed. */
export interface Endpoint {
  /** `scheme://host[:port]`, without a slash at the end. */
  readonly url: string
  /** As a URL has it: lower case, an IPv6 address in brackets. */
  readonly host: string
  readonly port: number
  /** `path`: the bucket is the first segment; `virtual`: it is the first label of the host. */
  readonly style: 'path' | 'virtual'
  /** For the signature (AWS Signature Version 4). */
  readonly region: string
}

/**
 * Reads an endpoint: a host name or an IP address with an optional `http://` or `https://` (https
 * without) and an optional port. The region is that of a name like `obs.<region>.example.com`, else
 * the configured one, else the word `region`. Throws an `initialise` fault for anything else.
 */
export function parseEndpoint(text: string, configuredRegion = ''): Endpoint {
  const url = readUrl(text)
  const secure = url.protocol === 'https:'
  return {
    url: url.origin,
    host: url.hostname,
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    style: isAddress(url.hostname) ? 'path' : 'virtual',
    region: regionOf(url.hostname) ?? (configuredRegion || 'region'),
  }
}

function readUrl(text: string): URL {
  // A path, a query or a password would get lost without a word, so they are refused.
  const parts = /^(https?:\/\/)?([^/?#@\\\s]+)\/?$/i.exec(text)
  const address = `${parts?.[1] ?? 'https://'}${parts?.[2] ?? ''}`
  if (URL.canParse(address)) return new URL(address)
  const shown = text.replace(/^(.*\/\/)?.*@/, '$1****@')
  throw new AppError('initialise', `The endpoint [${shown}] is not well-formed`, {
    hint: 'It must be [http://|https://]host[:port], such as https://obs.eu-west-101.example.com',
  })
}

function isAddress(host: string): boolean {
  return host === 'localhost' || host.startsWith('[') || /^\d+(\.\d+){3}$/.test(host)
}

/** A short name without a hyphen (`obs.example.com`) is a domain, not a region. */
function regionOf(host: string): string | undefined {
  const [service, region = '', ...domain] = host.split('.')
  if (service !== 'obs' || domain.length === 0) return undefined
  return domain.length > 1 || region.includes('-') ? region : undefined
}
