import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Placement } from '../core/ports.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { onDisk } from './item-trouble.ts'
import type { Reservation, Room } from './room.ts'

/** Room that is promised to one temp file, less what is written. */
export interface TempRoom extends Reservation {
  /** Bytes were written to the copy on the destination's file system. */
  copied(bytes: number): void
}

/** The same, before it is known how much that is. */
export interface UnclaimedRoom extends TempRoom {
  /**
   * Keeps room for what the file still misses and, where it lies on another file system than its
   * destination, for the copy of the whole. Throws an `ItemError` where one of them would not fit;
   * what was kept by then is given back by `release`.
   */
  claim(need: { readonly missingBytes: number; readonly sizeBytes: number }): Promise<void>
}

/** For files that are small. */
export const noRoom: TempRoom = {
  used() {},
  copied() {},
  keepMore: () => Promise.resolve(),
  release() {},
}

/** The folders of temp file and target must be there when room is claimed. */
export function createTempRoom(
  room: Room,
  { path, placement }: { readonly path: string; readonly placement: Placement },
): UnclaimedRoom {
  let own: Reservation = noRoom
  let copy: Reservation = noRoom
  return {
    used: (bytes) => own.used(bytes),
    keepMore: (bytes) => own.keepMore(bytes),
    copied: (bytes) => copy.used(bytes),
    release() {
      own.release()
      copy.release()
    },
    async claim({ missingBytes, sizeBytes }) {
      const tempFolder = dirname(path)
      const targetFolder = dirname(placement.target)
      if (await areApart(tempFolder, targetFolder)) {
        // A copy that a killed run left half done takes up what the new one needs.
        await onDisk(`remove the temp file [${placement.directTemp}]`, () =>
          unlinkIfThere(placement.directTemp),
        )
        copy = await room.reserve(targetFolder, sizeBytes)
      }
      own = await room.reserve(tempFolder, missingBytes)
    },
  }
}

async function areApart(folder: string, other: string): Promise<boolean> {
  const [one, two] = await onDisk('compare file systems', () =>
    Promise.all([stat(folder), stat(other)]),
  )
  return one.dev !== two.dev
}
