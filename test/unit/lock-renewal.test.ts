/** That the time of a lock says that its owner lives, and of no other one. */
import assert from 'node:assert/strict'
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { createDownloadLocks, type OwnLocks } from '../../src/adapters/download-lock.ts'
import { theseProcesses } from '../../src/adapters/process-identity.ts'
import { until } from '../e2e/support/until.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { onlyLock } from './support/only-lock.ts'

const elsewhere = JSON.stringify({ ...theseProcesses.own(), host: 'elsewhere' })

describe('the time of a lock', () => {
  it('is renewed as long as it is held, by the clock of its file system', async (t) => {
    const folder = await makeTempFolder(t)
    const locks = createDownloadLocks(folder, { renewalMs: 5, silenceMs: 60_000 })
    const lock = await locks.acquire('/d/k')
    const path = await onlyLock(folder)
    const text = await readFile(path, 'utf8')
    await utimes(path, 1, 1)
    await until('the lock is renewed', async () => (await stat(path)).mtimeMs > 1000)
    assert.equal(await readFile(path, 'utf8'), text)
    await assertLeavesNothing(folder, locks, [lock])
  })

  it('is never older than the run, whatever time went by since the last one', async (t) => {
    const folder = await makeTempFolder(t)
    const locks = createDownloadLocks(folder, { renewalMs: 5, silenceMs: 60_000 })
    await (await locks.acquire('/d/first')).release()
    const [left = ''] = await readdir(folder)
    const path = join(folder, left)
    await utimes(path, 1, 1)
    await until('what locks are made of is renewed', async () => (await stat(path)).mtimeMs > 1000)
    const lock = await locks.acquire('/d/second')
    assert.equal((await stat(await onlyLock(folder))).ino, (await stat(path)).ino)
    await assertLeavesNothing(folder, locks, [lock])
  })

  it('is the present where nothing was renewed for long, as after the sleep of a machine', async (t) => {
    const folder = await makeTempFolder(t)
    const locks = createDownloadLocks(folder, { renewalMs: 3_600_000, silenceMs: 3 })
    await (await locks.acquire('/d/first')).release()
    const [left = ''] = await readdir(folder)
    const lastMs = Date.now()
    await utimes(join(folder, left), 1, 1)
    await until('some time has passed', () => Promise.resolve(Date.now() > lastMs + 2))
    const lock = await locks.acquire('/d/second')
    assert.ok((await stat(await onlyLock(folder))).mtimeMs > 1000)
    await assertLeavesNothing(folder, locks, [lock])
  })

  it('does not matter where somebody took away what the locks are names of', async (t) => {
    const folder = await makeTempFolder(t)
    const locks = createDownloadLocks(folder)
    const first = await locks.acquire('/d/first')
    const [left = ''] = (await readdir(folder)).filter((name) => name.endsWith('.draft'))
    await rm(join(folder, left))
    const second = await locks.acquire('/d/second')
    const third = await locks.acquire('/d/third')
    const other = createDownloadLocks(folder)
    await assert.rejects(other.acquire('/d/second'), /is downloading to/)
    await other.close()
    const names = await readdir(folder)
    assert.equal(names.filter((name) => name.endsWith('.lock')).length, 3)
    await assertLeavesNothing(folder, locks, [first, second, third])
  })

  it('is not renewed when it belongs to another run by now', async (t) => {
    const folder = await makeTempFolder(t)
    const locks = createDownloadLocks(folder, { renewalMs: 5, silenceMs: 60_000 })
    const lock = await locks.acquire('/d/lost')
    const path = await onlyLock(folder)
    await rm(path)
    await writeFile(path, elsewhere)
    await utimes(path, 1, 1)
    const other = await locks.acquire('/d/other')
    const isOther = (name: string) => name.endsWith('.lock') && !path.endsWith(name)
    const otherPath = join(folder, (await readdir(folder)).find(isOther) ?? '')
    await utimes(otherPath, 1, 1)
    await until('the other lock is renewed', async () => (await stat(otherPath)).mtimeMs > 1000)
    assert.deepEqual([(await stat(path)).mtimeMs, await readFile(path, 'utf8')], [1000, elsewhere])
    await Promise.all([lock.release(), other.release()])
    await locks.close()
    assert.deepEqual(await readdir(folder), [basename(path)])
    assert.equal(await readFile(path, 'utf8'), elsewhere)
  })
})

type Lock = Awaited<ReturnType<OwnLocks['acquire']>>

async function assertLeavesNothing(
  folder: string,
  locks: OwnLocks,
  held: readonly Lock[],
): Promise<void> {
  await Promise.all(held.map((lock) => lock.release()))
  await locks.close()
  assert.deepEqual(await readdir(folder), [])
}
