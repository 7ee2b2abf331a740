import type { ObjectOnItsWay } from './ports.ts'
import { createRecentRate, type RecentRate } from './recent-rate.ts'

/** How far one large object is, as the user is shown it at one moment. */
export interface ObjectView {
  readonly name: string
  readonly sizeBytes: number
  /** From 0 to 99.99 in steps of 0.01, rounded down: an object that is done is not shown. */
  readonly percent: number
  readonly bytesPerSecond: number
}

/** The large objects that are being fetched. */
export interface ObjectsOnTheirWay {
  /** The object is one of them until the function that is returned is called. */
  readonly started: (object: ObjectOnItsWay) => () => void
  /**
   * At most so many, in the order in which they started. Who has not been seen for half a second yet is
   * left out: lines that come and go at once could not be read.
   */
  readonly views: (nowMs: number, most: number) => readonly ObjectView[]
}

/** None so far. */
export function createObjectsOnTheirWay(): ObjectsOnTheirWay {
  const seen = new Map<ObjectOnItsWay, Seen | undefined>()

  const lookAt = (object: ObjectOnItsWay, nowMs: number): Seen => {
    const before = seen.get(object)
    if (before !== undefined) return before
    const first = { sinceMs: nowMs, rate: createRecentRate(nowMs, object.fetchedBytes) }
    seen.set(object, first)
    return first
  }
  return {
    started(object) {
      seen.set(object, undefined)
      return () => {
        seen.delete(object)
      }
    },
    views(nowMs, most) {
      return [...seen.keys()]
        .filter((object) => nowMs - lookAt(object, nowMs).sinceMs >= READABLE_MS)
        .slice(0, Math.max(0, most))
        .map((object) => view(object, lookAt(object, nowMs).rate, nowMs))
    },
  }
}

const READABLE_MS = 500

interface Seen {
  readonly sinceMs: number
  readonly rate: RecentRate
}

function view(object: ObjectOnItsWay, rate: RecentRate, nowMs: number): ObjectView {
  const { name, sizeBytes, fetchedBytes, presentBytes } = object
  const share = sizeBytes === 0 ? 0 : presentBytes / sizeBytes
  return {
    name,
    sizeBytes,
    percent: Math.min(99.99, Math.max(0, Math.floor(share * 10_000) / 100)),
    bytesPerSecond: rate.at(nowMs, fetchedBytes),
  }
}
