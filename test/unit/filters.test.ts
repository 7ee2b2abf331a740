import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { AppError } from '../../src/core/errors.ts'
import { compileFilters } from '../../src/core/filters.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

/** Whether one include pattern keeps a key, folders filtered like all else. */
function matches(pattern: string, key: string): boolean {
  return compileFilters({ include: [pattern], exclude: [], folders: 'filtered' }).keepsKey(key)
}

/**
 * The same question answered from the definition alone: row by row of a table that says which
 * starts of the key the pattern read so far can match.
 */
function plainlyMatches(pattern: string, key: string): boolean {
  const text = Array.from(key, (char) => (/[\p{Surrogate}\0]/u.test(char) ? '\uFFFD' : char))
  let reached = text.map(() => false)
  reached.unshift(true)
  for (const token of pattern.match(/\\[*?]|[^]/gu) ?? []) {
    const last = reached
    reached = []
    last.forEach((here, at) => {
      const before = at > 0 && last[at - 1] === true
      if (token === '*') reached.push(here || reached[at - 1] === true)
      else if (token === '?') reached.push(before)
      else {
        const literal = /[\p{Surrogate}\0]/u.test(token) ? '\uFFFD' : withoutEscape(token)
        reached.push(before && text[at - 1] === literal)
      }
    })
  }
  return reached.at(-1) === true
}

/** `\*` and `\?` as the character they stand for; any other token as it is. */
function withoutEscape(token: string): string {
  return token.replace(/^\\(?=[*?])/, '')
}

describe('a pattern', () => {
  const table: readonly (readonly [
    pattern: string,
    yes: readonly string[],
    no: readonly string[],
  ])[] = [
    ['*', ['a', 'a/b', '/', '//', '.', '..', '.a', 'a/.b/..', '\n'], []],
    ['**', ['a', '.', '..', 'a/b/', '/'], []],
    ['?', ['a', '/', '.', '*', '\n', '😀', 'é'], ['ab', '..', 'e\u0301', '😀😀']],
    ['??', ['ab', '..', 'a/', '😀a'], ['a', '😀', 'abc']],
    ['*.jpg', ['a.jpg', '.jpg', 'p/q/.a.jpg', '/.jpg'], ['a.jpg/', 'a.jpgx', 'ajpg', 'a.JPG']],
    ['p/*', ['p/', 'p/a', 'p/a/b', 'p//'], ['p', 'q/p/a', '/p/a']],
    ['*/b', ['a/b', '/b', 'a/c/b', '.a/b'], ['b', 'a/b/']],
    ['a*b?c', ['abxc', 'a/b/c', 'abbxc', 'ab?c'], ['abc', 'abxcc']],
    ['a/../b', ['a/../b'], ['b', 'a/b']],
    ['a/./b', ['a/./b'], ['a/b']],
    ['a//b', ['a//b'], ['a/b', 'a///b']],
    ['a/', ['a/'], ['a', 'a//']],
    ['/a', ['/a'], ['a', '//a']],
    ['a/**/b', ['a//b', 'a/x/b', 'a/x/y/b'], ['a/b', 'ab']],
    ['.', ['.'], ['a', '..']],
    ['..', ['..'], ['.', '']],
    ['a.c', ['a.c'], ['abc']],
    [String.raw`\*`, ['*'], ['a', String.raw`\*`, '**', String.raw`\a`]],
    [String.raw`\?`, ['?'], ['a', String.raw`\?`]],
    [String.raw`a\*b*`, ['a*b', 'a*bc'], ['axb', 'a*']],
    [String.raw`\a`, [String.raw`\a`], ['a']],
    [String.raw`\\*`, [String.raw`\*`], [String.raw`\a`, String.raw`\\*`, '*', '\\']],
    [String.raw`\\a`, [String.raw`\\a`], [String.raw`\a`]],
    ['a\\', ['a\\'], ['a', 'a/']],
    [String.raw`d:\x*`, [String.raw`d:\x`, String.raw`d:\xy`], ['d:/x', 'd:x']],
    ['[ab]', ['[ab]'], ['a', 'b']],
    ['[!a]', ['[!a]'], ['b']],
    ['[[:alpha:]]', ['[[:alpha:]]'], ['a']],
    ['[]', ['[]'], ['']],
    ['a]b[', ['a]b['], ['ab']],
    [String.raw`[\*]`, ['[*]'], ['*', String.raw`[\*]`]],
    ['{a,b}', ['{a,b}'], ['a', 'b']],
    ['{1..3}', ['{1..3}'], ['2']],
    ['+(a)', ['+(a)'], ['a', 'aa']],
    ['@(a|b)', ['@(a|b)'], ['a']],
    ['!(a)', ['!(a)'], ['b', 'a']],
    ['*(a)', ['(a)', 'x(a)'], ['a', '']],
    ['?(a)', ['x(a)'], ['(a)', 'a', '']],
    ['!a', ['!a'], ['b', 'a']],
    ['!!a', ['!!a'], ['a']],
    ['#a', ['#a'], ['a']],
    ['a|b', ['a|b'], ['a', 'b']],
    ['^a$', ['^a$'], ['a']],
    ['a,b', ['a,b'], ['a', 'b']],
    ['a\nb', ['a\nb'], ['ab']],
    ['a*b', ['a\nb', 'a\r\nb', 'a\u2028b'], ['a\nb\n']],
    ['é', ['é'], ['e\u0301', 'e']],
    ['Ω', ['Ω'], ['ω']],
    ['\uFFFD', ['\uFFFD'], ['/', 'a']],
    ['/*', ['/', '//', '/\u{10000}'], ['\u{10000}', '\u{103FF}']],
    ['*/', ['/', '\u{10000}/'], ['\u{10000}', '\u{10FC00}']],
  ]
  for (const [pattern, yes, no] of table) {
    it(`${JSON.stringify(pattern)} matches what it says and nothing else`, () => {
      for (const key of yes) assert.ok(matches(pattern, key), `${JSON.stringify(key)} should match`)
      for (const key of no) assert.ok(!matches(pattern, key), `${JSON.stringify(key)} should not`)
    })
  }

  const alphabets = [
    ['a', 'b', '*', '?', '/'],
    ['a', '*', '?', '\\', '/', '.'],
    Array.from('a*?\\[]{}()!+@#^-|,:./ \n'),
    ['a', '*', '?', '😀', '\u0301', '\uFFFD', '\uD800', '\uDC00', '\0', '/'],
    ['*', '?', '/', '\u{10000}', '\u{103FF}', '\u{10FC00}', '\u{10FFFF}', '\uD800', '\uDC00'],
  ]
  for (const alphabet of alphabets) {
    it(`agrees with the plain matcher over ${JSON.stringify(alphabet.join(''))}`, () => {
      const text = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 12 })
      const pattern = text.filter((candidate) => candidate !== '')
      fc.assert(
        fc.property(pattern, text, (glob, key) => {
          assert.equal(matches(glob, key), plainlyMatches(glob, key))
        }),
        fuzzRuns(1000),
      )
    })
  }

  it('agrees with the plain matcher on keys made from the pattern itself', () => {
    const piece = fc.constantFrom('*', '?', '\\*', '\\?', 'a', 'ab', '/', '.', '[', '\\', '😀')
    const filling = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '😀'), maxLength: 3 })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(piece, filling), { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        (pieces, spoilt) => {
          const glob = pieces.map(([token]) => token).join('')
          const key = pieces.map(([token, fill]) =>
            token === '*'
              ? fill
              : token === '?'
                ? (Array.from(fill)[0] ?? '?')
                : withoutEscape(token),
          )
          const text = key.join('') + (spoilt ? 'z' : '')
          assert.equal(matches(glob, text), plainlyMatches(glob, text))
        },
      ),
      fuzzRuns(1000),
    )
  })

  it('made to be slow still gets its answer', () => {
    const key = 'a'.repeat(1024)
    const hostile: readonly (readonly [pattern: string, answer: boolean])[] = [
      [`${'*a'.repeat(500)}*b`, false],
      [`${'*a'.repeat(500)}*`, true],
      [`${'*a?'.repeat(300)}*b*`, false],
      [`*${'a'.repeat(512)}b*`, false],
      [`${'*'.repeat(30_000)}b*`, false],
      ['*'.repeat(60_000), true],
      ['?'.repeat(1024), true],
      [`*${'?'.repeat(1025)}`, false],
      [`${'*?'.repeat(1024)}*`, true],
    ]
    for (const [pattern, answer] of hostile) assert.equal(matches(pattern, key), answer)
  })

  it('that is longer than minimatch takes is a usage error naming the flag', () => {
    for (const pattern of ['a'.repeat(70_000), '['.repeat(40_000)]) {
      assert.throws(
        () => compileFilters({ include: [], exclude: [pattern], folders: 'kept' }),
        (error) =>
          error instanceof AppError &&
          error.fault === 'usage' &&
          error.message.startsWith('The exclude pattern [') &&
          error.message.length < 150,
      )
    }
  })
})

describe('compileFilters()', () => {
  const all = { include: [], exclude: [], folders: 'filtered' } as const

  it('keeps everything when nothing is given', () => {
    const filters = compileFilters(all)
    assert.ok(filters.keepsKey('a') && filters.keepsKey('a/') && filters.keepsTime(0, 'a'))
  })

  it('takes empty patterns as not given', () => {
    const filters = compileFilters({ ...all, include: [''], exclude: [''] })
    assert.ok(filters.keepsKey('a'))
  })

  it('lets any include pattern keep a key and any exclude pattern drop it', () => {
    const filters = compileFilters({
      ...all,
      include: ['*.jpg', '*.png'],
      exclude: ['tmp/*', '*/no.jpg'],
    })
    const keys = ['a.jpg', 'b/c.png', 'a.gif', 'tmp/a.jpg', 'b/no.jpg']
    const kept = keys.filter((key) => filters.keepsKey(key))
    assert.deepEqual(kept, ['a.jpg', 'b/c.png'])
  })

  it('drops what is both included and excluded', () => {
    assert.ok(!compileFilters({ ...all, include: ['*'], exclude: ['a'] }).keepsKey('a'))
  })

  it('includes both ends of the time range', () => {
    const filters = compileFilters({ ...all, timeRange: { fromMs: 1000, toMs: 2000 } })
    const kept = [999, 1000, 1500, 2000, 2001].filter((ms) => filters.keepsTime(ms, 'a'))
    assert.deepEqual(kept, [1000, 1500, 2000])
  })

  it('leaves folders alone unless they are to be filtered', () => {
    const rules = {
      include: ['*.jpg'],
      exclude: ['p*'],
      timeRange: { fromMs: 1000, toMs: 2000 },
    }
    const kept = compileFilters({ ...rules, folders: 'kept' })
    const filtered = compileFilters({ ...rules, folders: 'filtered' })
    assert.ok(kept.keepsKey('p/') && kept.keepsTime(0, 'p/'))
    assert.ok(!filtered.keepsKey('p/') && !filtered.keepsTime(0, 'p/'))
    assert.ok(!kept.keepsKey('p') && !kept.keepsTime(0, 'p'))
  })
})
