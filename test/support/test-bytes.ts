import assert from 'node:assert/strict'
import { createCipheriv, createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { rangeLength, type ByteRange } from '../../src/core/byte-range.ts'

/** Bytes that can be read from any place, whether or not they lie in memory. */
export interface ByteSource {
  readonly sizeBytes: number
  /** The bytes of the range, which must lie within the source. */
  read(range: ByteRange): Buffer
}

/** The given bytes, or the UTF-8 of the given text. */
export function literal(content: string | Uint8Array): ByteSource {
  const bytes = Buffer.from(content)
  return { sizeBytes: bytes.length, read: ({ start, end }) => bytes.subarray(start, end) }
}

/**
 * A large object that takes no memory: the key stream of AES-128 in counter mode, which is the same
 * for the same seed everywhere and can be entered at any byte.
 */
export function generated(sizeBytes: number, seed = 0): ByteSource {
  const key = createHash('sha256').update(`seed ${seed}`).digest().subarray(0, 16)
  return { sizeBytes, read: (range) => keyStream(key, range) }
}

/** The part of a source that the range names, counted from 0. */
export function slice(source: ByteSource, range: ByteRange): ByteSource {
  return {
    sizeBytes: rangeLength(range),
    read: ({ start, end }) => source.read({ start: range.start + start, end: range.start + end }),
  }
}

/** Hex SHA-256 of a source; of a part of it by way of `slice`. */
export function sha256Of(source: ByteSource): string {
  return hashOf(source, 'sha256')
}

/** Hex MD5 of a source, the way `md5chksum` wants it. */
export function md5Of(source: ByteSource): string {
  return hashOf(source, 'md5')
}

/** Ranges of at most `stepBytes` that tile the given one. */
export function* steps(range: ByteRange, stepBytes: number): Generator<ByteRange> {
  for (let start = range.start; start < range.end; start += stepBytes) {
    yield { start, end: Math.min(start + stepBytes, range.end) }
  }
}

/** Throws an AssertionError that says where a file on disk first differs from the source. */
export async function assertFileHolds(path: string, source: ByteSource): Promise<void> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    assert.equal(size, source.sizeBytes, `${path} is ${size} bytes long, not ${source.sizeBytes}`)
    for (const step of steps({ start: 0, end: size }, STEP_BYTES)) {
      const found = Buffer.alloc(rangeLength(step))
      await file.read(found, 0, found.length, step.start)
      const offset = firstDifference(found, source.read(step))
      assert.equal(offset, undefined, `${path} differs at byte ${step.start + (offset ?? 0)}`)
    }
  } finally {
    await file.close()
  }
}

/** Read at a time while hashing and comparing: large enough to be fast, small enough to be nothing. */
const STEP_BYTES = 1024 * 1024
const CIPHER_BLOCK_BYTES = 16

function keyStream(key: Buffer, range: ByteRange): Buffer {
  const block = Math.floor(range.start / CIPHER_BLOCK_BYTES)
  const lead = range.start - block * CIPHER_BLOCK_BYTES
  const counter = Buffer.alloc(CIPHER_BLOCK_BYTES)
  counter.writeBigUInt64BE(BigInt(block), CIPHER_BLOCK_BYTES - 8)
  const cipher = createCipheriv('aes-128-ctr', key, counter)
  return cipher.update(Buffer.alloc(lead + rangeLength(range))).subarray(lead)
}

function hashOf(source: ByteSource, algorithm: string): string {
  const hash = createHash(algorithm)
  for (const step of steps({ start: 0, end: source.sizeBytes }, STEP_BYTES)) {
    hash.update(source.read(step))
  }
  return hash.digest('hex')
}

function firstDifference(left: Buffer, right: Buffer): number | undefined {
  if (left.equals(right)) return undefined
  const offset = left.findIndex((byte, at) => byte !== right[at])
  return offset === -1 ? left.length : offset
}
