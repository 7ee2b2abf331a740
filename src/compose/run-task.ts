import type { RecoverResult } from '../app/recover.ts'
import type { RunEnd } from '../cli/run-view.ts'
import { metricsOf } from '../core/tally.ts'
import { setUpDesk } from './desk.ts'
import { interruptedExitCode } from './interrupts.ts'
import { runRound, startRound, type Round } from './round.ts'
import type { Task } from './task.ts'
import type { World } from './world.ts'

const allDone = 0
/** Something failed, or a line of the list could not be read. */
const uncompleted = 8

/** Resumes the task, shows how it goes and ends, and returns the exit code. */
export async function runTask(task: Task, world: World): Promise<number> {
  const desk = setUpDesk(task, world)
  const { view, log, sdkLog, questions, interrupts } = desk
  try {
    const round = startRound(task, desk)
    view.started(startFields(task, round))
    const result = await runRound(task, round, { desk, world })
    const exitCode = interrupts.wasInterrupted() ? interruptedExitCode : exitCodeOf(result)
    view.ended({
      ...endFields(task, round, result),
      exitCode,
      endedBy: interrupts.wasInterrupted() ? 'interrupt' : 'itself',
    })
    const { tally } = result
    log.info(
      `Task [${round.taskId}] ended: ${tally.succeeded} succeeded, ${tally.failed} failed, ${tally.skipped} unchanged, ${tally.leftOut} left out, ${result.unreadable} unreadable lines`,
    )
    return exitCode
  } finally {
    questions.close()
    interrupts.abort(new Error('the run is over'))
    interrupts.dispose()
    await Promise.all([log.close(), sdkLog.close()])
  }
}

function exitCodeOf({ tally, unreadable }: RecoverResult): number {
  return tally.failed > 0 || unreadable > 0 ? uncompleted : allDone
}

function startFields({ options }: Task, { taskId, startedAtMs }: Round) {
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

function endFields(
  task: Task,
  { taskId, startedAtMs, reports, causes, warningCount }: Round,
  { tally, unreadable }: RecoverResult,
): Omit<RunEnd, 'exitCode' | 'endedBy'> {
  const endedAtMs = Date.now()
  const { options } = task
  return {
    startedAtMs,
    endedAtMs,
    taskId,
    tally,
    unreadable,
    metrics: metricsOf(tally, endedAtMs - startedAtMs),
    warnings: warningCount(),
    causes: causes.mostFrequent(shownCauses),
    causeCount: causes.size(),
    lists: {
      succeed: reports.pathOf('succeed'),
      failed: reports.pathOf('failed'),
      warning: reports.pathOf('warning'),
    },
    whereIs: (kind) => reports.whereIs(kind),
    // After a dry run it is not only what would fail that is still to be done.
    command: task.commandFor(options.dryRun ? options.taskId : taskId),
  }
}
