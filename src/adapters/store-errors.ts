import { STATUS_CODES } from 'node:http'
import type { ByteRange } from '../core/byte-range.ts'
import { ItemError, messageOf, systemCode, type Retry } from '../core/errors.ts'
import type { ObjectSource } from '../core/item.ts'
import { isRawHead, requestIdOf, retryAfterOf, type RawHead } from './response-head.ts'

export interface Asked {
  readonly source: ObjectSource
  readonly range?: ByteRange | undefined
}

/**
 * Turns what the SDK throws into an `ItemError`: the store's own code and message where its answer
 * has them, a name for the status where it has not (answers to HEAD have no body), and Node's code
 * where no answer came. Decides what may be tried again (SPEC 10).
 */
export function toItemError(error: unknown, asked: Asked): ItemError {
  if (error instanceof ItemError) return error
  const raw = answerOf(error)
  return raw === undefined ? networkError(error) : answeredError(error, raw, asked)
}

function answeredError(error: unknown, raw: RawHead, asked: Asked): ItemError {
  const status = raw.statusCode
  const requestId = requestIdOf(raw)
  const retry = retryOf(status, asked)
  if (status >= 300 && status < 400) return redirected(raw, error)
  if (status < 300) {
    return new ItemError(`The answer cannot be read: ${messageOf(error)}`, {
      code: 'InvalidResponse',
      retry: 'transient',
      status,
      requestId,
      cause: error,
    })
  }
  const said = isReadable(error) ? error : undefined
  return new ItemError(storeMessage(said, status), {
    code: storeCode(said, status),
    retry,
    status,
    requestId,
    retryAfterMs: retryAfterOf(raw, Date.now()),
    cause: error,
  })
}

/** Whether the store's error document could be read; else the SDK's error is about that. */
function isReadable(error: unknown): error is Error {
  return error instanceof Error && '$fault' in error
}

function retryOf(status: number, asked: Asked): Retry {
  if (status === 429 || status === 503) return 'throttled'
  if (status === 408 || status >= 500) return 'transient'
  if (status === 412) return 'changed'
  // The range was planned from the object's size: it is not that long any more.
  if (status === 416 && asked.range !== undefined) return 'changed'
  return 'never'
}

/** Followed, a redirect would carry the signature to somebody else (and be refused there). */
function redirected(raw: RawHead, cause: unknown): ItemError {
  const to = raw.headers['location'] ?? raw.headers['x-amz-bucket-region'] ?? 'another endpoint'
  return new ItemError(`The store redirects to [${to}]: set that endpoint in the configuration`, {
    code: 'Redirect',
    status: raw.statusCode,
    requestId: requestIdOf(raw),
    cause,
  })
}

/** Certificates that do not hold will not hold at the next try either. */
const hopeless = /^(CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_INVALID_|HOSTNAME_)/

function networkError(error: unknown): ItemError {
  const code = systemCode(error) || (error instanceof Error ? error.name : 'Error')
  if (code.startsWith('HPE_')) return notHttp(error)
  const cannotHelp = hopeless.test(code) || error instanceof TypeError || error instanceof URIError
  return new ItemError(describeNetworkError(error, code), {
    code,
    retry: cannotHelp ? 'never' : 'transient',
    cause: error,
  })
}

/** Node's parser has a name of its own for each way in which an answer is no HTTP. */
function notHttp(cause: unknown): ItemError {
  return new ItemError(`The answer is not HTTP: ${messageOf(cause)}`, {
    code: 'InvalidResponse',
    retry: 'transient',
    cause,
  })
}

function describeNetworkError(error: unknown, code: string): string {
  const text = messageOf(error)
  if (code === 'ECONNRESET') return 'The connection was closed before the answer was complete'
  if (code === 'ECONNREFUSED') return `The connection was refused: ${text}`
  if (code === 'ENOTFOUND') return `The endpoint's name cannot be found: ${text}`
  return text === '' ? code : text
}

/** The SDK attaches the raw answer to errors that came with one. */
function answerOf(error: unknown): RawHead | undefined {
  if (!(error instanceof Error) || !('$response' in error)) return undefined
  const response: unknown = error.$response
  return isRawHead(response) ? response : undefined
}

/** Names that the SDK makes up when an answer has no readable code of its own. */
const madeUp = new Set([
  '',
  'Error',
  'SyntaxError',
  'Unknown',
  'UnknownError',
  'S3ServiceException',
])

function storeCode(error: Error | undefined, status: number): string {
  const name = error?.name ?? ''
  if (!madeUp.has(name) && !/^\d+$/.test(name)) return name
  return (STATUS_CODES[status] ?? `HTTP${status}`).replaceAll(/[^A-Za-z0-9]/g, '')
}

function storeMessage(error: Error | undefined, status: number): string {
  const text = error?.message ?? ''
  if (text !== '' && !madeUp.has(text) && storeCode(error, status) !== text) return text
  return `The store answered ${status} ${STATUS_CODES[status] ?? ''}`.trimEnd()
}
