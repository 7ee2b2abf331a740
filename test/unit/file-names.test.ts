/** Which destinations can be no file of their own, for each system. */
import assert from 'node:assert/strict'
import { win32 } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { findNameTrouble } from '../../src/core/file-names.ts'
import { platformOf, systemNamed, type System } from '../../src/core/system.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

const POSIX: readonly System[] = ['linux', 'darwin', 'other']
const L255 = 'x'.repeat(255)

const FINE_ON_WINDOWS = [
  'd:\\data\\a.bin',
  'd:/data/a.bin',
  'D:\\',
  'd:\\data\\sub\\',
  'd:\\data\\\\a.bin',
  'd:\\data\\..\\a.bin',
  'd:\\.hidden\\..name',
  'd:\\ leading blank',
  'd:\\a b.c d',
  'd:\\console\\nul1\\auxiliary.txt',
  'd:\\com0\\lpt0\\com10\\com\\lpt',
  'd:\\my-con\\con-my\\_nul',
  'd:\\ä\u00e9\u{1F600}.bin',
  "d:\\it's (50%) [#1] {x} ^~`!@$&+=;,.bin",
  `d:\\${L255}`,
  `d:\\${'😀'.repeat(127)}`,
  `d:\\${`${'x'.repeat(200)}\\`.repeat(160)}a`,
  '\\\\server\\share\\a.bin',
  '\\\\server\\share',
  '\\\\?\\C:\\data\\a.bin',
  '\\\\?\\UNC\\server\\share\\a.bin',
]

/** Path, the part that is named, and a word of the reason. */
const WRONG_ON_WINDOWS: readonly (readonly [path: string, part: string, why: string])[] = [
  ...'<>"|?*'.split('').map((c) => [`d:\\x\\a${c}b`, `a${c}b`, `a [${c}]`] as const),
  ['d:\\x\\a:b', 'a:b', 'a [:]'],
  ['d:\\x\\a.txt::$DATA', 'a.txt::$DATA', 'a [:]'],
  ['d:\\x\\a\tb', 'a\tb', 'a control character'],
  ['d:\\x\\a\u0001b', 'a\u0001b', 'a control character'],
  ['d:\\x\\a\u001fb', 'a\u001fb', 'a control character'],
  ['d:\\x\\a.', 'a.', 'ends with a dot'],
  ['d:\\x\\a ', 'a ', 'ends with a blank'],
  ['d:\\x\\a. .', 'a. .', 'ends with a dot'],
  ['d:\\x\\...', '...', 'ends with a dot'],
  ['d:\\a.\\b', 'a.', 'ends with a dot'],
  ['d:\\a /b', 'a ', 'ends with a blank'],
  ...['con', 'PRN', 'Aux', 'NUL', 'com1', 'COM9', 'lpt1', 'LPT9', 'COM¹', 'com²', 'lpt³'].flatMap(
    (name) =>
      [name, `${name}.txt`, `${name}.tar.gz`, `${name} .txt`].map(
        (part) => [`d:\\x\\${part}`, part, 'a device'] as const,
      ),
  ),
  ['d:\\CONIN$', 'CONIN$', 'a device'],
  ['d:\\conout$', 'conout$', 'a device'],
  ['d:\\aux\\a.c', 'aux', 'a device'],
  [`d:\\${L255}x`, 'x'.repeat(40), '256 characters'],
  [`d:\\${'😀'.repeat(128)}`, '😀'.repeat(20), '256 characters'],
  ['\\\\server\\share\\nul', 'nul', 'a device'],
  ['\\\\ser|ver\\share\\a', 'ser|ver', 'a [|]'],
  ['\\\\?\\C:\\a.', 'a.', 'ends with a dot'],
  ['\\\\?\\UNC\\server\\share\\con', 'con', 'a device'],
]

/** What is on no drive and in no share: devices, pipes, and what depends on where one is. */
const NOWHERE_ON_WINDOWS = [
  'd:a',
  'd:',
  '\\a',
  '/a',
  'a',
  '',
  '\\\\server',
  '\\\\server\\',
  '\\\\.\\COM1',
  '\\\\.\\C:\\a',
  '\\\\?\\GLOBALROOT\\Device\\a',
  '\\\\?\\UNC\\server',
  '\\\\server\\pipe\\a',
  '\\\\server\\MAILSLOT\\a',
  '\\??\\C:\\a',
]

describe('a destination', () => {
  for (const path of FINE_ON_WINDOWS) {
    it(`can be a file on Windows: ${JSON.stringify(path.slice(0, 60))}`, () => {
      assert.equal(findNameTrouble(path, 'win32'), undefined)
    })
  }
  for (const [path, part, why] of WRONG_ON_WINDOWS) {
    it(`can be no file on Windows: ${JSON.stringify(path.slice(0, 60))}`, () => {
      const trouble = findNameTrouble(path, 'win32')
      assert.ok(trouble !== undefined)
      assert.ok(trouble.reason.includes(`[${part}`), trouble.reason)
      assert.ok(trouble.reason.includes(why), trouble.reason)
      assert.equal(trouble.code, why.endsWith('characters') ? 'ENAMETOOLONG' : 'InvalidNameError')
    })
    it(`can be a file on the other systems: ${JSON.stringify(path.slice(0, 60))}`, () => {
      for (const system of POSIX) assert.equal(findNameTrouble(`/${path}`, system), undefined)
    })
  }
  for (const path of NOWHERE_ON_WINDOWS) {
    it(`must be on a drive or in a share on Windows: ${JSON.stringify(path)}`, () => {
      assert.match(findNameTrouble(path, 'win32')?.reason ?? '', /no drive and in no share/)
    })
  }
  it('can be too long as a whole on Windows', () => {
    const path = `d:\\${`${'x'.repeat(200)}\\`.repeat(163)}a`
    assert.equal(findNameTrouble(path, 'win32')?.code, 'ENAMETOOLONG')
  })
  for (const system of ['win32', ...POSIX] as const) {
    it(`holds no NUL and no half of a character, whatever the system: ${system}`, () => {
      for (const path of ['/d/a\0b', '/d/a\uD83D', '/d/\uDE00a', 'd:\\a\0b', 'd:\\a\uD83D']) {
        assert.match(findNameTrouble(path, system)?.reason ?? '', /a NUL or half a character/)
      }
    })
  }
  it('that is accepted on Windows keeps its names when the path is tidied, whatever it holds', () => {
    const part = fc.string({
      unit: fc.constantFrom(...'.. :?*<|aC¹OMNUL1$\\/'.split('')),
      maxLength: 8,
    })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), (parts) => {
        const path = `d:\\${parts.join('\\')}`
        if (findNameTrouble(path, 'win32') !== undefined) return
        const kept = win32.normalize(path)
        assert.ok(kept.startsWith('d:\\'), kept)
        for (const name of kept.slice(3).split('\\')) {
          assert.doesNotMatch(name, /[. ]$|[:?*<|]/)
          assert.doesNotMatch(name.replace(/\..*/, '').trimEnd(), /^(con|nul|com[1¹])$/i)
        }
      }),
      fuzzRuns(1000),
    )
  })
})

describe('the name of a system', () => {
  for (const [name, system, platform] of [
    ['linux', 'linux', 'posix'],
    ['darwin', 'darwin', 'posix'],
    ['win32', 'win32', 'win32'],
    ['freebsd', 'other', 'posix'],
    ['android', 'other', 'posix'],
  ] as const) {
    it(`tells whose rules hold: ${name}`, () => {
      assert.equal(systemNamed(name), system)
      assert.equal(platformOf(system), platform)
    })
  }
})
