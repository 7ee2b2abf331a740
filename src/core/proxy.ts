import type { Config } from './config.ts'
import { AppError } from './errors.ts'

/** Where a connection goes to, as a URL has it: lower case, an IPv6 address in brackets. */
export interface ProxyTarget {
  readonly host: string
  readonly port: number
}

/**
 * The URL of the HTTP proxy for a target, with the user and password it was given, or undefined where
 * the connection is direct: no proxy is configured, NO_PROXY names the target, or the target is this
 * very machine and the proxy is that of the environment, which is meant for the world outside (as in
 * Go's `net/http`). Throws an `initialise` fault for a proxy that is not
 * `[http://|https://][user:password@]host[:port]`.
 */
export function chooseProxy(config: Config, target: ProxyTarget): string | undefined {
  const { proxyUrl, proxyOrigin, noProxy } = config
  if (proxyUrl === '' || bypassesProxy(noProxy, target)) return undefined
  if (proxyOrigin === 'environment' && isLoopback(target.host)) return undefined
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(proxyUrl) ? proxyUrl : `http://${proxyUrl}`
  if (/^https?:/i.test(address) && URL.canParse(address)) return new URL(address).href
  throw new AppError('initialise', 'The proxy is not well-formed', {
    hint: 'proxyUrl, HTTPS_PROXY or HTTP_PROXY must be [http://|https://][user:password@]host[:port]; special characters in the password are written as %XX.',
  })
}

/** `localhost`, 127.0.0.0/8, `::1`, and 127.0.0.0/8 as IPv6 writes it. */
function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    holds('127.0.0.0/8', host) ||
    /^\[::(1|ffff:7f[\da-f]{2}:.*)\]$/.test(host)
  )
}

/**
 * Whether a list like NO_PROXY names the target: `*`, a host, a domain (`example.com`, with or without
 * `.` or `*.` before it, names its hosts too), an IPv4 network (`10.0.0.0/8`), each but a network with an
 * optional port.
 */
function bypassesProxy(noProxy: string, { host, port }: ProxyTarget): boolean {
  return noProxy.split(/[\s,]+/).some((entry) => {
    if (isNetwork(entry)) return holds(entry, host)
    const [, name = entry, entryPort] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? []
    return names(name, host) && (entryPort === undefined || Number(entryPort) === port)
  })
}

function names(entry: string, host: string): boolean {
  const name = entry.toLowerCase().replace(/^\*?\./, '')
  return (
    name !== '' && (name === '*' || [name, `[${name}]`].includes(host) || host.endsWith(`.${name}`))
  )
}

function isNetwork(entry: string): boolean {
  return /^\d+(\.\d+){3}\/\d+$/.test(entry)
}

function holds(network: string, host: string): boolean {
  const [address = '', bits = ''] = network.split('/')
  if (!/^\d+(\.\d+){3}$/.test(host) || Number(bits) > 32) return false
  const blockSize = 2 ** (32 - Number(bits))
  return Math.floor(toNumber(address) / blockSize) === Math.floor(toNumber(host) / blockSize)
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0)
}
