import assert from 'node:assert/strict'
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createDiskLooks } from '../../src/adapters/disk-looks.ts'
import { describeFileSystem } from '../../src/adapters/file-systems.ts'
import { makeFolder } from '../../src/adapters/make-folder.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

test('a file lies on the file system of the nearest folder that is there', async (t) => {
  const root = await makeTempFolder(t)
  const { dev } = await stat(root)
  const looks = createDiskLooks(root)
  await mkdir(join(root, 'there'))
  for (const [path, folder] of [
    ['file', root],
    ['there/file', join(root, 'there')],
    ['there/not/at/all/file', join(root, 'there')],
  ] as const) {
    const place = await looks.placeOfFile(join(root, path))
    assert.deepEqual(place, { device: dev, folder })
  }
  assert.deepEqual(await looks.placeOfFile('/'), await looks.placeOfFile('/file'))
})

test('what is in the way of a folder is told as by making the folder', async (t) => {
  const root = await makeTempFolder(t)
  const looks = createDiskLooks(root)
  await writeFile(join(root, 'file'), 'text')
  await symlink(join(root, 'file'), join(root, 'link'))
  await mkdir(join(root, 'there'))
  for (const name of ['file', 'file/a', 'file/a/b', 'link', 'link/a']) {
    const path = join(root, name)
    const making: unknown = await makeFolder(path, `the folder [${path}]`).catch((error) => error)
    assert.ok(making instanceof Error && 'code' in making, name)
    const { code, message } = making
    await assert.rejects(looks.assertFolder(path), { code, message })
    await assert.rejects(looks.placeOfFile(join(path, 'x')), { code })
  }
  await looks.assertFolder(join(root, 'there'))
  await looks.assertFolder(join(root, 'not/there'))
})

test('sizes are those of files, also by a link, and nothing is found below a file', async (t) => {
  const root = await makeTempFolder(t)
  const looks = createDiskLooks(root)
  await writeFile(join(root, 'file'), Buffer.alloc(10_000, 1))
  await symlink('file', join(root, 'link'))
  await symlink('nowhere', join(root, 'dead'))
  const { blocks } = await stat(join(root, 'file'))
  for (const [name, found] of [
    ['file', { sizeBytes: 10_000, freedBytes: blocks * 512 }],
    ['link', { sizeBytes: 10_000, freedBytes: 0 }],
    ['dead', { sizeBytes: 0, freedBytes: 0 }],
    ['nothing', undefined],
    ['not/there', undefined],
    ['file/below', undefined],
  ] as const) {
    assert.deepEqual(await looks.lookAt(join(root, name)), found, name)
  }
})

test('a file system is shown by its uppermost folder, and less is said of one that is gone', async (t) => {
  const root = await makeTempFolder(t)
  const { path, freeBytes = -1 } = await describeFileSystem(root)
  assert.ok(root.startsWith(path), path)
  assert.equal((await stat(path)).dev, (await stat(root)).dev)
  assert.ok(path === '/' || (await stat(join(path, '..'))).dev !== (await stat(path)).dev)
  assert.ok(freeBytes >= 0)
  const gone = join(root, 'gone')
  assert.deepEqual(await describeFileSystem(gone), { path: gone, freeBytes: undefined })
})
