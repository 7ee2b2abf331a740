/** The table of `obsutil tasks`, at every width. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { fitted, padded } from '../../src/cli/columns.ts'
import { displayWidth } from '../../src/cli/display-text.ts'
import { formatTaskTable } from '../../src/cli/task-table.ts'
import type { TaskWords } from '../../src/cli/task-words.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

const ID = 'a628d6da-c562-4a1f-b687-4fa125de0dc3'
const ROW: TaskWords = {
  taskId: ID,
  began: '2024-10-08 01:10:07',
  failed: '3,000',
  size: '≈1.20GB',
  cause: '503 SlowDown (1,100)',
  since: 'resumed by 1f2b47c4, 12 left',
}
const BARE: TaskWords = { ...ROW, failed: '7', size: 'n/a', cause: '', since: '' }
const WIDE: TaskWords = { ...ROW, cause: '对象不存在'.repeat(12), since: '' }

describe('displayWidth()', () => {
  for (const [text, columns] of [
    ['', 0],
    ['abc', 3],
    ['≈1.20GB', 7],
    ['é', 1],
    ['e\u0301', 1],
    ['对象', 4],
    ['ｆｕｌｌ', 8],
    ['한국어', 6],
    ['カタカナ', 8],
    ['😀', 2],
    ['𠮷', 2],
    ['a\u200Bb', 2],
    ['—“”…', 4],
  ] as const) {
    it(`counts ${columns} for ${JSON.stringify(text)}`, () => {
      assert.equal(displayWidth(text), columns)
    })
  }
})

describe('fitted() and padded()', () => {
  const text = fc
    .array(fc.constantFrom('a', ' ', '对', '😀', 'e\u0301', '≈'))
    .map((all) => all.join(''))

  it('never take more columns than there are, and leave alone what fits', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 20 }), (words, columns) => {
        const cut = fitted(words, columns)
        assert.ok(displayWidth(cut) <= columns)
        assert.equal(cut === words, displayWidth(words) <= columns)
        for (const side of ['left', 'right'] as const) {
          assert.equal(
            displayWidth(padded(words, columns, side)),
            Math.max(columns, displayWidth(words)),
          )
        }
      }),
      fuzzRuns(500),
    )
  })
})

describe('formatTaskTable()', () => {
  it('has a row each, in columns, where the terminal is wide enough', () => {
    assert.equal(
      formatTaskTable([ROW, BARE], 140),
      `Task                                  Began (UTC)          Failed     Size  Most frequent cause   Since then
${ID}  2024-10-08 01:10:07   3,000  ≈1.20GB  503 SlowDown (1,100)  resumed by 1f2b47c4, 12 left
${ID}  2024-10-08 01:10:07       7      n/a
`,
    )
  })

  it('has what is long in a second row on 80 columns', () => {
    assert.equal(
      formatTaskTable([ROW, BARE, WIDE], 80),
      `Task                                  Began (UTC)          Failed     Size
    Most frequent cause; Since then
${ID}  2024-10-08 01:10:07   3,000  ≈1.20GB
    503 SlowDown (1,100); resumed by 1f2b47c4, 12 left
${ID}  2024-10-08 01:10:07       7      n/a
${ID}  2024-10-08 01:10:07   3,000  ≈1.20GB
    ${'对象不存在'.repeat(7)}对象…
`,
    )
  })

  it('tells one thing a row on 40 columns', () => {
    assert.equal(
      formatTaskTable([ROW], 40),
      `${ID}
  2024-10-08 01:10:07, 3,000 failed, ≈1…
  503 SlowDown (1,100)
  resumed by 1f2b47c4, 12 left
`,
    )
  })

  it('has whole lines for a pipe, however long', () => {
    const long = { ...ROW, cause: 'x'.repeat(500) }
    const [, row = ''] = formatTaskTable([long], undefined).split('\n')
    assert.ok(row.includes(long.cause) && row.endsWith(long.since))
  })

  it('never goes past the width, but that an id is never cut', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 60 })
    const row = fc.record({
      taskId: fc.constant(ID),
      began: fc.constant(ROW.began),
      failed: fc.constantFrom('1', '1,000,000 + 17 unreadable'),
      size: fc.constantFrom('1B', '≈1023.99GB'),
      cause: words,
      since: words,
    })
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 250 }),
        (rows, columns) => {
          for (const line of formatTaskTable(rows, columns).split('\n')) {
            assert.ok(displayWidth(line) <= columns || line === ID, line)
          }
        },
      ),
      fuzzRuns(500),
    )
  })
})
