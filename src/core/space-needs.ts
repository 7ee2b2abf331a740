import type { FileSystemPlace, PlannedObject } from './planned-item.ts'

/** Room that a run takes up on one file system, at most, at its fullest moment. */
export interface SpaceNeed extends FileSystemPlace {
  readonly neededBytes: number
}

/** Adds up the room that objects take up. Its memory does not grow with their number. */
export interface SpaceNeeds {
  add(object: PlannedObject): void
  /** In the order in which the file systems came up. */
  list(): readonly SpaceNeed[]
}

/** What a file takes up is a multiple of it on nearly every file system. */
const blockBytes = 4096

/**
 * @param jobs objects that are in work at a time (`-j`).
 *
 * The order in which objects come and end is not known, so it is the worst one that counts: all that
 * take up more than they free have ended, and of the rest, or among these, those are in work whose
 * temporary need is the largest.
 */
export function createSpaceNeeds(jobs: number): SpaceNeeds {
  const accounts = new Map<number, Account>()
  return {
    add(object) {
      for (const { place, mostBytes, lastingBytes } of sharesOf(object)) {
        const account = accounts.get(place.device) ?? {
          folder: place.folder,
          lastingBytes: 0,
          passing: createLargest(jobs),
        }
        accounts.set(place.device, account)
        account.lastingBytes += Math.max(0, lastingBytes)
        account.passing.add(mostBytes - Math.max(0, lastingBytes))
      }
    },
    list: () =>
      [...accounts].map(([device, { folder, lastingBytes, passing }]) => ({
        device,
        folder,
        neededBytes: lastingBytes + passing.sum(),
      })),
  }
}

interface Account {
  readonly folder: string
  /** What has ended and takes up more than before. */
  lastingBytes: number
  /** What is taken up besides while an object is in work. */
  readonly passing: Largest
}

/** What one object takes up on one file system, more than now; both figures may be in its favour. */
interface Share {
  readonly place: FileSystemPlace
  /** While it is in work; not below 0. */
  readonly mostBytes: number
  /** Once it has ended; below 0 where there is more room then. */
  readonly lastingBytes: number
}

function sharesOf({ sizeBytes, heldBytes, replaced, target, temp }: PlannedObject): Share[] {
  const takenBytes = Math.ceil(sizeBytes / blockBytes) * blockBytes
  const freedBytes = replaced?.freedBytes ?? 0
  const tempBytes = Math.max(0, takenBytes - heldBytes)
  if (temp.device === target.device) {
    // The temp file becomes the destination; what that replaces stands until then.
    return [{ place: target, mostBytes: tempBytes, lastingBytes: tempBytes - freedBytes }]
  }
  return [
    { place: temp, mostBytes: tempBytes, lastingBytes: -heldBytes },
    { place: target, mostBytes: takenBytes, lastingBytes: takenBytes - freedBytes },
  ]
}

interface Largest {
  add(bytes: number): void
  /** Of the largest ones. */
  sum(): number
}

/** Keeps the so many largest of all numbers, in ascending order. */
function createLargest(count: number): Largest {
  const kept: number[] = []
  return {
    add(bytes) {
      if (bytes === 0 || (kept.length === count && bytes <= (kept[0] ?? 0))) return
      const at = kept.findIndex((other) => other >= bytes)
      kept.splice(at === -1 ? kept.length : at, 0, bytes)
      if (kept.length > count) kept.shift()
    },
    sum: () => kept.reduce((sum, bytes) => sum + bytes, 0),
  }
}
