import { stat, statfs } from 'node:fs/promises'
import { ItemError } from '../core/errors.ts'
import { formatSize } from '../core/units.ts'
import { onDisk } from './item-trouble.ts'

/** Room that is promised to one file, less what of it is written. */
export interface Reservation {
  used(bytes: number): void
  release(): void
}

/** Free space, less what this run has promised to files that it is still writing. */
export interface Room {
  /** Throws an `ItemError` that says what is missing where the bytes would not fit the folder's file system. */
  assertFree(folder: string, bytes: number): Promise<void>
  /** The same, and keeps the bytes for a file. */
  reserve(folder: string, bytes: number): Promise<Reservation>
}

/** A reservation of nothing, for files that are small or written already. */
export const noReservation: Reservation = { used() {}, release() {} }

/**
 * Watches the room on the disks. Temp files are sparse, so that without this several large
 * downloads that begin together would each be told that there is enough.
 */
export function createRoom(): Room {
  const promised = new Map<number, number>()
  const promise = (device: number, bytes: number) =>
    promised.set(device, (promised.get(device) ?? 0) + bytes)

  const assertFits = (seen: Seen, bytes: number) => {
    const freeBytes = Math.max(0, seen.freeBytes - (promised.get(seen.device) ?? 0))
    if (freeBytes >= bytes) return
    throw new ItemError(
      `Not enough space in [${seen.folder}]: ${formatSize(bytes)} needed, ${formatSize(freeBytes)} free, ${formatSize(bytes - freeBytes)} missing`,
      { code: 'NoSpaceError' },
    )
  }

  return {
    async assertFree(folder, bytes) {
      assertFits(await look(folder), bytes)
    },
    async reserve(folder, bytes) {
      const seen = await look(folder)
      // Nothing is awaited from here on, so that no other file is promised the same room.
      assertFits(seen, bytes)
      let left = bytes
      promise(seen.device, left)
      const giveBack = (count: number) => {
        const given = Math.min(left, count)
        left -= given
        promise(seen.device, -given)
      }
      return { used: giveBack, release: () => giveBack(left) }
    },
  }
}

interface Seen {
  readonly folder: string
  readonly device: number
  readonly freeBytes: number
}

async function look(folder: string): Promise<Seen> {
  const [{ dev }, { bavail, bsize }] = await onDisk(`look at the file system of [${folder}]`, () =>
    Promise.all([stat(folder), statfs(folder)]),
  )
  return { folder, device: dev, freeBytes: bavail * bsize }
}
