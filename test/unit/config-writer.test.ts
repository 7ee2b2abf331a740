import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import fs from 'node:fs/promises'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { rewriteConfigFile } from '../../src/adapters/config-writer.ts'
import { editConfigText } from '../../src/core/config-text.ts'
import { listTree, makeWorkspace } from '../support/workspace.ts'

describe('`rewriteConfigFile()`', () => {
  it('loses no change of many who write at once', async (t) => {
    const { home, path } = await makeFile(t, '# mine\n')
    const names = Array.from({ length: 12 }, (_, at) => `key${at}`)
    await Promise.all(
      names.map((name) => rewriteConfigFile(path, (text) => `${text ?? ''}${name}=x\n`)),
    )
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n')
    assert.deepEqual(lines.toSorted(), ['# mine', ...names.map((name) => `${name}=x`)].toSorted())
    assert.deepEqual(await listTree(home), ['.obsutilconfig'])
  })

  it('takes over what a killed process left, once it did not change for a while', async (t) => {
    const { home, path } = await makeFile(t, 'ak=old\n')
    const leftOver = await leaveNewFile(home, path)
    const patience = { abandonedMs: 60, longestMs: 10_000 }
    await rewriteConfigFile(path, setAk, patience)
    assert.equal(await readFile(path, 'utf8'), 'ak=new\n')
    assert.deepEqual(await listTree(home), ['.obsutilconfig'])
    assert.match(leftOver, /^\.obsutilconfig-[0-9a-f]{16}\.new$/)
  })

  it('gives up after a time where others keep at it, and names the file', async (t) => {
    const { home, path } = await makeFile(t, 'ak=old\n')
    const leftOver = await leaveNewFile(home, path)
    const patience = { abandonedMs: 10_000, longestMs: 60 }
    await assert.rejects(rewriteConfigFile(path, setAk, patience), (error: Error) => {
      assert.ok(error.message.startsWith(`Cannot write the configuration file [${path}]: `))
      assert.ok(error.message.includes(`delete [${join(home, leftOver)}]`))
      return true
    })
    assert.equal(await readFile(path, 'utf8'), 'ak=old\n')
    assert.deepEqual(await listTree(home), ['.obsutilconfig', leftOver].toSorted())
  })

  it('has written the file also where the folder cannot be synced afterwards', async (t) => {
    const { home, path } = await makeFile(t, 'ak=old\n')
    const { open } = fs
    replace(t, 'open', async (...args: Parameters<typeof open>) => {
      if (args[0] === home) throw new Error('EIO: input/output error')
      return open(...args)
    })
    await rewriteConfigFile(path, setAk)
    assert.equal(await readFile(path, 'utf8'), 'ak=new\n')
  })

  it('tells what went wrong, not that it could not tidy up', async (t) => {
    const { path } = await makeFile(t, 'ak=old\n')
    for (const name of ['rename', 'unlink'] as const) {
      replace(t, name, async () => {
        throw new Error(`no ${name} today`)
      })
    }
    await assert.rejects(rewriteConfigFile(path, setAk), /: no rename today$/)
  })

  it('leaves nothing where the change itself fails', async (t) => {
    const { home, path } = await makeFile(t, 'ak=old\n')
    await assert.rejects(rewriteConfigFile(path, refuse), /no change/)
    assert.deepEqual(await listTree(home), ['.obsutilconfig'])
    assert.equal((await stat(path)).size, 7)
  })
})

const setAk = (text = '') => editConfigText(text, new Map([['ak', 'new']]))

function refuse(): never {
  throw new Error('no change')
}

async function makeFile(t: TestContext, text: string) {
  const { home } = await makeWorkspace(t)
  const path = join(home, '.obsutilconfig')
  await writeFile(path, text)
  return { home, path }
}

/** Finds out how a new file is called while it is written, and lays one down. */
async function leaveNewFile(home: string, path: string): Promise<string> {
  const beside = join(home, 'beside')
  await mkdir(beside)
  const names: string[] = []
  await rewriteConfigFile(join(beside, '.obsutilconfig'), () => {
    names.push(...readdirSync(beside))
    return ''
  })
  await fs.rm(beside, { recursive: true })
  const [name = ''] = names
  await writeFile(join(path, '..', name), 'half')
  return name
}

/** Replaces a function of the system for everybody until the test ends. */
function replace(
  t: TestContext,
  name: 'open' | 'rename' | 'unlink',
  by: (...args: never) => Promise<unknown>,
) {
  t.mock.method(fs, name, by)
  syncBuiltinESMExports()
  t.after(() => {
    t.mock.restoreAll()
    syncBuiltinESMExports()
  })
}
