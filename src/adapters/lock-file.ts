import { randomBytes } from 'node:crypto'
import { link, lstat, open, writeFile, type FileHandle } from 'node:fs/promises'
import { systemCode } from '../core/errors.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { openPlainFile } from './plain-file.ts'
import type { ProcessIdentity } from './process-identity.ts'

/** A lock file as it was found. */
export interface FoundLock {
  /** At most its first 4 KiB; '' for what is no plain file. */
  readonly text: string
  /** Undefined where the file does not name one: it is not finished, or none of ours. */
  readonly owner: ProcessIdentity | undefined
  /** When it was last written, by the clock of its file system, in milliseconds. */
  readonly changedMs: number
}

/** What a lock is written to before it gets its name, should a process die over it. */
export const draftName = /\.[0-9a-f]{16}\.draft$/

/**
 * Makes a lock file exclusively; false where anything has the name already. The file has its text
 * from the moment it has its name, so that nobody meets a lock without an owner.
 */
export async function createLockFile(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${randomBytes(8).toString('hex')}.draft`
  try {
    await writeFile(draft, text, { flag: 'wx', mode: 0o600 })
    await link(draft, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (linkless.has(systemCode(error))) return await createInSteps(path, text)
    throw error
  } finally {
    await unlinkIfThere(draft)
  }
}

/** How file systems without hard links (FAT, some network shares) say so, or that the draft was swept. */
export const linkless: ReadonlySet<string> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
  'EMLINK',
  // Windows has it for what a file system has not (FAT).
  'EISDIR',
  'ENOENT',
])

async function createInSteps(path: string, text: string): Promise<boolean> {
  let handle: FileHandle
  try {
    handle = await open(path, 'wx', 0o600)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
  try {
    await handle.writeFile(text)
    return true
  } catch (error) {
    // On a full disk the empty file would keep everybody out for a while.
    await unlinkIfThere(path)
    throw error
  } finally {
    await handle.close()
  }
}

/** Undefined when nothing is there. Follows no link and never waits, whatever somebody put there. */
export async function lookAtLock(path: string): Promise<FoundLock | undefined> {
  const found = await openPlainFile(path, 'read')
  switch (found.kind) {
    case 'nothing':
      return undefined
    case 'foreign':
      return lookAtForeign(path)
    case 'plain':
      try {
        const text = await readStart(found.handle)
        return { text, owner: parseIdentity(text), changedMs: found.stat.mtimeMs }
      } finally {
        await found.handle.close()
      }
  }
}

/** Has the file's time say that its owner lives; false where the file is gone or somebody else's. */
export async function renewLockFile(path: string, text: string): Promise<boolean> {
  const found = await openPlainFile(path, 'update')
  if (found.kind !== 'plain') return false
  try {
    if ((await readStart(found.handle)) !== text) return false
    // Writing takes the time of the server of a network file system; setting a time would take ours.
    await found.handle.write(text, 0)
    return true
  } finally {
    await found.handle.close()
  }
}

const MOST_BYTES = 4096

async function lookAtForeign(path: string): Promise<FoundLock | undefined> {
  try {
    return { text: '', owner: undefined, changedMs: (await lstat(path)).mtimeMs }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function readStart(handle: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0)
  return buffer.toString('utf8', 0, bytesRead)
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Not finished, or none of ours.
    return undefined
  }
  return isIdentity(value) ? value : undefined
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    ['host', 'started', 'space'].every(
      (name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === 'string',
    )
  )
}
