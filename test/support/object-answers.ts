import type { ByteRange } from '../../src/core/byte-range.ts'
import type { CannedAnswer, Fault } from './fault-scripts.ts'
import type { LoggedRequest } from './request-log.ts'
import { literal, slice, type ByteSource } from './test-bytes.ts'
import type { Shelf, StoredObject } from './test-objects.ts'

/** A whole HTTP answer, ready to be sent. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ByteSource
}

/** What an honest S3 would answer, but for the conditions that the fault ignores. */
export function answerFromShelf(request: LoggedRequest, shelf: Shelf, fault: Fault): Answer {
  if (request.key === '') return answerBucket(request, shelf)
  const found = shelf.find(request)
  switch (found.kind) {
    case 'no-bucket':
      return answerError(request, NO_SUCH_BUCKET)
    case 'no-key':
      return answerError(request, NO_SUCH_KEY)
    case 'no-version':
      return answerError(request, NO_SUCH_VERSION)
    case 'object':
      return answerObject(request, found.object, fault.ignore ?? [])
  }
}

/** The error document of S3's manual page "Error Responses"; none for HEAD, which has no body. */
export function answerError(request: LoggedRequest, error: CannedAnswer): Answer {
  const document = [
    '<?xml version="1.0" encoding="UTF-8"?>\n<Error>',
    `<Code>${escapeXml(error.code ?? '')}</Code>`,
    `<Message>${escapeXml(error.message ?? '')}</Message>`,
    `<Resource>${escapeXml(`/${request.bucket}/${request.key}`)}</Resource>`,
    `<RequestId>${requestIdOf(request)}</RequestId></Error>`,
  ].join('')
  const hasDocument = error.code !== undefined && error.body === undefined
  return {
    status: error.status,
    headers: { 'Content-Type': 'application/xml', ...error.headers },
    body: literal(request.method === 'HEAD' ? '' : hasDocument ? document : (error.body ?? '')),
  }
}

/** The id that the client sees of a request. */
export function requestIdOf(request: LoggedRequest): string {
  return `REQ${String(request.id).padStart(9, '0')}`
}

function answerBucket(request: LoggedRequest, shelf: Shelf): Answer {
  if (request.method !== 'HEAD' || request.bucket === '') {
    return answerError(request, METHOD_NOT_ALLOWED)
  }
  if (!shelf.hasBucket(request.bucket)) return answerError(request, NO_SUCH_BUCKET)
  return { status: 200, headers: {}, body: literal('') }
}

function answerObject(
  request: LoggedRequest,
  object: StoredObject,
  ignored: NonNullable<Fault['ignore']>,
): Answer {
  const { ifMatch, range } = request
  if (ifMatch !== undefined && !ignored.includes('if-match') && !isNamed(object.etag, ifMatch)) {
    return answerError(request, PRECONDITION_FAILED)
  }
  const size = object.body.sizeBytes
  const wanted = range === undefined || ignored.includes('range') ? 'all' : parseRange(range, size)
  if (wanted === 'none') {
    return answerError(request, {
      ...INVALID_RANGE,
      headers: { 'Content-Range': `bytes */${size}` },
    })
  }
  const headers = headersOf(object)
  if (wanted === 'all') return withBody(request, { status: 200, headers, body: object.body })
  const contentRange = `bytes ${wanted.start}-${wanted.end - 1}/${size}`
  return withBody(request, {
    status: 206,
    headers: { ...headers, 'Content-Range': contentRange },
    body: slice(object.body, wanted),
  })
}

function isNamed(etag: string, ifMatch: string): boolean {
  const tags = ifMatch.split(',').map(withoutQuotes)
  return tags.includes('*') || tags.includes(withoutQuotes(etag))
}

/** S3 takes an ETag with or without its quotes. */
function withoutQuotes(tag: string): string {
  return tag.trim().replaceAll('"', '')
}

/** RFC 9110, 14.2: a Range that cannot be read, or names several ranges, counts as not given. */
function parseRange(header: string, sizeBytes: number): ByteRange | 'all' | 'none' {
  const match = /^bytes=(?:(\d+)-(\d*)|-(\d+))$/.exec(header)
  if (match === null) return 'all'
  const [, first, last, suffixLength] = match
  if (suffixLength !== undefined) return within(sizeBytes - Number(suffixLength), sizeBytes)
  const lastByte = last === undefined || last === '' ? sizeBytes - 1 : Number(last)
  if (last !== '' && lastByte < Number(first)) return 'all'
  return within(Number(first), Math.min(sizeBytes, lastByte + 1))
}

function within(start: number, end: number): ByteRange | 'none' {
  const range = { start: Math.max(0, start), end }
  return range.start < range.end ? range : 'none'
}

function headersOf(object: StoredObject): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'binary/octet-stream',
    'Accept-Ranges': 'bytes',
    ETag: object.etag,
    'Last-Modified': object.lastModified.toUTCString(),
    ...(object.versionId === undefined ? {} : { 'x-amz-version-id': object.versionId }),
    ...object.headers,
  }
}

/** A HEAD says how long the body would be. */
function withBody(request: LoggedRequest, answer: Answer): Answer {
  if (request.method !== 'HEAD') return answer
  const length = String(answer.body.sizeBytes)
  return { ...answer, headers: { ...answer.headers, 'Content-Length': length }, body: literal('') }
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** What anything but GET and HEAD is told. */
export const METHOD_NOT_ALLOWED = {
  status: 405,
  code: 'MethodNotAllowed',
  message: 'The specified method is not allowed against this resource.',
}

const NO_SUCH_BUCKET: CannedAnswer = {
  status: 404,
  code: 'NoSuchBucket',
  message: 'The specified bucket does not exist.',
}

const NO_SUCH_KEY: CannedAnswer = {
  status: 404,
  code: 'NoSuchKey',
  message: 'The specified key does not exist.',
}

const NO_SUCH_VERSION: CannedAnswer = {
  status: 404,
  code: 'NoSuchVersion',
  message: 'The specified version does not exist.',
}

const PRECONDITION_FAILED: CannedAnswer = {
  status: 412,
  code: 'PreconditionFailed',
  message: 'At least one of the preconditions you specified did not hold.',
}

const INVALID_RANGE: CannedAnswer = {
  status: 416,
  code: 'InvalidRange',
  message: 'The requested range cannot be satisfied.',
}
