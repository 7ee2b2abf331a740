import { streamFailureLists } from '../adapters/failure-lists.ts'
import { createDestinationClaims } from '../app/destination-claims.ts'
import { recover, type RecoverResult } from '../app/recover.ts'
import { formatFailures, formatUnreadable } from '../cli/failure-summary.ts'
import { formatHeader, formatStart, formatSummary } from '../cli/summary.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { addSecrets, createRedact, secretsOf } from '../core/secrets.ts'
import { metricsOf } from '../core/tally.ts'
import { prepareClearing } from './clear-lists.ts'
import { setUpDesk, type Desk } from './desk.ts'
import { createEngine } from './engine.ts'
import { interruptedExitCode } from './interrupts.ts'
import { createKeySearch } from './keys.ts'
import { journaled } from './run-journal.ts'
import type { Task } from './task.ts'
import type { World } from './world.ts'

const allDone = 0
/** Something failed, or a line of the list could not be read. */
const uncompleted = 8

/** Resumes the task, shows how it goes and ends, and returns the exit code. */
export async function runTask(task: Task, world: World): Promise<number> {
  const { options, config } = task
  const desk = setUpDesk(task, world)
  const { taskId, startedAtMs, progress, log, sdkLog, questions, interrupts, say } = desk
  log.info(`Recover cp tasks by task id [${options.taskId}], new task id [${taskId}]`)
  world.stdout.write(formatStart(startedAtMs, config.showStartTime ? 'shown' : 'hidden'))
  world.stdout.write(formatHeader(headerFields(task, taskId)))
  try {
    const clearing = options.clear ? await prepareClearing(task.lists) : undefined
    const result = await journaled(task, desk, () => runToItsEnd(task, desk, world))
    await clearing?.({ result, options, say })
    const { tally } = result
    const warnings = desk.warningCount()
    const metrics = metricsOf(tally, Date.now() - startedAtMs)
    world.stdout.write(formatSummary({ taskId, tally, warnings, metrics }))
    world.stderr.write(createRedact(desk.secrets)(formatLeft(result, task, desk)))
    log.info(
      `Task [${taskId}] ended: ${tally.succeeded} succeeded, ${tally.failed} failed, ${tally.skipped} unchanged, ${tally.leftOut} left out, ${result.unreadable} unreadable lines`,
    )
    return interrupts.wasInterrupted() ? interruptedExitCode : exitCodeOf(result)
  } finally {
    progress.stop()
    questions.close()
    interrupts.abort(new Error('the run is over'))
    interrupts.dispose()
    await Promise.all([log.close(), sdkLog.close()])
  }
}

/** Runs the items and ends the lists, also after a fault: what they tell is true as far as it goes. */
async function runToItsEnd(task: Task, desk: Desk, world: World): Promise<RecoverResult> {
  const end = async () => {
    desk.progress.stop()
    await desk.reports.finish({ endedAtMs: Date.now() })
  }
  try {
    const result = await runItems(task, desk, world)
    await end()
    return result
  } catch (error) {
    await end().catch((later: unknown) => desk.log.error(messageOf(later)))
    throw withAdvice(error, task.options.taskId)
  }
}

/** The new lists lack what was not read or could not be written; the old ones do not. */
function withAdvice(error: unknown, oldTaskId: string): unknown {
  if (!(error instanceof AppError)) return error
  const hint = `The new lists are not complete: resume the old task again (cp -recover=${oldTaskId}).`
  return new AppError(error.fault, error.message, { cause: error, hint: error.hint ?? hint })
}

async function runItems(task: Task, desk: Desk, world: World): Promise<RecoverResult> {
  const { options, config, filters } = task
  const { progress, reports, log, sdkLog, questions, interrupts, secrets, say } = desk
  const claim = createDestinationClaims()
  const engine = await createEngine({
    ...task,
    claim,
    progress,
    log,
    sdkLog,
    secrets,
    findKeysAnew: createKeySearch(task.keyPlaces, { say, signal: interrupts.signal }),
    onNewKeys: (keys) => addSecrets(secrets, secretsOf({ ...config, ...keys })),
    warn: (warning) => reports.warn(warning),
    umask: world.umask,
  })
  if (options.force) progress.start()
  try {
    return await recover(
      {
        jobs: options.jobs,
        fastFailThreshold: config.fastFailThreshold,
        filtersTime: options.timeRange !== undefined,
      },
      {
        readLists: () => streamFailureLists(task.lists),
        filters,
        claim,
        downloader: engine.downloader,
        reports,
        progress,
        ask: options.force ? undefined : (item) => questions.ask(item),
        abort(reason) {
          interrupts.abort(reason)
          questions.close()
        },
        onQuestionsAnswered() {
          questions.close()
          progress.start()
        },
      },
      interrupts.signal,
    )
  } finally {
    engine.close()
  }
}

const shownCauses = 3

/** What is left to do, and how; nothing where nothing is. */
function formatLeft({ tally, unreadable }: RecoverResult, task: Task, desk: Desk): string {
  const { reports, causes, taskId } = desk
  const { options } = task
  const unread = formatUnreadable(unreadable, reports.whereIs('warning'))
  if (tally.failed === 0) return unread
  const failures = formatFailures({
    failed: tally.failed,
    causes: causes.mostFrequent(shownCauses),
    causeCount: causes.size(),
    list: reports.whereIs('failed'),
    // After a dry run it is not only what would fail that is still to be done.
    command: task.commandFor(options.dryRun ? options.taskId : taskId),
  })
  return `${unread}${failures}`
}

function exitCodeOf({ tally, unreadable }: RecoverResult): number {
  return tally.failed > 0 || unreadable > 0 ? uncompleted : allDone
}

function headerFields({ options }: Task, taskId: string) {
  return {
    taskId,
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
