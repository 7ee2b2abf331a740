import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import aws4 from 'aws4'

/** An account that the server knows. */
export interface TestCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Where given, every request must carry and sign it. */
  readonly sessionToken?: string
}

/** A request as it came over the wire. */
export interface SignedRequest {
  readonly method: string
  /** Path and query exactly as received; a normalised one would hide what the client got wrong. */
  readonly target: string
  readonly headers: IncomingHttpHeaders
}

/** Why a request is turned away, in S3's words. */
export interface Refusal {
  readonly status: number
  readonly code: string
  readonly message: string
}

/**
 * Checks the Signature Version 4 of a GET or HEAD in its Authorization header, by the rules of the
 * S3 manual page "Authenticating Requests": S3 signs the path as it stands, without normalising it.
 * `nowMs` is the server's time; 15 minutes either way are allowed. The signature is made again by
 * `aws4`, which shares no code with the client under test. Undefined means that all is well.
 */
export function findSignatureFault(
  request: SignedRequest,
  credentials: TestCredentials,
  nowMs: number,
): Refusal | undefined {
  const { authorization } = request.headers
  if (authorization === undefined) return refuse(403, 'AccessDenied', 'The request is not signed')
  const claim = parseAuthorization(authorization)
  if (claim === undefined) {
    return refuse(400, 'AuthorizationHeaderMalformed', `Cannot read "${authorization}"`)
  }
  if (claim.accessKeyId !== credentials.accessKeyId) {
    return refuse(403, 'InvalidAccessKeyId', `Access key ${claim.accessKeyId} is not known`)
  }
  return (
    findTokenFault(request.headers, credentials) ??
    findDateFault(request.headers, claim, nowMs) ??
    findPayloadFault(request.headers) ??
    findUnsignedHeader(request.headers, claim) ??
    compareSignatures(request, claim, credentials)
  )
}

interface Claim {
  readonly accessKeyId: string
  /** `yyyyMMdd` */
  readonly day: string
  readonly region: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

function parseAuthorization(header: string): Claim | undefined {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header,
    )
  if (match === null) return undefined
  const [, accessKeyId = '', day = '', region = '', names = '', signature = ''] = match
  return { accessKeyId, day, region, signedHeaders: names.split(';'), signature }
}

function findTokenFault(
  headers: IncomingHttpHeaders,
  credentials: TestCredentials,
): Refusal | undefined {
  if (headers['x-amz-security-token'] === credentials.sessionToken) return undefined
  return refuse(403, 'InvalidToken', 'The security token is missing, unexpected or wrong')
}

function findDateFault(
  headers: IncomingHttpHeaders,
  claim: Claim,
  nowMs: number,
): Refusal | undefined {
  const stamp = headers['x-amz-date']
  const atMs = typeof stamp === 'string' ? parseStamp(stamp) : Number.NaN
  if (Number.isNaN(atMs)) return refuse(403, 'AccessDenied', 'x-amz-date is missing or malformed')
  if (Math.abs(atMs - nowMs) > ALLOWED_SKEW_MS) {
    return refuse(403, 'RequestTimeTooSkewed', 'The clocks of client and server differ too much')
  }
  return String(stamp).startsWith(claim.day) ? undefined : mismatch('the scope names another day')
}

/** GET and HEAD have no body, so only the hash of nothing can be right. */
function findPayloadFault(headers: IncomingHttpHeaders): Refusal | undefined {
  if (headers['x-amz-content-sha256'] === SHA256_OF_NOTHING) return undefined
  return refuse(400, 'XAmzContentSHA256Mismatch', 'x-amz-content-sha256 is not that of the body')
}

/** S3 wants Host and every `x-amz-` header signed. */
function findUnsignedHeader(headers: IncomingHttpHeaders, claim: Claim): Refusal | undefined {
  const unsigned = ['host', ...Object.keys(headers)].find(
    (name) => (name === 'host' || name.startsWith('x-amz-')) && !claim.signedHeaders.includes(name),
  )
  if (unsigned !== undefined) return refuse(403, 'AccessDenied', `Header ${unsigned} is not signed`)
  const absent = claim.signedHeaders.find((name) => headers[name] === undefined)
  return absent === undefined ? undefined : mismatch(`signed header ${absent} did not arrive`)
}

function compareSignatures(
  request: SignedRequest,
  claim: Claim,
  credentials: TestCredentials,
): Refusal | undefined {
  const { accessKeyId, secretAccessKey } = credentials
  const names = claim.signedHeaders
  const toSign = {
    method: request.method,
    path: request.target,
    service: 's3',
    region: claim.region,
    headers: Object.fromEntries(names.map((name) => [name, request.headers[name]])),
    // By itself aws4 never signs Range and a few others.
    extraHeadersToInclude: Object.fromEntries(names.map((name) => [name, true])),
  }
  const signer = new aws4.RequestSigner(toSign, { accessKeyId, secretAccessKey })
  const canonical = signer.canonicalString()
  return signer.signature() === claim.signature ? undefined : mismatch(canonical)
}

const ALLOWED_SKEW_MS = 15 * 60_000
const SHA256_OF_NOTHING = createHash('sha256').digest('hex')

/** Milliseconds of `yyyyMMddTHHmmssZ`, or NaN. */
function parseStamp(stamp: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp)
  if (match === null) return Number.NaN
  const [, year, month, day, hour, minute, second] = match
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
}

function mismatch(detail: string): Refusal {
  return refuse(403, 'SignatureDoesNotMatch', `The signature does not match: ${detail}`)
}

function refuse(status: number, code: string, message: string): Refusal {
  return { status, code, message }
}
