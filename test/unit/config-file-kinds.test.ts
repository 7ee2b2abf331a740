import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { readConfigFile } from '../../src/adapters/config-file.ts'
import { AppError } from '../../src/core/errors.ts'
import { makeWorkspace } from '../support/workspace.ts'

describe('`readConfigFile()` of what is no plain file', () => {
  it('reads a pipe, and refuses it without waiting where it must be a plain file', async (t) => {
    const { root: folder } = await makeWorkspace(t)
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    const refused = isFault(`open ${path}: is not a plain file`)
    for (const required of [true, false]) {
      await assert.rejects(readConfigFile(path, { required, kind: 'plain' }), refused)
    }
    const reading = readConfigFile(path, { required: true })
    await writeFile(path, 'ak=x')
    assert.equal((await reading).entries.get('ak'), 'x')
  })

  it('reads a plain file, or a link to one, that must be one, and refuses all else', async (t) => {
    const { root: folder } = await makeWorkspace(t)
    const [path, link] = [join(folder, 'plain'), join(folder, 'link')]
    await writeFile(path, 'ak=x')
    await symlink('plain', link)
    for (const one of [path, link]) {
      const { entries } = await readConfigFile(one, { required: true, kind: 'plain' })
      assert.deepEqual([...entries], [['ak', 'x']])
    }
    for (const other of [folder, '/dev/null']) {
      await assert.rejects(
        readConfigFile(other, { required: true, kind: 'plain' }),
        isFault(`open ${other}: is not a plain file`),
      )
    }
    const missing = await readConfigFile(join(folder, 'no'), { required: false, kind: 'plain' })
    assert.equal(missing.entries.size, 0)
  })
})

function isFault(message: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.deepEqual([error.fault, error.message], ['initialise', message])
    return true
  }
}
