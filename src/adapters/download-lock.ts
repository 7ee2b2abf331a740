import { createHash } from 'node:crypto'
import { readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ItemError, systemCode } from '../core/errors.ts'
import type { DownloadLocks } from '../core/ports.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { onDisk } from './item-trouble.ts'
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts'

/** Far longer than the writing of one short file can take. */
const writingTakesMs = 10_000

/**
 * One lock file a destination, `<folder>/<sha256 of the path>.lock`, made exclusively and holding
 * the owner's identity. A lock whose owner is dead is taken over; see `takeOver` for how two runs
 * that find it at the same time are kept apart.
 *
 * @param folder `<cpd>/down`, which exists.
 */
export function createDownloadLocks(folder: string): DownloadLocks {
  const own = JSON.stringify(ownIdentity())
  return {
    async acquire(destination) {
      const name = createHash('sha256').update(resolve(destination)).digest('hex')
      const path = join(folder, `${name}.lock`)
      const taken = await onDisk(`lock [${destination}]`, async () => {
        if (await createWith(path, own)) return true
        return takeOver(path, own)
      })
      if (!taken) throw await busy(path, destination)
      return { release: () => release(path, own) }
    },
  }
}

/**
 * Replaces the lock of a dead owner. Whoever wants to must first make the claim file, exclusively,
 * then look at the lock again: as long as it holds the claim, nobody else removes a dead lock, so
 * what it then still sees as dead cannot have become somebody's living one.
 */
async function takeOver(path: string, own: string): Promise<boolean> {
  if (!(await isDead(path))) return false
  const claim = `${path}.claim`
  if (!(await createWith(claim, own))) {
    // A claim is held for an instant; one left by a dead process would block the path for ever.
    if (await isDead(claim)) await unlinkIfThere(claim)
    return false
  }
  try {
    if (!(await isDead(path))) return false
    await unlinkIfThere(path)
    return await createWith(path, own)
  } finally {
    await unlinkIfThere(claim)
  }
}

/** Only a lock that still is ours goes; whatever happens to it, the download was what it was. */
async function release(path: string, own: string): Promise<void> {
  try {
    if ((await readFile(path, 'utf8')) === own) await unlink(path)
  } catch (error) {
    // Gone or out of reach: the next run sees by its owner that it is a left-over.
    if (systemCode(error) === '') throw error
  }
}

async function createWith(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

async function isDead(path: string): Promise<boolean> {
  const owner = await readOwner(path)
  return owner === undefined ? isAbandoned(path) : !isRunning(owner)
}

/** A lock that nobody finished writing belongs to a process that was killed at that moment. */
async function isAbandoned(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > writingTakesMs
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** Undefined when the lock is gone, or when its owner has not finished writing it. */
async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    const owner: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isIdentity(owner) ? owner : undefined
  } catch (error) {
    if (error instanceof SyntaxError || systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    Number(value.pid) > 0 &&
    'host' in value &&
    typeof value.host === 'string' &&
    'started' in value &&
    typeof value.started === 'string'
  )
}

async function busy(path: string, destination: string): Promise<ItemError> {
  const owner = await readOwner(path)
  const who = owner === undefined ? 'Another run' : `Process ${owner.pid} on ${owner.host}`
  return new ItemError(
    `${who} is downloading to [${destination}] now; resume this item when it has ended (lock file [${path}])`,
    { code: 'LockedError' },
  )
}
