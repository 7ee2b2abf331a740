/** Status, code and message of a line that was read as an item. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createRecordReader } from '../../src/core/failure-records.ts'
import { readFailureFields } from '../../src/core/failure-fields.ts'
import type { Failed } from '../../src/core/outcome.ts'
import { formatFailedLine } from '../../src/core/report-format.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

const HEAD = '2026-11-22T18:58:14Z 21B, obs://b/k --> /d/k'
const FAKE = ', cost [1], status [200], error code [Fake], error message [fake], request id [R]'

const ROWS: readonly (readonly [what: string, line: string, destination: string, told: string])[] =
  [
    [
      'all fields',
      `${HEAD}, cost [3], status [404], error code [NoSuchKey], error message [It is gone.], request id [R]`,
      '/d/k',
      '404|NoSuchKey|It is gone.',
    ],
    [
      'no fields but the message',
      `${HEAD}, n/a, n/a, n/a, error message [no [k]], n/a`,
      '/d/k',
      '||no [k]',
    ],
    [
      'empty fields',
      `${HEAD}, n/a, status [404], error code [], error message [], request id []`,
      '/d/k',
      '404||',
    ],
    [
      'a carriage return at the end',
      `${HEAD}, cost [3], status [0], error code [], error message [EOF], request id []\r`,
      '/d/k',
      '0||EOF',
    ],
    [
      'a message that pretends to be fields',
      `${HEAD}, cost [3], status [503], error code [SlowDown], error message [x${FAKE}], request id [R]`,
      '/d/k',
      `503|SlowDown|x${FAKE}`,
    ],
    [
      'a name that pretends to be fields',
      `2026-11-22T18:58:14Z 21B, obs://b/k${FAKE} --> /d/k${FAKE}, cost [3], status [503], error code [SlowDown], error message [busy], n/a`,
      `/d/k${FAKE}`,
      '503|SlowDown|busy',
    ],
    [
      'a message of two lines',
      `${HEAD}, cost [3], status [500], error code [E], error message [one\ntwo], request id [R]`,
      '/d/k',
      '500|E|one\ntwo',
    ],
    ['nothing of the kind', HEAD, '/d/k', '||'],
  ]

describe('readFailureFields()', () => {
  for (const [what, line, destination, told] of ROWS) {
    it(`reads a line with ${what}`, () => {
      const { status, code, message } = readFailureFields(line, destination)
      assert.equal([status ?? '', code ?? '', message].join('|'), told)
    })
  }

  it('reads back what was written, whatever names and messages hold', () => {
    const nasty = fc
      .array(
        fc.oneof(
          fc.string(),
          fc.constantFrom(FAKE, ' --> /', ', n/a', '], n/a', '\n', ', item [', '], request id [x]'),
        ),
        { minLength: 1, maxLength: 4 },
      )
      .map((parts) => `k${parts.join('')}`)
    const failed = fc.record({
      key: nasty,
      message: nasty,
      status: fc.option(fc.nat(599), { nil: undefined }),
      code: fc.option(fc.stringMatching(/^[A-Za-z]{1,20}$/), { nil: undefined }),
    })
    fc.assert(
      fc.property(failed, ({ key, message, status, code }) => {
        const destination = `/data/${key.replaceAll('\0', '')}`
        const item = { bucket: 'b', key, versionId: undefined, destination, listedSize: undefined }
        const line = formatFailedLine(toFailure({ item, message, status, code }), {
          atMs: 0,
          sizes: 'human',
          platform: 'posix',
        })
        const read = readFailureFields(line, destination)
        assert.deepEqual([read.status, read.code], [status, code], line)
        assert.equal(read.message.length, message.length)
      }),
      fuzzRuns(1000),
    )
  })

  it("finds a cause in each line of the official tool's lists that tells one", () => {
    let withCause = 0
    for (const text of goldenLists()) {
      const reader = createRecordReader('posix')
      const records = text
        .split('\n')
        .flatMap((line, at) => reader.push({ lineNumber: at + 1, text: line, isDamaged: false }))
      for (const record of [...records, ...reader.end()]) {
        if (record.kind !== 'item') continue
        const { status, code, message } = readFailureFields(record.text, record.item.destination)
        const raw = record.text
        assert.equal(raw.includes(`, status [${status}], `), status !== undefined, raw)
        assert.ok(code === undefined || raw.includes(`, error code [${code}], `), raw)
        assert.ok(raw.includes(`, error message [${message}], `), raw)
        if (status !== undefined || message !== '') withCause += 1
      }
    }
    assert.ok(withCause > 50, String(withCause))
  })
})

type Parts = Pick<Failed, 'item' | 'message' | 'status' | 'code'>

function toFailure(parts: Parts): Failed {
  return { kind: 'failed', sizeBytes: undefined, costMs: 1, requestId: undefined, ...parts }
}

function goldenLists(): readonly string[] {
  const folder = fileURLToPath(new URL('../fixtures/golden/', import.meta.url))
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/cp_failed_report_.*\.txt$/.test(name))
    .map((name) => readFileSync(`${folder}${name}`, 'utf8'))
}
