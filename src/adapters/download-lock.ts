import { createHash } from 'node:crypto'
import { readdir, unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ItemError, systemCode } from '../core/errors.ts'
import type { DownloadLocks } from '../core/ports.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { onDisk } from './item-trouble.ts'
import {
  createLockFile,
  draftName,
  lookAtLock,
  renewLockFile,
  type FoundLock,
} from './lock-file.ts'
import { lifeOf, ownIdentity } from './process-identity.ts'

/** Times of the locks, in milliseconds; other than the usual ones for tests. */
export interface LockTimes {
  /** How often the owner says that it lives. */
  readonly renewalMs: number
  /** An owner that cannot be asked counts as dead after so long without such a sign. */
  readonly silenceMs: number
}

/**
 * One lock file a destination, `<folder>/<sha256 of the path>.lock`, made exclusively and holding
 * the owner's identity. A lock whose owner is dead is taken over. Where the owner cannot be asked,
 * in another container or on another computer, the time of the file tells: the owner renews it, and
 * it is compared with that of a file that was just made beside it, so that no two clocks meet.
 *
 * @param folder `<cpd>/down`, which exists.
 */
export function createDownloadLocks(folder: string, times: LockTimes = usualTimes): DownloadLocks {
  const own = JSON.stringify(ownIdentity())
  const renewal = createRenewal(own, times)
  let swept: Promise<void> | undefined
  return {
    async acquire(destination) {
      swept ??= sweep(folder, { own, ...times })
      await swept
      const name = createHash('sha256').update(resolve(destination)).digest('hex')
      const path = join(folder, `${name}.lock`)
      const taken = await onDisk(`lock [${destination}] by the file [${path}]`, async () => {
        if (await createLockFile(path, own)) return true
        return takeOver(path, { own, ...times })
      })
      if (!taken) throw await busy(path, destination)
      renewal.add(path)
      return {
        release() {
          renewal.remove(path)
          return release(path, own)
        },
      }
    },
  }
}

/**
 * Takes away what processes left that were killed while they took a lock. The lock itself stays: it
 * is taken over by whoever wants its destination.
 */
async function sweep(folder: string, options: TakeOver): Promise<void> {
  for (const name of (await ifPossible(() => readdir(folder))) ?? []) {
    // What cannot be swept, a folder for one, is in nobody's way.
    await ifPossible(() => sweepName(join(folder, name), options))
  }
}

async function sweepName(path: string, options: TakeOver): Promise<void> {
  const isLeft = draftName.test(path)
    ? await isAbandoned(path)
    : claimName.test(path) && (await takeOver(path, options))
  if (isLeft) await unlinkIfThere(path)
}

/** Where it is not known it counts as such: a living process that misses its draft does without. */
async function isAbandoned(draft: string): Promise<boolean> {
  const found = await lookAtLock(draft)
  return found?.owner === undefined || lifeOf(found.owner) !== 'runs'
}

/** Claims are named after what they claim; those of older versions all alike. */
const claimName = /\.lock(\.[0-9a-f]{16})+$|\.lock\.claim$/

const usualTimes: LockTimes = { renewalMs: 10_000, silenceMs: 60_000 }
/** Far longer than the writing of one short file can take. */
const writingTakesMs = 10_000

interface TakeOver {
  readonly own: string
  readonly silenceMs: number
}

/**
 * Puts a lock of ours in the place of a dead one. Whoever wants to must first make a claim, a file
 * whose name stands for the very lock that was found dead, and then look again: as long as it holds
 * the claim nobody else removes that lock, so what is still the same cannot be somebody's living one.
 * The claim of a process that died over it is a dead lock itself, and replaced in the same way.
 */
async function takeOver(path: string, options: TakeOver): Promise<boolean> {
  const { own } = options
  const found = await lookAtLock(path)
  if (found === undefined) return createLockFile(path, own)
  if (found.owner !== undefined && lifeOf(found.owner) === 'runs') return false
  const claim = `${path}.${instanceOf(found)}`
  if (!(await createLockFile(claim, own)) && !(await takeOver(claim, options))) return false
  try {
    const [again, claimed] = await Promise.all([lookAtLock(path), lookAtLock(claim)])
    if (again === undefined || claimed === undefined) return false
    const isSame = instanceOf(again) === instanceOf(found)
    if (!isSame || !isDead(again, claimed.changedMs, options)) return false
    await unlinkIfThere(path)
    return await createLockFile(path, own)
  } finally {
    await unlinkIfThere(claim)
  }
}

/** Differs between any two locks that ever have one path, and when one is renewed. */
function instanceOf({ text, changedMs }: FoundLock): string {
  return createHash('sha256').update(`${changedMs} ${text}`).digest('hex').slice(0, 16)
}

function isDead(lock: FoundLock, nowMs: number, { silenceMs }: TakeOver): boolean {
  const silentMs = nowMs - lock.changedMs
  // A lock that nobody finished writing belongs to a process that was killed at that moment.
  if (lock.owner === undefined) return silentMs > writingTakesMs
  switch (lifeOf(lock.owner)) {
    case 'ended':
      return true
    case 'runs':
      return false
    case 'unknown':
      // A time in the future was set by a clock that was wrong; a living owner would have renewed it.
      return Math.abs(silentMs) > silenceMs
  }
}

/** Only a lock that still is ours goes; whatever happens to it, the download was what it was. */
async function release(path: string, own: string): Promise<void> {
  // One that is out of reach is seen as a left-over by the next run, for it names its owner.
  await ifPossible(async () => {
    if ((await lookAtLock(path))?.text === own) await unlink(path)
  })
}

async function ifPossible<T>(deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed()
  } catch (error) {
    if (systemCode(error) === '') throw error
    return undefined
  }
}

interface Renewal {
  add(path: string): void
  remove(path: string): void
}

/** Renews the locks that are held; there is no timer while none is, and it keeps no process alive. */
function createRenewal(own: string, { renewalMs }: LockTimes): Renewal {
  const held = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let isBusy = false

  const renewAll = async () => {
    if (isBusy) return
    isBusy = true
    for (const path of held) {
      // Out of reach for now: what a lock is lost for shows at the file that is being downloaded.
      await renewLockFile(path, own).catch(() => false)
    }
    isBusy = false
  }
  return {
    add(path) {
      held.add(path)
      timer ??= setInterval(() => void renewAll(), renewalMs).unref()
    },
    remove(path) {
      held.delete(path)
      if (held.size > 0) return
      clearInterval(timer)
      timer = undefined
    },
  }
}

async function busy(path: string, destination: string): Promise<ItemError> {
  const found = await onDisk(`look at the lock file [${path}]`, () => lookAtLock(path))
  const owner = found?.owner
  const who = owner === undefined ? 'Another run' : `Process ${owner.pid} on ${owner.host}`
  return new ItemError(
    `${who} is downloading to [${destination}] now; resume this item when it has ended (lock file [${path}])`,
    { code: 'LockedError' },
  )
}
