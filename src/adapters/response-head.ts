import { rangeLength, type ByteRange } from '../core/byte-range.ts'
import { readChecksums } from '../core/checksums.ts'
import { ItemError } from '../core/errors.ts'
import type { ObjectHead } from '../core/ports.ts'

/** Status line and headers of an HTTP answer; header names in lower case. */
export interface RawHead {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

export function isRawHead(value: unknown): value is RawHead {
  return (
    typeof value === 'object' &&
    value !== null &&
    'statusCode' in value &&
    typeof value.statusCode === 'number' &&
    'headers' in value &&
    typeof value.headers === 'object'
  )
}

/** Reads the answer to a HEAD. Throws an `ItemError` where it lacks the size. */
export function readHeadHead(raw: RawHead): ObjectHead {
  return objectHead(raw, contentLength(raw), readChecksums(raw.headers))
}

/**
 * Reads the head of the answer to a GET: 200 with the whole object, or, where a range was asked
 * for, 206 with exactly that range (RFC 9110, 15.3.7). Throws an `ItemError` for anything else.
 */
export function readGetHead(
  raw: RawHead,
  range: ByteRange | undefined,
): { readonly head: ObjectHead; readonly lengthBytes: number } {
  const lengthBytes = contentLength(raw)
  const expected = range === undefined ? 200 : 206
  if (raw.statusCode !== expected) {
    throw wrongAnswer(
      raw,
      `Invalid status code to download ${range === undefined ? 'an object' : 'a part'}, expected [${expected}], actual [${raw.statusCode}]`,
    )
  }
  if (range === undefined) {
    return { head: objectHead(raw, lengthBytes, readChecksums(raw.headers)), lengthBytes }
  }

  const given = parseContentRange(raw.headers['content-range'])
  if (given?.start !== range.start || given.end !== range.end) {
    throw wrongAnswer(
      raw,
      `Asked for the bytes ${range.start}-${range.end - 1}, got [${raw.headers['content-range'] ?? 'no Content-Range'}]`,
    )
  }
  if (lengthBytes !== rangeLength(range)) {
    throw wrongAnswer(raw, `Asked for ${rangeLength(range)} bytes, the answer has ${lengthBytes}`)
  }
  return { head: objectHead(raw, given.sizeBytes, []), lengthBytes }
}

/** The store's id of the request, whichever name it goes by. */
export function requestIdOf(raw: RawHead): string {
  return raw.headers['x-obs-request-id'] ?? raw.headers['x-amz-request-id'] ?? ''
}

/** Retry-After as seconds or as a date (RFC 9110, 10.2.3), in milliseconds from now. */
export function retryAfterOf(raw: RawHead, nowMs: number): number | undefined {
  const text = raw.headers['retry-after']?.trim()
  if (text === undefined || text === '') return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs)
}

function objectHead(
  raw: RawHead,
  sizeBytes: number,
  checksums: ObjectHead['checksums'],
): ObjectHead {
  const { headers, statusCode } = raw
  const lastModifiedMs = Date.parse(headers['last-modified'] ?? '')
  return {
    sizeBytes,
    checksums,
    etag: headers['etag'] ?? '',
    lastModifiedMs: Number.isNaN(lastModifiedMs) ? 0 : lastModifiedMs,
    userMd5: headers['x-obs-meta-md5chksum'] ?? headers['x-amz-meta-md5chksum'],
    isArchived: isArchived(headers),
    status: statusCode,
    requestId: requestIdOf(raw),
  }
}

/** Storage classes of OBS and S3 whose objects cannot be read at once, by themselves. */
const ARCHIVES: ReadonlySet<string | undefined> = new Set(['COLD', 'GLACIER', 'DEEP_ARCHIVE'])

function isArchived(headers: RawHead['headers']): boolean {
  const storageClass = headers['x-obs-storage-class'] ?? headers['x-amz-storage-class']
  return ARCHIVES.has(storageClass) || headers['x-amz-archive-status'] !== undefined
}

function contentLength(raw: RawHead): number {
  const text = raw.headers['content-length'] ?? ''
  if (/^\d+$/.test(text)) return Number(text)
  throw wrongAnswer(raw, 'The answer does not say how long it is (no Content-Length)')
}

interface ContentRange extends ByteRange {
  readonly sizeBytes: number
}

function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(text ?? '')
  if (match === null) return undefined
  const [, first, last, size] = match
  return { start: Number(first), end: Number(last) + 1, sizeBytes: Number(size) }
}

/** Something on the way may have meddled with this one answer, so another try is worth it. */
function wrongAnswer(raw: RawHead, message: string): ItemError {
  return new ItemError(message, {
    code: 'InvalidResponse',
    retry: 'transient',
    status: raw.statusCode,
    requestId: requestIdOf(raw),
  })
}
