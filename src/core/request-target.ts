import type { Endpoint } from './endpoint.ts'
import type { ObjectSource } from './item.ts'

/** Where a request for an object goes. */
export interface RequestTarget {
  /** To connect to; an IPv6 address without brackets. */
  readonly hostname: string
  readonly port: number
  /** The Host header: with the port, where it is not the scheme's own. */
  readonly host: string
  /** Percent-encoded, from the slash. */
  readonly path: string
}

/**
 * The address of an object: the bucket as the first label of the host's name, or, for an endpoint
 * without names below it and a bucket that is none, as the first segment of the path. A bucket with
 * a dot matches no wildcard certificate, so over https it goes into the path, too.
 */
export function requestTarget(endpoint: Endpoint, source: ObjectSource): RequestTarget {
  const { url, host, port, style } = endpoint
  const isSecure = url.startsWith('https:')
  const isNamed = style === 'virtual' && isHostLabel(source.bucket, isSecure)
  const hostname = isNamed ? `${source.bucket}.${host}` : host
  const key = encodeKey(source.key)
  return {
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    host: port === (isSecure ? 443 : 80) ? hostname : `${hostname}:${port}`,
    path: isNamed ? `/${key}` : `/${encodeSegment(source.bucket)}/${key}`,
  }
}

/** A query value, or a segment of a path, as AWS Signature Version 4 wants it (RFC 3986, 2.3). */
export function encodeSegment(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function encodeKey(key: string): string {
  if (UNRESERVED.test(key)) return key
  return key.split('/').map(encodeSegment).join('/')
}

/** Most keys are made of what stands for itself. */
const UNRESERVED = /^[\w.~/-]*$/

/** Three to 63 small letters, digits and hyphens, as the naming rules for buckets have it. */
function isHostLabel(bucket: string, isSecure: boolean): boolean {
  const labels = isSecure ? [bucket] : bucket.split('.')
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(bucket)
  return (
    bucket.length >= 3 &&
    bucket.length <= 63 &&
    !isAddress &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(label))
  )
}
