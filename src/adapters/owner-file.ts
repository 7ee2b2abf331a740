import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Soon } from '../core/and-then.ts'
import { systemCode } from '../core/errors.ts'
import { promptly, ready, type Now, type Steps } from '../core/promptly.ts'
import { unlinkIfThere, unlinkNow } from './file-bytes.ts'
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
  name(path: string): Now<'named' | 'taken'>
  /** Takes a name away that `name` gave, if it still leads to what it led to. */
  unname(path: string): Soon
}

export interface OwnerFileOptions {
  /** The folder of the locks, which exists. */
  readonly folder: string
  readonly text: string
  /** How often it is written again, in milliseconds, while it has names, to show that its owner lives. */
  readonly renewalMs: number
}

/** Makes the file with its first name; it is gone with its last one, or swept like any draft. */
export function createOwnerFile({ folder, text, renewalMs }: OwnerFileOptions): OwnerFile {
  const modes = createWriteModes()
  const names = new Map<string, 'link' | 'file'>()
  let made: Now<Made> | undefined
  let timer: NodeJS.Timeout | undefined
  let users = 0

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
  const makeOnce = (): Now<Made> => {
    if (made !== undefined) return made
    const making = make()
    made = making
    const settle = (owner: Made | undefined) => {
      if (made === making) made = owner
    }
    making.then(settle, () => settle(undefined))
    return making
  }
  function* link(path: string): Steps<'link' | 'file' | 'taken'> {
    const owner = yield* ready(makeOnce())
    try {
      yield* ready(owner.calls.link(owner.path, path))
      return 'link'
    } catch (error) {
      const code = systemCode(error)
      if (code === 'EEXIST') return 'taken'
      // Without hard links, or without the file, which somebody may have taken for a left-over.
      if (linkless.has(code)) {
        return (yield* ready(createLockFile(path, text))) ? 'file' : 'taken'
      }
      throw error
    }
  }
  /** Undefined where it could not be made. */
  function* owned(): Steps<Made | undefined> {
    try {
      return made && (yield* ready(made))
    } catch {
      return undefined
    }
  }
  const renew = async () => {
    const owner = await promptly(owned())
    // All links are one file; should its first name be gone, another will do.
    let isDone = owner !== undefined && (await isRenewed(owner.path, text))
    for (const [path, kind] of names) {
      if (kind === 'file') await isRenewed(path, text)
      else isDone ||= await isRenewed(path, text)
    }
  }
  function* discard(): Steps<void> {
    users -= 1
    if (users > 0) return
    clearInterval(timer)
    timer = undefined
    const owner = yield* owned()
    // Somebody may have come meanwhile.
    if (users > 0 || owner === undefined) return
    made = undefined
    yield* ready(unlinkNow(owner.path, owner.calls))
  }
  function* name(path: string): Steps<'named' | 'taken'> {
    users += 1
    // It keeps no process alive.
    timer ??= setInterval(() => void renew(), renewalMs).unref()
    let kind: 'link' | 'file' | 'taken' = 'taken'
    try {
      kind = yield* link(path)
    } finally {
      if (kind === 'taken') yield* discard()
    }
    if (kind === 'taken') return 'taken'
    names.set(path, kind)
    return 'named'
  }
  function* unname(path: string): Steps<void> {
    const kind = names.get(path)
    names.delete(path)
    try {
      const owner = made && (yield* ready(made))
      if (kind === 'link' && owner !== undefined) yield* unlinkSame(path, owner)
      else yield* ready(unlinkOwn(path, text))
    } finally {
      yield* discard()
    }
  }
  return {
    name: (path) => promptly(name(path)),
    unname: (path) => promptly(unname(path)),
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

function* unlinkSame(path: string, made: Made): Steps<void> {
  const { calls } = made
  if (isSameFile(yield* ready(calls.lstat(path)), made)) yield* ready(calls.unlink(path))
}

/** Of a lock that is a file of its own the text tells whose it is. */
async function unlinkOwn(path: string, text: string): Promise<void> {
  if ((await lookAtLock(path))?.text === text) await unlinkIfThere(path)
}
