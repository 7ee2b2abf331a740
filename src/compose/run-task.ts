import { randomUUID } from 'node:crypto'
import { streamFailureLists } from '../adapters/failure-lists.ts'
import { createReports, type ReportFiles } from '../adapters/report-files.ts'
import { createDestinationClaims } from '../app/destination-claims.ts'
import { recover, type RecoverResult } from '../app/recover.ts'
import { chooseProgressMode, createProgress, type ProgressDisplay } from '../cli/progress-bar.ts'
import { createQuestions, type Questions } from '../cli/questions.ts'
import { formatHeader, formatStart, formatSummary } from '../cli/summary.ts'
import type { Config } from '../core/config.ts'
import type { Keys } from '../core/credentials.ts'
import type { Endpoint } from '../core/endpoint.ts'
import type { Filters } from '../core/filters.ts'
import type { Options } from '../core/options.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { describeOutcome, type Outcome } from '../core/outcome.ts'
import { addSecrets, secretsOf } from '../core/secrets.ts'
import { metricsOf } from '../core/tally.ts'
import { prepareClearing } from './clear-lists.ts'
import { createEngine } from './engine.ts'
import { interruptedExitCode, watchInterrupts, type Interrupts } from './interrupts.ts'
import { createKeySearch, type KeyPlaces } from './keys.ts'
import { openLogs, type Logs } from './logs.ts'
import type { World } from './world.ts'

/** A task that was found, and what it is to be resumed with. */
export interface Task {
  readonly options: Options
  readonly config: Config
  /** The keys that the run starts with. */
  readonly keys: Keys
  readonly keyPlaces: KeyPlaces
  readonly endpoint: Endpoint
  /** The proxy of all requests; undefined where they go straight to the store. */
  readonly proxyUrl: string | undefined
  readonly filters: Filters
  /** Paths of the failure lists. */
  readonly lists: readonly string[]
}

/** What the run writes to while it lasts. */
interface Desk extends Logs {
  /** Never shown; the keys that are found later are added. */
  readonly secrets: string[]
  readonly taskId: string
  readonly startedAtMs: number
  readonly progress: ProgressDisplay
  readonly reports: ReportFiles
  readonly questions: Questions
  readonly interrupts: Interrupts
  /** Lines in the warning list so far. */
  readonly warningCount: () => number
  /** Shows a line on stderr, above the bar. */
  readonly say: (text: string) => void
}

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
    const result = await runToItsEnd(task, desk, world)
    await clearing?.({ result, options, say })
    const { tally } = result
    const warnings = desk.warningCount()
    const metrics = metricsOf(tally, Date.now() - startedAtMs)
    world.stdout.write(formatSummary({ taskId, tally, warnings, metrics }))
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

function setUpDesk({ options, config, keys }: Task, world: World): Desk {
  const startedAtMs = Date.now()
  const taskId = randomUUID()
  const progress = createTaskProgress(config, world)
  const say = (text: string) => progress.interrupt(() => world.stderr.write(`${text}\n`))
  const questions = createQuestions(() => world.stdin, world.stdout)
  const interrupts = watchInterrupts(() => {
    progress.stop()
    questions.close()
    say('Interrupted: writing down what is left; a second signal ends at once')
  })
  const secrets = [...secretsOf({ ...config, ...keys })]
  const { log, sdkLog } = openLogs(config, secrets, say)
  let warningCount = 0
  const files = createReports({
    folder: options.outputFolder,
    taskId,
    startedAtMs,
    now: Date.now,
    sizes: config.humanReadableFormat ? 'human' : 'raw',
    maxLogSizeBytes: config.recordMaxBytes,
    backups: config.recordBackups,
  })
  const reports: ReportFiles = {
    ...files,
    async add(outcome) {
      log[levelOf(outcome)](describeOutcome(outcome))
      await files.add(outcome)
    },
    async warn(warning) {
      warningCount += 1
      await files.warn(warning)
    },
  }
  return {
    taskId,
    startedAtMs,
    secrets,
    progress,
    reports,
    log,
    sdkLog,
    questions,
    interrupts,
    warningCount: () => warningCount,
    say,
  }
}

/** What was not tried is told by the lists alone, unless somebody wants to know everything. */
function levelOf(outcome: Outcome): 'warn' | 'info' | 'debug' {
  if (outcome.kind === 'succeeded') return 'info'
  return outcome.kind === 'failed' && outcome.costMs !== undefined ? 'warn' : 'debug'
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

function exitCodeOf({ tally, unreadable }: RecoverResult): number {
  return tally.failed > 0 || unreadable > 0 ? uncompleted : allDone
}

function createTaskProgress(config: Config, { stdout, environment }: World): ProgressDisplay {
  return createProgress({
    mode: chooseProgressMode({
      isTerminal: stdout.isTTY === true,
      showProgressBar: config.showProgressBar,
      term: environment['TERM'],
    }),
    stream: stdout,
    columns: () => stdout.columns ?? 0,
    now: () => performance.now(),
  })
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
