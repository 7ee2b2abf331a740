/** Failure lists of any bytes at all: the parsers end, throw nothing and invent nothing. */
import assert from 'node:assert/strict'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { streamFailureLists, type ListedRecord } from '../../src/adapters/failure-lists.ts'
import { readListLines } from '../../src/adapters/list-lines.ts'
import { decodeItemField } from '../../src/core/report-item-field.ts'
import { parseFailureLine } from '../../src/core/report-line.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { nastyText } from '../support/nasty-names.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const HEAD = '2026-11-22T18:55:56Z 1B, '
const FIELDS = ', cost [4], status [403], error code [A], error message [m], request id [R]'
/** Lines that are nearly those of a list, cut and put together anywhere, and any bytes between. */
const listBytes = fc
  .array(
    fc.oneof(
      fc
        .constantFrom(
          `${HEAD}obs://b/k --> /d/k${FIELDS}`,
          `${HEAD}/up --> obs://b/k${FIELDS}`,
          `${HEAD}obs://b/k?versionId=v --> /d/k`,
          '2026-11-22T18:55:56Z Failed count is: 1/1',
          FIELDS,
          '\n',
          '\r\n',
          '\uFEFF',
        )
        .chain((text) => fc.nat(text.length).map((end) => Buffer.from(text.slice(0, end + 1)))),
      nastyText().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.constant(Buffer.from('\n')),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => Buffer.concat(pieces))

test('a list of any bytes is read to its end, and its lines are those between the line feeds', async (t) => {
  const path = await makePath(t)
  await fc.assert(
    fc.asyncProperty(listBytes, async (bytes) => {
      await writeFile(path, bytes)
      const lines = await readLines(path)
      const expected = bytes.toString('latin1').split('\n')
      if (expected.at(-1) === '') expected.pop()
      assert.equal(lines.length, expected.length)
      for (const [at, { lineNumber, text, isDamaged }] of lines.entries()) {
        const raw = Buffer.from(expected[at] ?? '', 'latin1')
        assert.equal(lineNumber, at + 1)
        assert.equal(isDamaged, !Buffer.from(raw.toString()).equals(raw))
        assert.equal(text, raw.toString().replace(at === 0 ? /^\uFEFF/ : /^$/, ''))
      }
    }),
    fuzzRuns(500),
  )
})

test('a list of any bytes gives items that stand in it, in order, and names what it cannot read', async (t) => {
  const path = await makePath(t)
  await fc.assert(
    fc.asyncProperty(listBytes, async (bytes) => {
      await writeFile(path, bytes)
      const text = bytes.toString()
      let lastLine = 0
      const records: ListedRecord[] = []
      for await (const some of streamFailureLists([path])) records.push(...some)
      for (const record of records) {
        assert.ok(record.lineNumber > lastLine)
        lastLine = record.lineNumber
        if (record.kind !== 'item') {
          assert.notEqual(record.text.trim(), '')
          continue
        }
        const { bucket, key, destination } = record.item
        assert.ok(destination.startsWith('/') && !destination.includes('\0'))
        assert.ok(bucket !== '' && key !== '' && !bucket.includes('/'))
        // Where lines end with CRLF, the CR before a line feed within a path is none of the path.
        const texts = [text, text.replaceAll('\r\n', '\n')]
        assert.ok(
          texts.some((one) => one.includes(` --> ${destination}`)) || text.includes('item ['),
        )
      }
    }),
    fuzzRuns(500),
  )
})

test('a line of any text is one of five things, on either platform', () => {
  fc.assert(
    fc.property(fc.array(nastyText(), { maxLength: 6 }), fc.boolean(), (parts, isItem) => {
      const line = isItem ? `${HEAD}obs://b/${parts.join('')}${FIELDS}` : parts.join('')
      for (const platform of ['posix', 'win32'] as const) {
        const { kind } = parseFailureLine(line, platform)
        assert.ok(['item', 'upload', 'copy', 'other', 'unreadable'].includes(kind))
      }
    }),
    fuzzRuns(1000),
  )
})

test('an item field of any JSON names a whole item or none', () => {
  const value = fc.oneof(
    fc.record({ bucket: fc.jsonValue(), key: fc.jsonValue(), destination: fc.jsonValue() }),
    fc.record({
      bucket: nastyText(),
      key: nastyText(),
      destination: nastyText().map((t) => `/${t}`),
    }),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(value, (fields) => {
      const item = decodeItemField(
        Buffer.from(JSON.stringify(fields)).toString('base64url'),
        'posix',
      )
      if (item === undefined) return
      assert.ok(item.bucket !== '' && item.key !== '' && item.destination.startsWith('/'))
    }),
    fuzzRuns(1000),
  )
})

async function makePath(t: TestContext): Promise<string> {
  return join(await makeTempFolder(t), 'file')
}

async function readLines(path: string) {
  const file = await open(path)
  try {
    const lines = []
    for await (const batch of readListLines(file)) lines.push(...batch)
    return lines
  } finally {
    await file.close()
  }
}
