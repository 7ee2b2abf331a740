/** Part records and locks of any bytes at all: what is believed is possible, and the rest is not. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { lookAtLock } from '../../src/adapters/lock-file.ts'
import { createPartRecords } from '../../src/adapters/part-record-file.ts'
import {
  formatPartHeader,
  formatProvenRange,
  parsePartHeader,
  parseProvenRange,
  withoutOverlaps,
  type PartHeader,
} from '../../src/core/part-record.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { nastyText } from '../support/nasty-names.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const SIZE_BYTES = 1000
const HEADER: PartHeader = {
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  destination: '/d/k',
  sizeBytes: SIZE_BYTES,
  etag: '"e"',
  lastModifiedMs: 1,
  tempFile: '/d/.id.obs.temp',
  partSizeBytes: 10,
}

const json = fc.json({ maxDepth: 3 })
const numbers = fc.oneof(
  fc.integer({ min: -2, max: SIZE_BYTES + 2 }),
  fc.double(),
  fc.constant(null),
)
/** Lines of a record: sound, damaged in a place, of the right names with any values, or anything. */
const recordLine = fc.oneof(
  fc
    .tuple(fc.nat(SIZE_BYTES - 1), fc.integer({ min: 1, max: 300 }), fc.nat(2 ** 32 - 1))
    .map(([start, length, crc32]) =>
      formatProvenRange({ part: 1, start, end: Math.min(SIZE_BYTES, start + length), crc32 }),
    ),
  fc
    .record({ part: numbers, start: numbers, end: numbers, crc32: fc.oneof(fc.string(), numbers) })
    .map((fields) => JSON.stringify(fields)),
  fc
    .tuple(fc.constant(formatPartHeader(HEADER)), fc.nat(200), fc.string())
    .map(([text, at, other]) => text.slice(0, at) + other + text.slice(at + 1)),
  json,
  nastyText(),
)

test('a part record of any lines proves only ranges of the object, in order and apart', async (t) => {
  const folder = await makeTempFolder(t)
  const records = createPartRecords(folder, 'cached')
  await fc.assert(
    fc.asyncProperty(fc.array(recordLine, { maxLength: 20 }), async (lines) => {
      const text = [formatPartHeader(HEADER), ...lines].join('\n')
      await writeFile(join(folder, 'id.jsonl'), text, { mode: 0o600 })
      const recorded = await records.load('id')
      assert.deepEqual(recorded?.header, HEADER)
      let position = 0
      for (const { start, end, crc32, part } of recorded.ranges) {
        assert.ok(start >= position && end > start && end <= SIZE_BYTES)
        assert.ok(Number.isInteger(start) && Number.isInteger(end) && Number.isInteger(part))
        assert.ok(Number.isInteger(crc32) && crc32 >= 0 && crc32 < 2 ** 32)
        position = end
      }
    }),
    fuzzRuns(500),
  )
})

test('a first line of any text is a header or none, and a header reads back', () => {
  fc.assert(
    fc.property(recordLine, (line) => {
      const header = parsePartHeader(line)
      if (header === undefined) return
      assert.ok(!header.tempFile.includes('\0'))
      assert.deepEqual(parsePartHeader(formatPartHeader(header)), header)
    }),
    fuzzRuns(1000),
  )
})

test('of ranges that overlap the later ones go, and no other', () => {
  const range = fc
    .tuple(fc.nat(90), fc.integer({ min: 1, max: 30 }))
    .map(([start, length]) => ({ part: 1, start, end: start + length, crc32: 0 }))
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const kept = withoutOverlaps(ranges)
      for (const one of ranges) {
        const meets = kept.some((other) => one.start < other.end && other.start < one.end)
        assert.ok(meets, 'a range that meets none of those kept is kept itself')
      }
      for (const [at, { start }] of kept.entries()) assert.ok(start >= (kept[at - 1]?.end ?? 0))
    }),
  )
})

test('a range reads back, and not where it reaches beyond the object', () => {
  fc.assert(
    fc.property(
      fc.nat(99),
      fc.integer({ min: 1, max: 99 }),
      fc.nat(2 ** 32 - 1),
      (start, length, crc32) => {
        const range = { part: 1, start, end: start + length, crc32 }
        assert.deepEqual(parseProvenRange(formatProvenRange(range), range.end), range)
        assert.equal(parseProvenRange(formatProvenRange(range), range.end - 1), undefined)
      },
    ),
  )
})

test('a lock of any bytes names a process or none', async (t) => {
  const path = join(await makeTempFolder(t), 'lock')
  const bytes = fc.oneof(
    fc
      .record({ pid: numbers, host: fc.string(), started: fc.string(), space: fc.string() })
      .map((fields) => Buffer.from(JSON.stringify(fields))),
    json.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array)),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (content) => {
      await writeFile(path, content)
      const owner = (await lookAtLock(path))?.owner
      if (owner === undefined) return
      assert.ok(Number.isSafeInteger(owner.pid) && owner.pid > 0)
      for (const text of [owner.host, owner.started, owner.space])
        assert.equal(typeof text, 'string')
    }),
    fuzzRuns(300),
  )
})
