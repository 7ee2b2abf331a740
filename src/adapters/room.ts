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
  /** Keeps so many bytes of the folder's file system for a file. */
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

  return {
    async assertFree(folder, bytes) {
      const [{ dev }, { bavail, bsize }] = await onDisk(
        `look at the file system of [${folder}]`,
        () => Promise.all([stat(folder), statfs(folder)]),
      )
      const freeBytes = Math.max(0, bavail * bsize - (promised.get(dev) ?? 0))
      if (freeBytes >= bytes) return
      throw new ItemError(
        `Not enough space in [${folder}]: ${formatSize(bytes)} needed, ${formatSize(freeBytes)} free, ${formatSize(bytes - freeBytes)} missing`,
        { code: 'NoSpaceError' },
      )
    },
    async reserve(folder, bytes) {
      const { dev } = await stat(folder)
      let left = bytes
      promise(dev, left)
      const giveBack = (count: number) => {
        const given = Math.min(left, count)
        left -= given
        promise(dev, -given)
      }
      return { used: giveBack, release: () => giveBack(left) }
    },
  }
}
