import assert from 'node:assert/strict'
import { link, open, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { isNamed, isSameFile, type FileNumber } from '../../src/adapters/file-number.ts'
import type { System } from '../../src/core/system.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const ALL: readonly System[] = ['linux', 'darwin', 'win32', 'other']
/** As NTFS numbers its files; the next one is the same as a number of JavaScript. */
const NTFS = 0x0123_0000_0000_1234n
const DISK = 0x9abc_def0n

const CASES: readonly (readonly [
  name: string,
  one: FileNumber,
  other: FileNumber,
  sameOn: readonly System[],
])[] = [
  ['the same numbers', { ino: NTFS, dev: DISK }, { ino: NTFS, dev: DISK }, ALL],
  ['neighbours', { ino: NTFS, dev: DISK }, { ino: NTFS + 1n, dev: DISK }, []],
  ['other disks', { ino: 7n, dev: 1n }, { ino: 7n, dev: 2n }, []],
  ['no word about the disk', { ino: NTFS, dev: 0n }, { ino: NTFS, dev: DISK }, ['win32']],
  ['none of the other one', { ino: NTFS, dev: DISK }, { ino: NTFS, dev: 0n }, ['win32']],
  [
    'the long number of the disk and its lower half',
    { ino: NTFS, dev: (5n << 32n) | DISK },
    { ino: NTFS, dev: DISK },
    ['win32'],
  ],
  [
    'other numbers of files on disks that are not known',
    { ino: NTFS, dev: 0n },
    { ino: 8n, dev: 0n },
    [],
  ],
]

describe('two looks', () => {
  for (const [name, one, other, sameOn] of CASES) {
    for (const system of ALL) {
      const isSame = sameOn.includes(system)
      it(`with ${name} ${isSame ? 'are at one file' : 'are not at one file'} on ${system}`, () => {
        assert.equal(isSameFile(one, other, system), isSame)
        assert.equal(isSameFile(other, one, system), isSame)
      })
    }
  }
  it('need numbers that JavaScript has no other way to tell apart', () => {
    assert.equal(Number(NTFS), Number(NTFS + 1n))
  })
})

describe('an open file', () => {
  it('has all its names, and not those of links to it or of what took its place', async (t) => {
    const folder = await makeTempFolder(t)
    const path = join(folder, 'file')
    await writeFile(path, '')
    await link(path, join(folder, 'second'))
    await symlink(path, join(folder, 'link'))
    const handle = await open(path)
    t.after(() => handle.close())
    assert.equal(await isNamed(path, handle), true)
    assert.equal(await isNamed(join(folder, 'second'), handle), true)
    assert.equal(await isNamed(join(folder, 'link'), handle), false)
    await writeFile(join(folder, 'new'), '')
    await rename(join(folder, 'new'), path)
    assert.equal(await isNamed(path, handle), false)
  })
})
