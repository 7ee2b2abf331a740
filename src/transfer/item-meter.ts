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
  /** The item is over: what has not come will not come, so it is no longer waited for. */
  settle(): void
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
    get fetchedBytes() {
      return fetched
    },
  }
}
