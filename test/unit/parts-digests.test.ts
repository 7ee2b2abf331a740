import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { ByteRange } from '../../src/core/byte-range.ts'
import type { Check } from '../../src/core/checks.ts'
import { isCrc, type ChecksumKind } from '../../src/core/checksums.ts'
import type { TempFile } from '../../src/core/ports.ts'
import { startDigests } from '../../src/transfer/digests.ts'
import { createPartsDigests, startSums, sumOnDisk } from '../../src/transfer/parts-digests.ts'

const CRCS: readonly ChecksumKind[] = ['crc32', 'crc32c', 'crc64ecma', 'crc64nvme']
const HASHES: readonly ChecksumKind[] = ['md5', 'sha1', 'sha256']
const ALL = [...CRCS, ...HASHES]
const never = new AbortController().signal

describe('createPartsDigests()', () => {
  it('has the checksums of the whole, in whatever order the parts came', async () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 199 }), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 200, maxLength: 200 }), cuts, async (...args) => {
        const [bytes, borders] = args
        const ranges = cut(200, borders).map((range) => sumsOf(bytes, range))
        const file = { temp: fileOf(bytes), sizeBytes: 200, ranges }
        const digestOf = createPartsDigests(file, never)
        for (const kind of ALL) assert.equal(await digestOf(kind), digest(kind, bytes), kind)
      }),
      { numRuns: 30 },
    )
  })
  it('has those of an object without bytes', async () => {
    const file = { temp: fileOf(Buffer.alloc(0)), sizeBytes: 0, ranges: [] }
    const digestOf = createPartsDigests(file, never)
    for (const kind of ALL) assert.equal(await digestOf(kind), digest(kind, Buffer.alloc(0)))
  })
  it('reads the file for hashes only, and once for each', async () => {
    const bytes = Buffer.from('the bytes')
    const reads: string[] = []
    const temp = fileOf(bytes, () => reads.push('read'))
    const ranges = [sumsOf(bytes, { start: 0, end: 9 })]
    const digestOf = createPartsDigests({ temp, sizeBytes: 9, ranges }, never)
    for (const kind of CRCS) await digestOf(kind)
    assert.deepEqual(reads, [])
    await Promise.all([digestOf('md5'), digestOf('md5')])
    assert.deepEqual(reads, ['read'])
  })

  const untiled: readonly (readonly [what: string, ranges: readonly ByteRange[]])[] = [
    ['lack bytes in between', [span(0, 3), span(4, 9)]],
    ['begin too late', [span(1, 9)]],
    ['end too early', [span(0, 8)]],
    ['overlap', [span(0, 5), span(4, 9)]],
    ['are none', []],
  ]
  for (const [what, ranges] of untiled) {
    it(`throws where the parts ${what}`, () => {
      const bytes = Buffer.from('the bytes')
      const sums = ranges.map((one) => sumsOf(bytes, one))
      const file = { temp: fileOf(bytes), sizeBytes: 9, ranges: sums }
      assert.throws(() => createPartsDigests(file, never)('crc64ecma'), /the parts/)
    })
  }
})

describe('sumOnDisk()', () => {
  const checks = CRCS.map(checkOf)

  it('has what was summed when the bytes came', async () => {
    const bytes = Buffer.from('the bytes')
    const part = { part: 3, start: 2, end: 7 }
    const found = await sumOnDisk(part, {
      temp: fileOf(bytes),
      checks,
      summer: noSummer,
      signal: never,
    })
    assert.ok(found)
    const { crcOf, ...recorded } = found
    assert.deepEqual(recorded, { ...part, crc32: sumsOf(bytes, part).crc32 })
    for (const kind of CRCS.filter(isCrc)) {
      assert.equal(crcOf(kind), sumsOf(bytes, part).crcOf(kind), kind)
    }
  })
  it('has nothing where the file is shorter', async () => {
    const temp = fileOf(Buffer.from('short'))
    const part = { part: 1, start: 0, end: 6 }
    assert.equal(
      await sumOnDisk(part, { temp, checks, summer: noSummer, signal: never }),
      undefined,
    )
  })
})

/** Threads that cannot be had: what they should do is done here then. */
const noSummer = { sum: () => Promise.reject(new Error('no threads')) }

function span(start: number, end: number): ByteRange {
  return { start, end }
}

/** Ranges that tile so many bytes, the last one first. */
function cut(sizeBytes: number, borders: readonly number[]): ByteRange[] {
  const inOrder = [0, ...borders.toSorted((a, b) => a - b), sizeBytes]
  return inOrder
    .slice(1)
    .map((end, at) => span(inOrder[at] ?? 0, end))
    .toReversed()
}

it('what was added and could not be written counts nothing, when it comes again', () => {
  const bytes = Buffer.from('the bytes of a part')
  const whole = { part: 1, start: 0, end: bytes.length }
  const sums = startSums(whole, CRCS.map(checkOf))
  sums.add(bytes.subarray(0, 4))()
  sums.add(bytes.subarray(4, 9))
  sums.add(bytes.subarray(4))()
  const expected = sumsOf(bytes, whole)
  const got = sums.soFar()
  assert.deepEqual({ ...got, crcOf: undefined }, { ...expected, crcOf: undefined })
  for (const kind of CRCS.filter(isCrc)) assert.equal(got.crcOf(kind), expected.crcOf(kind))
})

function sumsOf(bytes: Uint8Array, { start, end }: ByteRange) {
  const sums = startSums({ part: 1, start, end }, CRCS.map(checkOf))
  sums.add(bytes.subarray(start, Math.floor((start + end) / 2)))()
  sums.add(bytes.subarray(Math.floor((start + end) / 2), end))()
  return sums.soFar()
}

function checkOf(kind: ChecksumKind): Check {
  return { name: kind, kind, remote: '' }
}

function digest(kind: ChecksumKind, bytes: Uint8Array): string {
  if (!isCrc(kind)) return createHash(kind).update(bytes).digest('hex')
  const digests = startDigests([kind])
  digests.update(bytes)
  return digests.hexOf(kind)
}

/** A temp file that can be read, and nothing else. */
function fileOf(bytes: Uint8Array, onRead: () => void = () => undefined): TempFile {
  return {
    path: '/temp',
    descriptor: -1,
    write: refuse,
    read({ start, end }, take) {
      onRead()
      const found = bytes.subarray(start, end)
      take(found)
      return Promise.resolve(found.length)
    },
    size: refuse,
    sync: refuse,
    publish: refuse,
    close: refuse,
    discard: refuse,
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('not a deed of this test'))
}
