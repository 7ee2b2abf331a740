/** Keeps what is done often from being done more often than is worth it. */
export interface Pauses {
  /** Resolves at once, but not so soon again: only once the pause since the last time is over. */
  passed(): Promise<void>
  /** Ends the wait that is under way. */
  skip(): void
  /** The same, and all later ones before they begin. */
  end(): void
}

/** Makes pauses of so many milliseconds, for one caller at a time. */
export function createPauses(lengthMs: number): Pauses {
  let lastMs = Number.NEGATIVE_INFINITY
  let isOver = false
  let endWait: (() => void) | undefined

  const wait = (leftMs: number) =>
    new Promise<void>((done) => {
      const timer = setTimeout(done, leftMs)
      endWait = () => {
        // The process would live for as long as the timer does.
        clearTimeout(timer)
        done()
      }
    })
  return {
    async passed() {
      const leftMs = lastMs + lengthMs - performance.now()
      if (leftMs > 0 && !isOver) await wait(leftMs)
      lastMs = performance.now()
    },
    skip: () => endWait?.(),
    end() {
      isOver = true
      endWait?.()
    },
  }
}
