import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../core/errors.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { callsFor, type FileCalls } from './file-calls.ts'
import { isSameFile, type FileNumber } from './file-number.ts'
import { createLockFile, linkless, lookAtLock, renewLockFile } from './lock-file.ts'
import { createWriteModes } from './write-mode.ts'

/**
 * One file that says whose it is. Each lock that a run holds is another name of it, made by one call
 * and taken away by another: writing a file for each lock would take longer than a small download.
 */
export interface OwnerFile {
  /** Gives it one more name, exclusively: `taken` where anything has that already. */
  name(path: string): Promise<'named' | 'taken'>
  /** Takes a name away that `name` gave, if it still leads to what it led to. */
  unname(path: string): Promise<void>
  /** Takes the file itself away; no name is given any more. */
  close(): Promise<void>
}

export interface OwnerFileOptions {
  /** The folder of the locks, which exists. */
  readonly folder: string
  readonly text: string
  /** How often it is written again, in milliseconds, to show that its owner lives. */
  readonly renewalMs: number
  /** An owner that gave no sign for so long, in milliseconds, may count as dead. */
  readonly silenceMs: number
}

/** Makes the file with its first name; it is there until it is closed, or swept like any draft. */
export function createOwnerFile(options: OwnerFileOptions): OwnerFile {
  const { folder, text, renewalMs, silenceMs } = options
  const modes = createWriteModes()
  /** What each name leads to: a file of its own where there are no hard links. */
  const names = new Map<string, Made | 'file'>()
  let made: Promise<Made> | undefined
  let writtenAtMs = 0
  let timer: NodeJS.Timeout | undefined
  let renewing: Promise<void> | undefined

  const make = async (): Promise<Made> => {
    try {
      return await makeOne()
    } catch (error) {
      // Somebody may have swept it away before it had its text.
      if (systemCode(error) !== 'ENOENT') throw error
      return makeOne()
    }
  }
  const makeOne = async (): Promise<Made> => {
    const path = join(folder, `owner.lock.${randomBytes(8).toString('hex')}.draft`)
    const calls = callsFor(await modes.in(folder))
    try {
      await writeFile(path, text, { flag: 'wx', mode: 0o600 })
      writtenAtMs = Date.now()
      const { ino, dev } = await calls.lstat(path)
      return { path, ino, dev, calls }
    } catch (error) {
      // On a full disk it may be there, but empty.
      await unlinkIfThere(path)
      throw error
    }
  }
  const find = (): Promise<Made> => {
    if (made !== undefined) return made
    made = make()
    made.catch(() => {
      made = undefined
    })
    return made
  }
  const link = async (path: string): Promise<Made | 'file' | 'taken'> => {
    const owner = await find()
    // Where the machine slept, or the disk was out of reach: an old lock would pass for a left-over.
    if (isOld()) await renew()
    if (isOld()) return alone(path)
    try {
      await owner.calls.link(owner.path, path)
      return owner
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') return 'taken'
      // Somebody may have taken it for a left-over: the next lock is a name of another one.
      if (code === 'ENOENT') made = undefined
      // Without hard links, or without the file.
      if (linkless.has(code)) return alone(path)
      throw error
    }
  }
  const isOld = () => Math.abs(Date.now() - writtenAtMs) > silenceMs / 3
  const alone = async (path: string) => ((await createLockFile(path, text)) ? 'file' : 'taken')
  const renew = async () => {
    renewing ??= renewAll().finally(() => {
      renewing = undefined
    })
    await renewing
  }
  const renewAll = async () => {
    const owner = await made?.catch(() => undefined)
    const nowMs = Date.now()
    // Its names are one file; should the first of them be gone, another will do.
    const renewed = new Set<Made>()
    if (owner !== undefined && (await isRenewed(owner.path, text))) {
      writtenAtMs = nowMs
      renewed.add(owner)
    }
    for (const [path, kind] of names) {
      if (kind === 'file') await isRenewed(path, text)
      else if (!renewed.has(kind) && (await isRenewed(path, text))) renewed.add(kind)
    }
  }

  return {
    async name(path) {
      // It keeps no process alive.
      timer ??= setInterval(() => void renew(), renewalMs).unref()
      const kind = await link(path)
      if (kind === 'taken') return 'taken'
      names.set(path, kind)
      return 'named'
    },
    async unname(path) {
      const kind = names.get(path)
      names.delete(path)
      if (kind !== undefined && kind !== 'file' && (await isUnlinked(path, kind))) return
      // Its number may be another one since a share was mounted anew.
      if ((await lookAtLock(path))?.text === text) await unlinkIfThere(path)
    },
    async close() {
      clearInterval(timer)
      timer = undefined
      const owner = await made?.catch(() => undefined)
      made = undefined
      if (owner !== undefined) await unlinkIfThere(owner.path, owner.calls)
    },
  }
}

async function isRenewed(path: string, text: string): Promise<boolean> {
  try {
    return await renewLockFile(path, text)
  } catch {
    // Out of reach for now: what a lock is lost for shows at the file that is being downloaded.
    return false
  }
}

interface Made extends FileNumber {
  readonly path: string
  readonly calls: FileCalls
}

/** Takes the name away if it leads to that very file. */
async function isUnlinked(path: string, made: Made): Promise<boolean> {
  const { calls } = made
  if (!isSameFile(await calls.lstat(path), made)) return false
  await calls.unlink(path)
  return true
}
