import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDownloadLocks } from '../../src/adapters/download-lock.ts'
import { ItemError } from '../../src/core/errors.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

const isLocked = (error: unknown) => error instanceof ItemError && error.code === 'LockedError'

/** Number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

async function lockPath(folder: string): Promise<string> {
  const lock = await createDownloadLocks(folder).acquire('/d/k')
  const [name = ''] = await readdir(folder)
  await lock.release()
  return join(folder, name)
}

describe('the lock of a destination', () => {
  it('is held by one run at a time, and free again once it is released', async (t) => {
    const folder = await makeTempFolder(t)
    const lock = await createDownloadLocks(folder).acquire('/d/k')
    await assert.rejects(createDownloadLocks(folder).acquire('/d/../d/k'), isLocked)
    const other = await createDownloadLocks(folder).acquire('/d/other')
    await other.release()
    await lock.release()
    await (await createDownloadLocks(folder).acquire('/d/k')).release()
    assert.deepEqual(await readdir(folder), [])
  })

  it('says who holds it', async (t) => {
    const folder = await makeTempFolder(t)
    const lock = await createDownloadLocks(folder).acquire('/d/k')
    await assert.rejects(
      createDownloadLocks(folder).acquire('/d/k'),
      new RegExp(`Process ${process.pid} on .* is downloading to \\[/d/k\\]`),
    )
    await lock.release()
  })

  const leftOver: [string, (path: string) => Promise<void>][] = [
    [
      'a process that is dead',
      async (path) => {
        const owner = { pid: await deadPid(), host: hostname(), started: '1' }
        await writeFile(path, JSON.stringify(owner))
      },
    ],
    [
      'a process whose number was given to another one since',
      (path) =>
        writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), started: '1' })),
    ],
    [
      'a process that was killed while it wrote the lock',
      async (path) => {
        await writeFile(path, '')
        await utimes(path, 1, 1)
      },
    ],
  ]
  for (const [name, make] of leftOver) {
    it(`is taken over from ${name}, by one of many that try`, async (t) => {
      const folder = await makeTempFolder(t)
      const path = await lockPath(folder)
      await make(path)
      const tries = await Promise.allSettled(
        Array.from({ length: 20 }, () => createDownloadLocks(folder).acquire('/d/k')),
      )
      const held = tries.filter((one) => one.status === 'fulfilled')
      assert.equal(held.length, 1)
      assert.equal(JSON.parse(await readFile(path, 'utf8')).pid, process.pid)
      await held[0]?.value.release()
      assert.deepEqual(await readdir(folder), [])
    })
  }

  const living: [string, string][] = [
    ['another host', JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' })],
    ['somebody who is writing it right now', ''],
  ]
  for (const [name, text] of living) {
    it(`is left to ${name}`, async (t) => {
      const folder = await makeTempFolder(t)
      const path = await lockPath(folder)
      await writeFile(path, text)
      await assert.rejects(createDownloadLocks(folder).acquire('/d/k'), isLocked)
      assert.equal(await readFile(path, 'utf8'), text)
    })
  }
})
