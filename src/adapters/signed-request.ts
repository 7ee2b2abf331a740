import type { Keys } from '../core/credentials.ts'
import type { Endpoint } from '../core/endpoint.ts'
import { ItemError } from '../core/errors.ts'
import { encodeSegment, requestTarget, type RequestTarget } from '../core/request-target.ts'
import type { Header, RequestSigner } from './request-signer.ts'
import type { Asked } from './store-errors.ts'

export interface Question extends Asked {
  readonly method: 'GET' | 'HEAD'
  readonly ifMatch?: string | undefined
}

export interface SigningOptions {
  readonly endpoint: Endpoint
  readonly signer: RequestSigner
  readonly payer: 'owner' | 'requester'
  readonly userAgent: string
}

export interface SignedRequest {
  readonly target: RequestTarget
  readonly method: Question['method']
  /** With the query. */
  readonly path: string
  /** By their names in lower case; made when they are asked for, as a log alone does. */
  readonly headers: () => Readonly<Record<string, string>>
  /** Request line and headers, the empty line included (RFC 9112, 3). */
  readonly text: string
}

/** Makes the signed request for an object. Throws a `URIError` for a key that is not Unicode. */
export function signRequest(
  question: Question,
  keys: Keys,
  options: SigningOptions,
): SignedRequest {
  const { method, source } = question
  const target = requestTarget(options.endpoint, source)
  const { versionId } = source
  const search = versionId === undefined ? '' : `versionId=${encodeSegment(versionId)}`
  const headers = options.signer.sign(
    { method, path: target.path, search, headers: headersFor(question, target, options) },
    keys,
  )
  const path = search === '' ? target.path : `${target.path}?${search}`
  let text = `${method} ${path} HTTP/1.1\r\n`
  for (const [name, value] of headers) text += `${name}: ${value}\r\n`
  assertFit(headers)
  return {
    target,
    method,
    path,
    headers: () => Object.fromEntries(headers),
    text: `${text}\r\n`,
  }
}

function headersFor(
  { range, ifMatch }: Question,
  target: RequestTarget,
  { payer, userAgent }: SigningOptions,
): Header[] {
  const headers: Header[] = [
    ['host', target.host],
    ['user-agent', userAgent],
    // A body that came compressed would have neither the length nor the bytes of the object.
    ['accept-encoding', 'identity'],
  ]
  if (range !== undefined) headers.push(['range', `bytes=${range.start}-${range.end - 1}`])
  if (ifMatch !== undefined) headers.push(['if-match', ifMatch])
  if (payer === 'requester') headers.push(['x-amz-request-payer', 'requester'])
  return headers
}

const FIT = /^[\t\u0020-\u007E\u0080-\u00FF]*$/

/** A line break in a token would be another header. */
function assertFit(headers: readonly Header[]): void {
  let values = ''
  for (const [, value] of headers) values += value
  if (FIT.test(values)) return
  const [name] = headers.find(([, value]) => !FIT.test(value)) ?? []
  throw new ItemError(`The header [${name}] would have a character that HTTP does not allow`, {
    code: 'InvalidHeader',
  })
}
