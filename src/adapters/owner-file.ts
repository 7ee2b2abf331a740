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
}

/** Makes the file with its first name; it is there until it is closed, or swept like any draft. */
export function createOwnerFile({ folder, text, renewalMs }: OwnerFileOptions): OwnerFile {
  const modes = createWriteModes()
  const names = new Map<string, 'link' | 'file'>()
  let made: Promise<Made> | undefined
  let timer: NodeJS.Timeout | undefined

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
  const link = async (path: string): Promise<'link' | 'file' | 'taken'> => {
    const owner = await find()
    try {
      await owner.calls.link(owner.path, path)
      return 'link'
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') return 'taken'
      // Without hard links, or without the file, which somebody may have taken for a left-over.
      if (linkless.has(code)) return (await createLockFile(path, text)) ? 'file' : 'taken'
      throw error
    }
  }
  const renew = async () => {
    const owner = await made?.catch(() => undefined)
    // All links are one file; should its first name be gone, another will do.
    let isDone = owner !== undefined && (await isRenewed(owner.path, text))
    for (const [path, kind] of names) {
      if (kind === 'file') await isRenewed(path, text)
      else isDone ||= await isRenewed(path, text)
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
      const owner = await made
      if (kind === 'link' && owner !== undefined) await unlinkSame(path, owner)
      else if ((await lookAtLock(path))?.text === text) await unlinkIfThere(path)
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

async function unlinkSame(path: string, made: Made): Promise<void> {
  const { calls } = made
  if (isSameFile(await calls.lstat(path), made)) await calls.unlink(path)
}
