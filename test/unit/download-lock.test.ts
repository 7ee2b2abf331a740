import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  lstat,
  lutimes,
  mkdir,
  readFile,
  readdir,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { createDownloadLocks } from '../../src/adapters/download-lock.ts'
import { theseProcesses } from '../../src/adapters/process-identity.ts'
import { ItemError } from '../../src/core/errors.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { onlyLock } from './support/only-lock.ts'

const isLocked = (error: unknown) => error instanceof ItemError && error.code === 'LockedError'

/** Number of a process that has just ended. */
async function deadPid(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}

/** Takes a lock as a run would that has no other. */
async function takeLock(folder: string, destination = '/d/k') {
  const locks = createDownloadLocks(folder)
  try {
    const lock = await locks.acquire(destination)
    return { release: () => lock.release().then(() => locks.close()) }
  } catch (error) {
    await locks.close()
    throw error
  }
}

async function lockPath(folder: string): Promise<string> {
  const lock = await takeLock(folder)
  const path = await onlyLock(folder)
  await lock.release()
  return path
}

const run = promisify(execFile)
const PLANTED: readonly [string, (path: string, victim: string) => Promise<unknown>][] = [
  ['a pipe', (path) => run('mkfifo', [path])],
  ['a symbolic link', (path, victim) => symlink(victim, path)],
  ['a link to an endless device', (path) => symlink('/dev/zero', path)],
  ['a file of 4 GB', (path) => run('truncate', ['-s', '4G', path])],
]

describe('the lock of a destination', () => {
  it('is held by one run at a time, and free again once it is released', async (t) => {
    const folder = await makeTempFolder(t)
    const lock = await takeLock(folder)
    await assert.rejects(takeLock(folder, '/d/../d/k'), isLocked)
    const other = await takeLock(folder, '/d/other')
    await other.release()
    await lock.release()
    await (await takeLock(folder)).release()
    assert.deepEqual(await readdir(folder), [])
  })

  it('says who holds it', async (t) => {
    const folder = await makeTempFolder(t)
    const lock = await takeLock(folder)
    await assert.rejects(
      takeLock(folder),
      new RegExp(`Process ${process.pid} on .* is downloading to \\[/d/k\\]`),
    )
    await lock.release()
  })

  const leftOver: [string, (path: string) => Promise<void>][] = [
    [
      'a process that is dead',
      async (path) => {
        const owner = { ...theseProcesses.own(), pid: await deadPid() }
        await writeFile(path, JSON.stringify(owner))
      },
    ],
    [
      'a process whose number was given to another one since',
      (path) => writeFile(path, JSON.stringify({ ...theseProcesses.own(), started: '1' })),
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
      await assertOneTakesIt(folder, path)
    })
  }

  const elsewhere = JSON.stringify({ ...theseProcesses.own(), host: 'elsewhere' })
  const anotherSpace = JSON.stringify({ ...theseProcesses.own(), space: 'another container' })
  const living: [string, string][] = [
    ['a run on another computer that wrote it just now', elsewhere],
    ['a run in another container that wrote it just now', anotherSpace],
    ['somebody who is writing it right now', ''],
  ]
  for (const [name, text] of living) {
    it(`is left to ${name}`, async (t) => {
      const folder = await makeTempFolder(t)
      const path = await lockPath(folder)
      await writeFile(path, text)
      await assert.rejects(takeLock(folder), isLocked)
      assert.equal(await readFile(path, 'utf8'), text)
      assert.equal((await readdir(folder)).length, 1)
    })
  }

  for (const [name, text, at] of [
    ['a run on another computer that has been silent for an hour', elsewhere, -3600],
    ['a run in another container that has been silent for an hour', anotherSpace, -3600],
    ['a run on another computer whose clock was an hour fast', elsewhere, 3600],
  ] as const) {
    it(`is taken over from ${name}, by one of many that try`, async (t) => {
      const folder = await makeTempFolder(t)
      const path = await lockPath(folder)
      await writeFile(path, text)
      const time = Date.now() / 1000 + at
      await utimes(path, time, time)
      await assertOneTakesIt(folder, path)
    })
  }

  it('is taken over although runs were killed while they took it over', async (t) => {
    const folder = await makeTempFolder(t)
    const path = await lockPath(folder)
    const dead = JSON.stringify({ ...theseProcesses.own(), pid: await deadPid() })
    await writeFile(path, dead)
    // A run that claims it is killed at once, and so is one that wants to do away with that claim.
    const claims = []
    for (let at = path; claims.length < 3; claims.push(at)) {
      at = `${at}.${instanceOf(dead, (await stat(at)).mtimeMs)}`
      await writeFile(at, dead)
    }
    await assertOneTakesIt(folder, path)
  })

  for (const [name, put] of PLANTED) {
    it(`is neither waited for nor followed where ${name} stands in its place`, async (t) => {
      const folder = await makeTempFolder(t)
      const path = await lockPath(folder)
      const victim = join(folder, 'victim')
      await writeFile(victim, 'precious')
      await put(path, victim)
      await assert.rejects(takeLock(folder), isLocked)
      await lutimes(path, 1, 1)

      const lock = await takeLock(folder)

      assert.ok((await lstat(path)).isFile())
      await lock.release()
      assert.equal(await readFile(victim, 'utf8'), 'precious')
      assert.deepEqual(await readdir(folder), ['victim'])
    })
  }

  it('says so where a folder stands in its place', async (t) => {
    const folder = await makeTempFolder(t)
    const path = await lockPath(folder)
    await mkdir(path)
    await utimes(path, 1, 1)
    await assert.rejects(
      takeLock(folder),
      (error) =>
        error instanceof ItemError && error.message.includes(`[/d/k] by the file [${path}]`),
    )
    assert.equal((await readdir(folder)).length, 1)
  })
})

async function assertOneTakesIt(folder: string, path: string): Promise<void> {
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(folder)))
  const held = tries.filter((one) => one.status === 'fulfilled')
  assert.equal(held.length, 1)
  assert.equal(await readFile(path, 'utf8'), JSON.stringify(theseProcesses.own()))
  await held[0]?.value.release()
  assert.deepEqual(await readdir(folder), [])
}

/** What the name of a claim stands for. */
function instanceOf(text: string, changedMs: number): string {
  return createHash('sha256').update(`${changedMs} ${text}`).digest('hex').slice(0, 16)
}
