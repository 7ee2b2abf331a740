import { createHash, hash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ItemError, systemCode } from '../core/errors.ts'
import type { DownloadLocks } from '../core/ports.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { onDisk } from './item-trouble.ts'
import { createLockFile, draftName, lookAtLock, type FoundLock } from './lock-file.ts'
import { createOwnerFile, type OwnerFile } from './owner-file.ts'
import { theseProcesses, type Processes } from './process-identity.ts'

/** Times of the locks, in milliseconds; other than the usual ones for tests. */
export interface LockTimes {
  /** How often the owner says that it lives. */
  readonly renewalMs: number
  /** An owner that cannot be asked counts as dead after so long without such a sign. */
  readonly silenceMs: number
}

/** The locks of a run. */
export interface OwnLocks extends DownloadLocks {
  /** Takes away what the locks had in common, when all of them are released. */
  close(): Promise<void>
}

/**
 * One lock file a destination, `<folder>/<sha256 of the path>.lock`, made exclusively and holding
 * the owner's identity. A lock whose owner is dead is taken over. Where the owner cannot be asked,
 * in another container or on another computer, the time of the file tells: the owner renews it, and
 * it is compared with that of a file that was just made beside it, so that no two clocks meet.
 *
 * @param folder `<cpd>/down`, which exists.
 */
export function createDownloadLocks(
  folder: string,
  times: LockTimes = usualTimes,
  processes: Processes = theseProcesses,
): OwnLocks {
  const own = JSON.stringify(processes.own())
  const owner = createOwnerFile({ folder, text: own, ...times })
  const options: TakeOver = { own, owner, processes, ...times }
  let swept: Promise<void> | undefined
  return {
    async acquire(destination) {
      swept ??= sweep(folder, options)
      await swept
      const name = hash('sha256', resolve(destination))
      const path = join(folder, `${name}.lock`)
      const isOurs = await onDisk(`lock [${destination}] by the file [${path}]`, async () => {
        if ((await owner.name(path)) === 'named') return true
        return takeOver(path, options)
      })
      if (!isOurs) throw await busy(path, destination)
      return {
        // One that is out of reach is seen as a left-over by the next run, for it names its owner.
        release: () => ifPossible(() => owner.unname(path)),
      }
    },
    // Likewise.
    close: () => ifPossible(() => owner.close()),
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
    ? await isAbandoned(path, options)
    : claimName.test(path) && (await takeClaim(path, options))
  if (isLeft) await unlinkIfThere(path)
}

/**
 * What nobody finished counts as such: a living process that misses it makes another. Of an owner that
 * cannot be asked a day without a sign tells.
 */
async function isAbandoned(draft: string, { processes }: TakeOver): Promise<boolean> {
  const found = await lookAtLock(draft)
  if (found?.owner === undefined) return true
  const life = processes.lifeOf(found.owner)
  return life === 'ended' || (life === 'unknown' && Date.now() - found.changedMs > aDayMs)
}

const aDayMs = 86_400_000

/** Claims are named after what they claim; those of older versions all alike. */
const claimName = /\.lock(\.[0-9a-f]{16})+$|\.lock\.claim$/

const usualTimes: LockTimes = { renewalMs: 10_000, silenceMs: 60_000 }
/** Far longer than the writing of one short file can take. */
const writingTakesMs = 10_000

interface TakeOver {
  readonly own: string
  readonly owner: OwnerFile
  readonly processes: Processes
  readonly silenceMs: number
}

/**
 * Puts a lock of ours in the place of a dead one. Whoever wants to must first make a claim, a file
 * whose name stands for the very lock that was found dead, and then look again: as long as it holds
 * the claim nobody else removes that lock, so what is still the same cannot be somebody's living one.
 * The claim of a process that died over it is a dead lock itself, and replaced in the same way.
 */
async function takeOver(path: string, options: TakeOver): Promise<boolean> {
  const { owner } = options
  return replaceDead(path, options, async () => (await owner.name(path)) === 'named')
}

/** A claim is a file of its own, for its time tells what time it is. */
async function takeClaim(path: string, options: TakeOver): Promise<boolean> {
  const create = () => createLockFile(path, options.own)
  return (await create()) || replaceDead(path, options, create)
}

async function replaceDead(
  path: string,
  options: TakeOver,
  create: () => Promise<boolean>,
): Promise<boolean> {
  const found = await lookAtLock(path)
  if (found === undefined) return create()
  if (found.owner !== undefined && options.processes.lifeOf(found.owner) === 'runs') {
    return false
  }
  const claim = `${path}.${instanceOf(found)}`
  if (!(await takeClaim(claim, options))) return false
  try {
    const [again, claimed] = await Promise.all([lookAtLock(path), lookAtLock(claim)])
    if (again === undefined || claimed === undefined) return false
    const isSame = instanceOf(again) === instanceOf(found)
    if (!isSame || !isDead(again, claimed.changedMs, options)) return false
    await unlinkIfThere(path)
    return await create()
  } finally {
    await unlinkIfThere(claim)
  }
}

/** Differs between any two locks that ever have one path, and when one is renewed. */
function instanceOf({ text, changedMs }: FoundLock): string {
  return createHash('sha256').update(`${changedMs} ${text}`).digest('hex').slice(0, 16)
}

function isDead(lock: FoundLock, nowMs: number, { silenceMs, processes }: TakeOver): boolean {
  const silentMs = nowMs - lock.changedMs
  // A lock that nobody finished writing belongs to a process that was killed at that moment.
  if (lock.owner === undefined) return silentMs > writingTakesMs
  switch (processes.lifeOf(lock.owner)) {
    case 'ended':
      return true
    case 'runs':
      return false
    case 'unknown':
      // A time in the future was set by a clock that was wrong; a living owner would have renewed it.
      return Math.abs(silentMs) > silenceMs
  }
}

async function ifPossible<T>(deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed()
  } catch (error) {
    if (systemCode(error) === '') throw error
    return undefined
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
