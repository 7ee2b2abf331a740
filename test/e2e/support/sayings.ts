import { createHash } from 'node:crypto'
import { CRC_OF_NOTHING, type CrcKind } from '../../../src/core/crc.ts'
import { continueFastCrc } from '../../../src/transfer/fast-crc.ts'
import { md5Of, type ByteSource } from '../../support/test-bytes.ts'
import type { BenchObject } from './bench.ts'

/** What a store says of an object's bytes. */
export type Saying = Pick<BenchObject, 'etag' | 'headers'>

/** Ways for a store to say what the bytes are, by the name that the log has for each. */
export const SAYINGS: readonly (readonly [name: string, say: (body: ByteSource) => Saying])[] = [
  ['crc64ecma', (body) => said('x-obs-hash-crc64ecma', String(crc('crc64ecma', body)))],
  ...(['crc32', 'crc32c'] as const).map(
    (kind) => [kind, (body: ByteSource) => amazon(kind, hex(crc(kind, body), 8))] as const,
  ),
  [
    'crc64nvme',
    (body) => {
      const { headers } = amazon('crc64nvme', hex(crc('crc64nvme', body), 16))
      return { headers: { ...headers, 'x-amz-checksum-type': 'FULL_OBJECT' } }
    },
  ],
  ...['sha1', 'sha256'].map(
    (kind) => [kind, (body: ByteSource) => amazon(kind, hash(kind, body))] as const,
  ),
  ['etag-md5', (body) => ({ etag: `"${md5Of(body)}"` })],
]

/** One header. */
export function said(name: string, value: string): Saying {
  return { headers: { [name]: value } }
}

/** A checksum in hex as S3 sends it. */
export function amazon(kind: string, digest: string) {
  const headers: Record<string, string> = {
    [`x-amz-checksum-${kind}`]: Buffer.from(digest, 'hex').toString('base64'),
  }
  return { headers }
}

/** The CRC of an object. */
export function crc(kind: CrcKind, body: ByteSource): bigint {
  return continueFastCrc(kind, CRC_OF_NOTHING, body.read({ start: 0, end: body.sizeBytes }))
}

/** A number in hex, with zeros in front. */
export function hex(value: bigint, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** Hex hash of an object, by OpenSSL's name for it. */
export function hash(kind: string, body: ByteSource): string {
  return createHash(kind)
    .update(body.read({ start: 0, end: body.sizeBytes }))
    .digest('hex')
}

/** A fault that makes one byte of a body another one. */
export function corruptAt(at: number) {
  return { body: { kind: 'corrupt', at, byteCount: 1 } } as const
}
