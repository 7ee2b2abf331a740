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
  return new Meter(progress, guessedBytes)
}

/** A class, for there are many thousand, and functions of its own for each would take their time. */
class Meter implements ItemMeter {
  readonly #progress: Progress
  #expected: number
  #fetched = 0
  #found = 0

  constructor(progress: Progress, guessedBytes: number) {
    this.#progress = progress
    this.#expected = guessedBytes
  }

  get fetchedBytes(): number {
    return this.#fetched
  }

  sized(sizeBytes: number): void {
    if (sizeBytes !== this.#expected) this.#progress.sizeCorrected(sizeBytes - this.#expected)
    this.#expected = sizeBytes
  }

  arrived(count: number): void {
    this.#fetched += count
    this.#progress.bytesArrived(count)
  }

  found(count: number): void {
    this.#found += count
    this.#progress.bytesFound(count)
  }

  startedOver(): void {
    const lost = this.#presentBytes()
    if (lost > 0) this.#progress.bytesLost(lost)
    this.#fetched = 0
    this.#found = 0
  }

  settle(): void {
    this.sized(this.#presentBytes())
    this.#progress.itemDone()
  }

  fail(): void {
    this.#progress.itemFailed(Math.max(0, this.#expected - this.#presentBytes()))
  }

  fetchingParts(name: string): () => void {
    const expected = () => this.#expected
    const fetched = () => this.#fetched
    const present = () => this.#presentBytes()
    return this.#progress.objectStarted({
      name,
      get sizeBytes() {
        return expected()
      },
      get fetchedBytes() {
        return fetched()
      },
      get presentBytes() {
        return present()
      },
    })
  }

  #presentBytes(): number {
    return this.#fetched + this.#found
  }
}
