import type { Progress } from '../core/ports.ts'

/** Counts the bytes of one item towards the run's progress, each once. */
export interface ItemMeter {
  /** The size is known now, or known better. */
  sized(sizeBytes: number): void
  arrived(count: number): void
  /** Bytes that an earlier run fetched. */
  found(count: number): void
  /** What arrived or was found was thrown away: it counts again when it comes again. */
  startedOver(): void
  /** The item is over, and what has not come of it is not wanted: it is no part of the whole any more. */
  settle(): void
  /** The item failed: what has not come of it will not come, and is missing in the end. */
  fail(): void
  /** The object of this name is fetched in parts until the function that is returned is called. */
  fetchingParts(name: string): () => void
  /** Bytes fetched by this run that still count. */
  readonly fetchedBytes: number
}

/** Starts to count an item that was added to the progress with this size in bytes. */
export function createItemMeter(progress: Progress, guessedBytes: number): ItemMeter {
  let expected = guessedBytes
  let fetched = 0
  let found = 0

  return {
    sized(sizeBytes) {
      if (sizeBytes !== expected) progress.sizeCorrected(sizeBytes - expected)
      expected = sizeBytes
    },
    arrived(count) {
      fetched += count
      progress.bytesArrived(count)
    },
    found(count) {
      found += count
      progress.bytesFound(count)
    },
    startedOver() {
      if (fetched + found > 0) progress.bytesLost(fetched + found)
      fetched = 0
      found = 0
    },
    settle() {
      this.sized(fetched + found)
      progress.itemDone()
    },
    fail() {
      progress.itemFailed(Math.max(0, expected - fetched - found))
    },
    fetchingParts: (name) =>
      progress.objectStarted({
        name,
        get sizeBytes() {
          return expected
        },
        get fetchedBytes() {
          return fetched
        },
        get presentBytes() {
          return fetched + found
        },
      }),
    get fetchedBytes() {
      return fetched
    },
  }
}
