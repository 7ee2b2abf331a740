import type { RecoverResult } from '../app/recover.ts'
import type { RunSoFar, RunStart } from '../cli/run-view.ts'
import { isTaken } from '../core/failure-prospects.ts'
import { metricsOf, type Tally } from '../core/tally.ts'
import type { Round } from './round.ts'
import type { Task } from './task.ts'

/** A round that has ended, and all before it. */
export interface EndedRound {
  /** The first is 1. */
  readonly number: number
  readonly first: Round
  readonly round: Round
  /** Of this round alone. */
  readonly last: Tally
  /** Of all rounds together. */
  readonly result: RecoverResult
  /** Of all rounds together. */
  readonly warnings: number
}

/** What a run is to do, as it is shown. */
export function describeStart({ options }: Task, { taskId, startedAtMs }: Round): RunStart {
  return {
    startedAtMs,
    taskId,
    resumedTaskId: options.taskId,
    dryRun: options.dryRun,
    update: options.update,
    parallels: options.parallels,
    jobs: options.jobs,
    thresholdBytes: options.thresholdBytes,
    partSizeBytes: options.partSize,
    verifyLength: options.verifyLength,
    verifyMd5: options.verifyMd5,
    exclude: options.exclude,
    include: options.include,
    timeRange: options.timeRangeText,
    checkpointDir: options.checkpointFolder,
    outputDir: options.outputFolder,
    tempFileDir: options.tempFolder ?? options.defaultTempFolder,
  }
}

const shownCauses = 3

/** What a run came to, as it is shown. */
export function describeEnd(
  { options, commandFor }: Task,
  { number, first, round, result, warnings }: EndedRound,
  endedAtMs: number,
): RunSoFar {
  const { taskId, reports, causes } = round
  const { startedAtMs } = first
  // What is gone may come back, or was looked for in the wrong place; these files belong to others.
  const isOver = causes.countOf(isTaken) >= result.tally.failed
  return {
    startedAtMs,
    endedAtMs,
    taskId,
    rounds: number,
    tally: result.tally,
    unreadable: result.unreadable,
    metrics: metricsOf(result.tally, endedAtMs - startedAtMs),
    warnings,
    causes: causes.mostFrequent(shownCauses),
    causeCount: causes.size(),
    lists: {
      succeed: reports.pathOf('succeed'),
      failed: reports.pathOf('failed'),
      // A line that cannot be read is in that of the first.
      warning: reports.pathOf('warning') ?? first.reports.pathOf('warning'),
    },
    // Lines that cannot be read come up in the first round only: the lists of the others are ours.
    whereIs: (kind) => (kind === 'warning' ? first : round).reports.whereIs(kind),
    // After a dry run it is not only what would fail that is still to be done.
    command: isOver ? undefined : commandFor(options.dryRun ? options.taskId : taskId),
  }
}
