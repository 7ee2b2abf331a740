/** Where an item's file goes, by the rules of each system. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { chooseTarget } from '../../src/adapters/choose-target.ts'
import { isLikeShortName } from '../../src/core/file-names.ts'
import type { System } from '../../src/core/system.ts'

type Kind = 'file' | 'folder' | 'pipe'

interface Case {
  readonly name: string
  readonly system: System
  readonly key: string
  readonly destination: string
  /** What is there, by path; a file may have another real name. */
  readonly there?: Readonly<Record<string, Kind>>
  readonly realNames?: Readonly<Record<string, string>>
  /** The target, or the code of the error. */
  readonly target?: string
  readonly code?: string
}

const D = 'd:\\x'
const CASES: readonly Case[] = [
  { name: 'a free path', system: 'win32', key: 'a', destination: 'd:\\x\\a', target: 'd:\\x\\a' },
  {
    name: 'a folder',
    system: 'win32',
    key: 'p/a.bin',
    destination: D,
    there: { [D]: 'folder' },
    target: 'd:\\x\\a.bin',
  },
  {
    name: 'a folder and a name with a backslash',
    system: 'win32',
    key: 'p/..\\..\\a.bin',
    destination: D,
    there: { [D]: 'folder' },
    target: 'd:\\x\\a.bin',
  },
  {
    name: 'a folder and a name with a backslash',
    system: 'linux',
    key: 'p/..\\a.bin',
    destination: '/x',
    there: { '/x': 'folder' },
    target: '/x/..\\a.bin',
  },
  ...['p/aux', 'p/a:b', 'p/a.', 'p/con.txt'].map((key) => ({
    name: `a folder and the key ${key}`,
    system: 'win32' as const,
    key,
    destination: D,
    there: { [D]: 'folder' as const },
    code: 'InvalidNameError',
  })),
  {
    name: 'a folder and the key aux',
    system: 'darwin',
    key: 'p/aux',
    destination: '/x',
    there: { '/x': 'folder' },
    target: '/x/aux',
  },
  {
    name: 'the path of a folder',
    system: 'win32',
    key: 'a',
    destination: 'd:\\x\\',
    code: 'EISDIR',
  },
  { name: 'the path of a folder', system: 'linux', key: 'a', destination: '/x/', code: 'EISDIR' },
  {
    name: 'a backslash at the end',
    system: 'linux',
    key: 'a',
    destination: '/x\\',
    target: '/x\\',
  },
  {
    name: 'a pipe',
    system: 'darwin',
    key: 'a',
    destination: '/x',
    there: { '/x': 'pipe' },
    code: 'NotAFileError',
  },
  {
    name: 'the short name of another file',
    system: 'win32',
    key: 'LONGNA~1.TXT',
    destination: 'd:\\LONGNA~1.TXT',
    there: { 'd:\\LONGNA~1.TXT': 'file' },
    realNames: { 'd:\\LONGNA~1.TXT': 'd:\\longname.text' },
    code: 'InvalidNameError',
  },
  {
    name: 'a file whose own name is like a short one',
    system: 'win32',
    key: 'a~1.txt',
    destination: 'd:\\a~1.txt',
    there: { 'd:\\a~1.txt': 'file' },
    realNames: { 'd:\\a~1.txt': 'D:\\A~1.TXT' },
    target: 'd:\\a~1.txt',
  },
  {
    name: 'a link whose name is not like a short one',
    system: 'win32',
    key: 'link',
    destination: 'd:\\link',
    there: { 'd:\\link': 'file' },
    realNames: { 'd:\\link': 'd:\\file' },
    target: 'd:\\link',
  },
]

describe('the target of an item', () => {
  for (const { name, system, key, destination, there = {}, realNames, target, code } of CASES) {
    it(`for ${name} on ${system} is ${target ?? `none (${code})`}`, async () => {
      const item = { bucket: 'b', key, versionId: undefined, destination, listedSize: undefined }
      const calls = {
        statIfThere(path: string) {
          const kind = there[path]
          if (kind === undefined) return undefined
          return { isDirectory: () => kind === 'folder', isFile: () => kind === 'file' }
        },
        realpath: async (path: string) => realNames?.[path] ?? assert.fail(path),
      }
      const chosen = chooseTarget(item, calls, { overwriting: 'always', system })
      if (code !== undefined) return assert.rejects(chosen, { name: 'ItemError', code })
      assert.equal(await chosen, target)
    })
  }
})

describe('a short name', () => {
  for (const [name, isShort] of [
    ['LONGNA~1.TXT', true],
    ['longna~1', true],
    ['A~1', true],
    ['AB12~123.C', true],
    ['~1.txt', true],
    ['longname~1.txt', false],
    ['LONGNA~1.TEXT', false],
    ['a.b~1', false],
    ['a~b.txt', false],
    ['a~', false],
    ['file.txt', false],
  ] as const) {
    it(`${isShort ? 'may be' : 'is not'} ${name}`, () =>
      assert.equal(isLikeShortName(name), isShort))
  }
})
