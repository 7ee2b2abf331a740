import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { openPlainFile } from '../../src/adapters/plain-file.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const SYSTEMS = [
  { name: 'a system that refuses links itself', noFollow: constants.O_NOFOLLOW },
  { name: 'one that follows them, as Windows does', noFollow: 0 },
]

const CASES = [
  { at: 'file', kind: 'plain' },
  { at: 'link', kind: 'foreign' },
  { at: 'link-to-folder', kind: 'foreign' },
  { at: 'link-to-nothing', kind: undefined },
  { at: 'folder', kind: 'foreign' },
  { at: 'missing', kind: 'nothing' },
  { at: 'file/below', kind: 'nothing' },
]

for (const { name, noFollow } of SYSTEMS) {
  describe(`on ${name}`, () => {
    for (const { at, kind } of CASES) {
      it(`${at} counts as ${kind ?? 'no plain file'}`, async (t) => {
        const folder = await makeTempFolder(t)
        await writeFile(join(folder, 'file'), 'content')
        await mkdir(join(folder, 'folder'))
        await symlink('file', join(folder, 'link'))
        await symlink('folder', join(folder, 'link-to-folder'))
        await symlink('gone', join(folder, 'link-to-nothing'))

        for (const access of ['read', 'update'] as const) {
          const found = await openPlainFile(join(folder, at), access, noFollow)
          if (found.kind === 'plain') await found.handle.close()
          if (kind === undefined) assert.notEqual(found.kind, 'plain')
          else assert.equal(found.kind, kind)
        }
      })
    }
  })
}
