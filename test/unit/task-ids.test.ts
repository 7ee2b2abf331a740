/** Which task somebody meant who typed this. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findMeantTask } from '../../src/core/task-ids.ts'

const ONE = 'a628d6da-c562-4a1f-b687-4fa125de0dc3'
const LIKE_ONE = 'a628ffff-c562-4a1f-b687-4fa125de0dc3'
const TWO = '1f2b47c4-38b4-4f4e-9d3a-6f2ac4f6a0c7'
const KNOWN = [ONE, LIKE_ONE, TWO]

const ROWS: readonly (readonly [what: string, text: string, meant: string])[] = [
  ['a whole id', ONE, `found ${ONE}`],
  ['the beginning of one', '1f2b', `found ${TWO}`],
  ['the same in capitals', '1F2B47C4', `found ${TWO}`],
  ['the beginning of two', 'a628', `ambiguous ${ONE} ${LIKE_ONE}`],
  ['enough to tell them apart', 'a628d', `found ${ONE}`],
  ['fewer than four characters', '1f2', 'unknown'],
  ['the end of one', TWO.slice(10), 'unknown'],
  ['a slip of the finger', TWO.replace('38b4', '38c4'), `unknown ${TWO}`],
  ['one with a character too few', TWO.slice(1), `unknown ${TWO}`],
  ['the name of a list', `cp_failed_report_20240101000000_${TWO}.txt.3`, `unknown ${TWO}`],
  ['a pattern', '1f2b.*', 'unknown'],
  ['nothing', '', 'unknown'],
]

describe('findMeantTask()', () => {
  for (const [what, text, expected] of ROWS) {
    it(`knows ${what}`, () => {
      const meant = findMeantTask(text, KNOWN)
      const ids =
        meant.kind === 'found'
          ? [meant.taskId]
          : meant.kind === 'ambiguous'
            ? meant.taskIds
            : [meant.similar ?? []].flat()
      assert.equal([meant.kind, ...ids].join(' '), expected)
    })
  }
})
