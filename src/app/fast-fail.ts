import type { Outcome } from '../core/outcome.ts'

/** Statuses that every further item would meet as well: no valid credentials, no permission to GET. */
const hopelessStatuses: ReadonlySet<number | undefined> = new Set([401, 405])

export interface FastFail {
  note(outcome: Outcome): void
  /** Whether so many items failed hopelessly that the rest need not be tried. */
  isAborted(): boolean
}

/**
 * Counts failures with 401 or 405. More than `threshold` of them abort the task; with a threshold
 * of 0 or less the first one does (manual: fastFailThreshold).
 */
export function createFastFail(threshold: number): FastFail {
  let hopeless = 0
  return {
    note(outcome) {
      if (outcome.kind === 'failed' && hopelessStatuses.has(outcome.status)) hopeless += 1
    },
    isAborted: () => hopeless > Math.max(0, threshold),
  }
}
