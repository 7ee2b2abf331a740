import type { Soon } from '../core/and-then.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Reports, Warning } from '../core/ports.ts'
import { createItemQueue } from './item-queue.ts'

/**
 * Lines on their way to the lists, where they are gathered for a while. Whoever has one need not wait for
 * that, unless very many are waiting already; an error comes up with a later line, or at the end.
 */
export interface ReportQueue {
  add(outcome: Outcome): Soon
  warn(warning: Warning): Soon
  /** No more lines come: resolves when all are written; rejects with the first error there was. */
  finished(): Promise<void>
  /** Resolves when nothing is written any more, whatever went wrong. */
  idle(): Promise<void>
}

const linesAtATime = 1000

/** @param onError Told at once of a line that could not be written. */
export function createReportQueue(reports: Reports, onError: () => void): ReportQueue {
  const lines = createItemQueue({ jobs: 'all', waiting: linesAtATime, onError })
  return {
    add: (outcome) => lines.add(() => reports.add(outcome)),
    warn: (warning) => lines.add(() => reports.warn(warning)),
    finished() {
      reports.hurry()
      return lines.finished()
    },
    idle() {
      reports.hurry()
      return lines.idle()
    },
  }
}
