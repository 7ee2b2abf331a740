import { stat, statfs } from 'node:fs/promises'
import { ItemError } from '../core/errors.ts'
import { formatSize } from '../core/units.ts'
import { onDisk } from './item-trouble.ts'

/** Room that is promised to one file, less what of it is written. */
export interface Reservation {
  used(bytes: number): void
  /** Keeps so many bytes more. Throws like `reserve`. */
  keepMore(bytes: number): Promise<void>
  release(): void
}

/** Free space, less what this run has promised to files that it is still writing. */
export interface Room {
  /**
   * Keeps the bytes for a file. Throws an `ItemError` that says what is missing where they would not
   * fit the folder's file system.
   */
  reserve(folder: string, bytes: number): Promise<Reservation>
}

/**
 * Watches the room on the disks. Temp files are sparse, so that without this several large
 * downloads that begin together would each be told that there is enough.
 */
export function createRoom(): Room {
  const accounts = new Map<bigint, Account>()
  /** Bytes that were written on all disks, ever. */
  let writtenBytes = 0

  return {
    async reserve(folder, bytes) {
      let left = 0
      const keep = async (count: number): Promise<Account> => {
        const writtenBefore = writtenBytes
        const seen = await look(folder)
        // Nothing is awaited from here on, so that no other file is promised the same room.
        const account = accounts.get(seen.device) ?? { promisedBytes: 0 }
        accounts.set(seen.device, account)
        // What is written while one looks may be in the free space still, and in no promise any more.
        const takenBytes = account.promisedBytes + writtenBytes - writtenBefore
        assertFits(folder, count, Math.max(0, seen.freeBytes - takenBytes))
        left += count
        account.promisedBytes += count
        return account
      }
      const account = await keep(bytes)
      const giveBack = (count: number) => {
        const given = Math.min(left, count)
        left -= given
        account.promisedBytes -= given
        return given
      }
      return {
        used(count) {
          writtenBytes += giveBack(count)
        },
        async keepMore(count) {
          await keep(count)
        },
        release() {
          giveBack(left)
        },
      }
    },
  }
}

/** What was promised on one file system and is not written yet. */
interface Account {
  promisedBytes: number
}

function assertFits(folder: string, bytes: number, freeBytes: number): void {
  if (freeBytes >= bytes) return
  throw new ItemError(
    `Not enough space in [${folder}]: ${formatSize(bytes)} needed, ${formatSize(freeBytes)} free, ${formatSize(bytes - freeBytes)} missing`,
    { code: 'NoSpaceError' },
  )
}

interface Seen {
  readonly device: bigint
  readonly freeBytes: number
}

async function look(folder: string): Promise<Seen> {
  const [{ dev }, { blocks, bavail, bsize }] = await onDisk(
    `look at the file system of [${folder}]`,
    () => Promise.all([stat(folder, { bigint: true }), statfs(folder)]),
  )
  // One that does not know its size says that it has none; the write will tell.
  return { device: dev, freeBytes: blocks === 0 ? Infinity : bavail * bsize }
}
