import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { displayWidth, keepEnd, toPrintable } from '../../src/cli/display-text.ts'

const PRINTABLE: readonly (readonly [what: string, text: string, printable: string])[] = [
  ['plain text', 'backup/2024 (1).tar.gz', 'backup/2024 (1).tar.gz'],
  ['colours and movements', 'a\u001B[31mb\rc\nd\te', 'a?[31mb?c?d?e'],
  ['controls of eight bits', 'a\u009B31mb\u007F', 'a?31mb?'],
  ['a line separator', 'a\u2028b', 'a?b'],
  ['another writing direction', 'a\u202Egnp.exe\u2066', 'agnp.exe'],
  ['half a character', 'a\uD83Db', 'a?b'],
  ['marks of their own', 'e\u0301', '\u00E9'],
  ['a family of emoji', '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}', '\u{1F468}\u{1F469}\u{1F467}'],
  ['a skin tone', '\u{1F44D}\u{1F3FD}', '\u{1F44D}'],
  ['a heart with a colour', '\u2764\uFE0F', '\u2764'],
]
for (const [what, text, printable] of PRINTABLE) {
  test(`\`toPrintable()\` of ${what}`, () => {
    assert.equal(toPrintable(text), printable)
  })
}

const WIDTHS: readonly (readonly [text: string, columns: number])[] = [
  ['', 0],
  ['abc', 3],
  ['\u00E9\u00DF', 2],
  ['备份', 4],
  ['ﾊﾟ', 2],
  ['한국어', 6],
  ['\u1112\u1161\u11AB', 2],
  ['Ｆｕｌｌ', 8],
  ['x\u0323\u0302', 1],
  ['ไทย', 3],
  ['กำ้', 2],
  ['\u{1F600}', 2],
  ['\u{1F1E9}\u{1F1EA}', 2],
  ['\u{20000}', 2],
  ['※…─', 3],
]
for (const [text, columns] of WIDTHS) {
  test(`\`displayWidth()\` of [${text}] is ${columns}`, () => {
    assert.equal(displayWidth(text), columns)
  })
}

const ENDS: readonly (readonly [text: string, columns: number, end: string])[] = [
  ['short', 5, 'short'],
  ['backup/2024.tar', 10, '...024.tar'],
  ['backup', 3, '...'],
  ['backup', 2, '..'],
  ['backup', 0, ''],
  ['backup', -1, ''],
  ['备份/数据库', 11, '备份/数据库'],
  ['备份/数据库', 10, '.../数据库'],
  ['备份/数据库', 9, '...数据库'],
  ['备份/数据库', 8, '...据库'],
  ['aaaaaaax\u0323\u0302', 5, '...ax\u0323\u0302'],
  ['aaaaaaax\u0323\u0302', 4, '...x\u0323\u0302'],
  ['aaaa\u{1F1E9}\u{1F1EA}', 5, '...\u{1F1E9}\u{1F1EA}'],
  ['aaaa\u{1F1E9}\u{1F1EA}', 4, '...'],
]
for (const [text, columns, end] of ENDS) {
  test(`\`keepEnd()\` of [${text}] in ${columns} columns`, () => {
    assert.equal(keepEnd(text, columns), end)
  })
}

const anyText = fc.string({ unit: 'binary', maxLength: 300 })

test('`toPrintable()` leaves nothing that a terminal obeys, and does nothing twice', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const printable = toPrintable(text)
      assert.doesNotMatch(printable, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      assert.equal(toPrintable(printable), printable)
    }),
  )
})

test('`keepEnd()` is never wider than asked, and whole where it fits', () => {
  const texts = fc.oneof(anyText, fc.string({ unit: 'grapheme', maxLength: 300 }))
  fc.assert(
    fc.property(texts, fc.nat(80), (text, columns) => {
      const printable = toPrintable(text)
      const kept = keepEnd(printable, columns)
      assert.ok(displayWidth(kept) <= columns)
      assert.ok(printable.endsWith(kept.replace(/^\.{1,3}/, '')))
    }),
  )
})

test('`keepEnd()` of a very long key looks only at its end', () => {
  const key = `${'备份/'.repeat(200_000)}end.tar`
  const startMs = performance.now()
  for (let frame = 0; frame < 100; frame += 1) assert.equal(keepEnd(key, 10), '...end.tar')
  assert.ok(performance.now() - startMs < 1000)
})
