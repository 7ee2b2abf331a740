import assert from 'node:assert/strict'
import { chmod, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { openOfficialFile } from '../../src/adapters/official-temp.ts'
import { ItemError } from '../../src/core/errors.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const NAME = '01b045b6-0b37-44c9-8417-e74881b57dee.obs.temp'

async function setUp(t: TestContext) {
  const folder = await makeTempFolder(t)
  const path = join(folder, NAME)
  await writeFile(path, 'theirs')
  const expected = {
    path,
    sizeBytes: 6,
    tempFolder: folder,
    beside: ['/elsewhere'],
    hiddenName: '.own.obs.temp',
  }
  return { folder, path, expected }
}

async function open(expected: Parameters<typeof openOfficialFile>[0]) {
  const found = await openOfficialFile(expected)
  return found.kind === 'opened' ? found : assert.fail(JSON.stringify(found))
}

const isReplaced = (error: unknown) =>
  error instanceof ItemError && error.code === 'TempFileReplacedError'

describe('a temp file of the official tool', () => {
  it('that is taken over gets our name in its folder, and is private', async (t) => {
    const { folder, path, expected } = await setUp(t)
    await chmod(path, 0o666)
    const found = await open(expected)
    await found.takeOver()
    await found.handle.close()
    assert.deepEqual(await readdir(folder), ['own.obs.temp'])
    assert.equal(found.ownPath, join(folder, 'own.obs.temp'))
    assert.equal((await stat(found.ownPath)).mode & 0o777, 0o600)
  })

  it('that is taken over beside a destination is hidden', async (t) => {
    const { folder, expected } = await setUp(t)
    const found = await open({ ...expected, beside: [folder] })
    await found.takeOver()
    await found.handle.close()
    assert.deepEqual(await readdir(folder), ['.own.obs.temp'])
  })

  for (const deed of ['takeOver', 'remove'] as const) {
    it(`that was replaced since it was opened stays: ${deed}`, async (t) => {
      const { folder, path, expected } = await setUp(t)
      const found = await open(expected)
      await rename(path, join(folder, 'moved'))
      await writeFile(path, 'others')
      await assert.rejects(found[deed](), isReplaced)
      await found.handle.close()
      assert.deepEqual(await readdir(folder), [NAME, 'moved'])
      assert.equal(await readFile(path, 'utf8'), 'others')
    })
  }

  it('that is removed is gone', async (t) => {
    const { folder, expected } = await setUp(t)
    await (await open(expected)).remove()
    assert.deepEqual(await readdir(folder), [])
  })

  it('that is not there, or whose folder is not, is told from one that is refused', async (t) => {
    const { folder, path, expected } = await setUp(t)
    await rename(path, join(folder, 'moved'))
    assert.deepEqual(await openOfficialFile(expected), { kind: 'gone' })
    const within = join(folder, 'moved')
    assert.deepEqual(
      await openOfficialFile({ ...expected, path: join(within, NAME), tempFolder: within }),
      { kind: 'gone' },
    )
  })

  it('is refused in any other folder, and by any other name', async (t) => {
    const { folder, expected } = await setUp(t)
    const names = [NAME.slice(1), NAME.toUpperCase(), `x${NAME}`, `${NAME}x`, 'x.obs.temp', '']
    const paths = [`${folder}/x/../${NAME}`, `${folder}//${NAME}`, `/${NAME}`, NAME]
    for (const path of [...names.map((name) => join(folder, name)), ...paths]) {
      assert.equal((await openOfficialFile({ ...expected, path })).kind, 'refused', path)
    }
  })
})
