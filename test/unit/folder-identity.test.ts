/** Which names are one file, on file systems as the systems have them. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { describe, it } from 'node:test'
import { createFolderIdentities } from '../../src/adapters/folder-identity.ts'
import { createFolderLooks } from '../../src/adapters/folder-looks.ts'
import type { System } from '../../src/core/system.ts'
import { makeFakeFolders, type FolderRules } from '../support/fake-folders.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const asIs = (name: string) => name
const lower = (name: string) => name.toLowerCase()
const nfc = (name: string) => name.normalize('NFC')
const nfd = (name: string) => name.normalize('NFD')

const posix = { paths: 'posix', kept: asIs, firstNumber: 100n } as const
const DISKS: Readonly<Record<string, FolderRules & { readonly system: System }>> = {
  ext4: { ...posix, system: 'linux', key: asIs },
  'vfat on Linux': { ...posix, system: 'linux', key: lower, numbers: 'by spelling' },
  APFS: { ...posix, system: 'darwin', key: (name) => lower(nfc(name)) },
  'APFS with cases': { ...posix, system: 'darwin', key: nfc },
  'HFS+': { ...posix, system: 'darwin', key: (name) => lower(nfd(name)), kept: nfd },
  'HFS+ with cases': { ...posix, system: 'darwin', key: nfd, kept: nfd },
  'NFS on macOS': { ...posix, system: 'darwin', key: asIs },
  NTFS: { ...posix, system: 'win32', paths: 'win32', key: lower, firstNumber: 1n << 60n },
  'a share with cases': { ...posix, system: 'win32', paths: 'win32', key: asIs },
}
const FOLDS_CASE = ['vfat on Linux', 'APFS', 'HFS+', 'NTFS']
const FOLDS_ACCENTS = ['APFS', 'APFS with cases', 'HFS+', 'HFS+ with cases']

const E1 = 'caf\u00E9'
const E2 = 'cafe\u0301'

/** Folder and name of two files, and where they are one. */
const PAIRS = [
  { name: 'the same name twice', one: ['Data', 'a'], other: ['Data', 'a'], on: Object.keys(DISKS) },
  { name: 'two names', one: ['Data', 'a'], other: ['Data', 'b'], on: [] },
  { name: 'one name in two folders', one: ['Data', 'a'], other: ['Other', 'a'], on: [] },
  { name: 'a name in two cases', one: ['Data', 'a.TXT'], other: ['Data', 'A.txt'], on: FOLDS_CASE },
  { name: 'an accent in two ways', one: ['Data', E1], other: ['Data', E2], on: FOLDS_ACCENTS },
  {
    name: 'an accent in two ways and cases',
    one: ['Data', E1.toUpperCase()],
    other: ['Data', E2],
    on: ['APFS', 'HFS+'],
  },
  { name: 'a letter with and without accent', one: ['Data', E1], other: ['Data', 'cafe'], on: [] },
  {
    name: 'two letters without accents',
    one: ['Data', '\u65E5'],
    other: ['Data', '\u672C'],
    on: [],
  },
] as const

for (const [disk, rules] of Object.entries(DISKS)) {
  const root = rules.paths === 'win32' ? 'd:\\' : '/mnt/'
  const setUp = () => {
    const folders = makeFakeFolders(
      rules,
      ['Data', 'Other', E1].map((name) => root + name),
    )
    const looks = createFolderLooks(rules.system, folders)
    return { folders, identities: createFolderIdentities(looks) }
  }
  describe(`on ${disk}`, () => {
    for (const { name, one, other, on } of PAIRS) {
      const isOne = (on as readonly string[]).includes(disk)
      it(`${name} ${isOne ? 'is one file' : 'are two files'}`, async () => {
        const { folders, identities } = setUp()
        const nameOf = (path: readonly string[]) => {
          const [folder = '', file = ''] = path
          return identities.nameOf(root + folder, file)
        }
        assert.equal((await nameOf(one)) === (await nameOf(other)), isOne)
        assert.deepEqual(folders.left(), [])
      })
    }
    for (const [written, isFolded] of [
      ['dATA', FOLDS_CASE.includes(disk)],
      ['data', FOLDS_CASE.includes(disk)],
    ] as const) {
      if (!isFolded) continue
      it(`a folder that is written ${written} is the same, also where it is looked at first`, async () => {
        const { identities } = setUp()
        const first = await identities.nameOf(root + written, 'A')
        assert.equal(await identities.nameOf(`${root}Data`, 'a'), first)
      })
    }
    if (FOLDS_ACCENTS.includes(disk)) {
      it('a folder with an accent that is written in two ways is the same', async () => {
        const { identities } = setUp()
        const first = await identities.nameOf(root + E2, 'a')
        assert.equal(await identities.nameOf(root + E1, 'a'), first)
      })
    }
    it('no file is made to find out about accents where there are none', async () => {
      const { folders, identities } = setUp()
      await identities.nameOf(`${root}Data`, 'a')
      await identities.nameOf(`${root}Data`, '\u65E5\u672C')
      assert.deepEqual(folders.made, [])
    })
  })
}

describe('paths of Windows', () => {
  const rules = DISKS['NTFS'] ?? assert.fail()
  const disk = makeFakeFolders(rules, ['d:\\Data\\sub', 'e:\\Data\\sub'])
  const identities = createFolderIdentities(createFolderLooks('win32', disk))
  for (const [path, isSame] of [
    ['d:/Data/sub', true],
    ['D:\\DATA\\SUB', true],
    ['d:\\data/sub', true],
    ['d:\\Data', false],
    ['e:\\Data\\sub', false],
  ] as const) {
    it(`${path} is ${isSame ? '' : 'not '}the folder d:\\Data\\sub`, async () => {
      const own = await identities.nameOf('d:\\Data\\sub', 'a')
      assert.equal((await identities.nameOf(path, 'A')) === own, isSame)
    })
  }
})

describe('a folder of this system', () => {
  it('keeps nothing of what was tried in it', async (t) => {
    const folder = await makeTempFolder(t)
    const identities = createFolderIdentities()
    const names = await Promise.all([E1, E2, 'a'].map((name) => identities.nameOf(folder, name)))
    assert.equal(new Set(names).size, process.platform === 'darwin' ? 2 : 3)
    assert.deepEqual(await readdir(folder), [])
  })
})

describe('what cannot be found out', () => {
  it('is asked again in the next folder', async () => {
    const asked: string[] = []
    const ask = async (folder: string) => {
      asked.push(folder)
      return folder === '/d/1' ? undefined : false
    }
    const identities = createFolderIdentities({
      look: async (path) => ({ disk: '1', number: path, path: async () => path }),
      tellsCases: ask,
      tellsAccents: async () => true,
    })
    assert.notEqual(await identities.nameOf('/d/1', 'a'), await identities.nameOf('/d/1', 'A'))
    assert.equal(await identities.nameOf('/d/2', 'a'), await identities.nameOf('/d/2', 'A'))
    await identities.nameOf('/d/3', 'a')
    assert.deepEqual(asked, ['/d/1', '/d/2'])
  })
})
