import type { DownloadPlan } from '../core/download-plan.ts'
import type { Cause } from '../core/failure-causes.ts'
import type { Outcome } from '../core/outcome.ts'
import type { Warning } from '../core/ports.ts'
import type { ListKind } from '../core/report-frame.ts'
import type { Metrics, Tally } from '../core/tally.ts'
import type { ProgressDisplay } from './progress-bar.ts'
import type { HeaderFields } from './summary.ts'

/** What a run shows of itself, to a person (`text-view.ts`) or to a program (`json-view.ts`). */
export interface RunView {
  /** Comes first, and once. */
  started(fields: RunStart): void
  /** The progress of the items of one reading of the lists. */
  newProgress(): ProgressDisplay
  /** The item's line is on its way to its list. */
  outcome(outcome: Outcome): void
  /** What failed in a round will be resumed after a pause. */
  roundEnded(fields: RoundEnd): void
  /** The round after that begins. */
  roundStarted(fields: RoundStart): void
  warned(warning: Warning): void
  /** What all rounds before came to, when a further one cannot be carried out. */
  brokeOff(fields: RunSoFar): void
  /** Comes last, and once, unless the run could not be carried out. */
  ended(fields: RunEnd): void
}

/** What a run is to do. Times are milliseconds since the epoch. */
export interface RunStart extends HeaderFields {
  readonly startedAtMs: number
  readonly resumedTaskId: string
  readonly dryRun: boolean
  readonly update: boolean
}

/** A round that is not the last one; the first of a run is number 1. */
interface RoundEnd {
  readonly round: number
  /** How many there are at most. */
  readonly rounds: number
  readonly taskId: string
  readonly succeeded: number
  readonly failed: number
  /** Milliseconds. */
  readonly pauseMs: number
}

interface RoundStart {
  readonly round: number
  /** How many there are at most. */
  readonly rounds: number
  readonly taskId: string
  readonly resumedTaskId: string
}

/** What a run came to; of several rounds all together, with the task id and the lists of the last. */
export interface RunEnd extends RunSoFar {
  readonly exitCode: number
  readonly endedBy: 'itself' | 'interrupt'
  /** Of a dry run. */
  readonly plan: DownloadPlan | undefined
}

/** The same of a run that may not be over. */
export interface RunSoFar {
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly taskId: string
  readonly rounds: number
  readonly tally: Tally
  readonly metrics: Metrics
  /** Lines in the warning list. */
  readonly warnings: number
  /** Lines of the old lists that look like items and cannot be read. */
  readonly unreadable: number
  /** The most frequent causes of failures. */
  readonly causes: readonly Cause[]
  /** All of them. */
  readonly causeCount: number
  /** The path of each list that was made; rotated siblings have a number behind it. */
  readonly lists: Readonly<Record<ListKind, string | undefined>>
  /** Where the list is, in words. */
  readonly whereIs: (kind: ListKind) => string
  /** The command line that goes on; undefined where no further try can help. */
  readonly command: string | undefined
}
