import { randomUUID } from 'node:crypto'
import { streamFailureLists } from '../adapters/failure-lists.ts'
import { createReports, type ReportFiles } from '../adapters/report-files.ts'
import { createDestinationClaims } from '../app/destination-claims.ts'
import { taskAborted } from '../app/given-up.ts'
import { recover, type RecoverResult } from '../app/recover.ts'
import { createReportQueue } from '../app/report-queue.ts'
import type { ProgressDisplay } from '../cli/progress-bar.ts'
import type { Keys } from '../core/credentials.ts'
import { AppError, ItemError, messageOf } from '../core/errors.ts'
import { readFailureFields } from '../core/failure-fields.ts'
import { isHopeless, isTaken, takenCode } from '../core/failure-prospects.ts'
import type { Item } from '../core/item.ts'
import { createCauseTally, type CauseTally } from '../core/failure-causes.ts'
import { describeOutcome, type Outcome } from '../core/outcome.ts'
import { addSecrets, secretsOf } from '../core/secrets.ts'
import { prepareClearing } from './clear-lists.ts'
import type { Desk } from './desk.ts'
import { createEngine } from './engine.ts'
import { createPlanner, type Planner } from './planner.ts'
import { journaled } from './run-journal.ts'
import type { Task } from './task.ts'
import type { World } from './world.ts'

/** A task that is being made of another one's failures: its id, its lists, and what is counted. */
export interface Round {
  readonly taskId: string
  readonly startedAtMs: number
  readonly reports: ReportFiles
  /** Lines in the warning list so far. */
  readonly warningCount: () => number
  readonly causes: CauseTally
  /** Of a dry run. */
  readonly planner: Planner | undefined
}

/** A new task, whose lists are made with their first lines. */
export function startRound(
  { options, config }: Task,
  { view, log }: Desk,
  taskId: string = randomUUID(),
): Round {
  const startedAtMs = Date.now()
  log.info(`Recover cp tasks by task id [${options.taskId}], new task id [${taskId}]`)
  let warningCount = 0
  const causes = createCauseTally()
  const planner = createPlanner(options)
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
    add(outcome) {
      log[levelOf(outcome)](describeOutcome(outcome))
      if (outcome.kind === 'failed') causes.add(outcome)
      planner?.note(outcome)
      return files.add(outcome).then(() => view.outcome(outcome))
    },
    async warn(warning) {
      warningCount += 1
      // At once, so that what is said of an item comes before its outcome.
      view.warned(warning)
      await files.warn(warning)
    },
  }
  return { taskId, startedAtMs, reports, warningCount: () => warningCount, causes, planner }
}

/** Resumes the task. Its lists are complete when this returns, and as far as it goes when it throws. */
export async function runRound(task: Task, round: Round, run: Run): Promise<RecoverResult> {
  const { options } = task
  const clearing = options.clear ? await prepareClearing(task.lists) : undefined
  const { desk } = run
  const result = await journaled(task, { round, desk }, () => runToItsEnd(task, round, run))
  await clearing?.({ result, options, say: desk.say })
  return result
}

/** Runs the items and ends the lists, also after a fault: what they tell is true as far as it goes. */
async function runToItsEnd(task: Task, round: Round, run: Run): Promise<RecoverResult> {
  const progress = run.desk.nextProgress()
  const end = async () => {
    progress.stop()
    await round.reports.finish({ endedAtMs: Date.now() })
  }
  try {
    const result = await runItems(task, { ...round, progress }, run)
    await end()
    return result
  } catch (error) {
    await end().catch((later: unknown) => run.desk.log.error(messageOf(later)))
    throw withAdvice(error, task.options.taskId)
  }
}

/** The same failure again, where no further try can help. */
function carriedOver({ item, text }: { readonly item: Item; readonly text: string }) {
  const { status, code = '', message } = readFailureFields(text, item.destination)
  return isHopeless({ status, code }) ? new ItemError(message, { status, code }) : undefined
}

/**
 * An object whose file another one had in the run before. To fetch it now, without the other one in the
 * list, would put it in that one's place.
 */
function carriedOverIfTaken(failure: { readonly item: Item; readonly text: string }) {
  // Nearly no line is such, and lists have millions.
  if (!failure.text.includes(takenCode)) return undefined
  const error = carriedOver(failure)
  return error !== undefined && isTaken(error) ? error : undefined
}

/** What all rounds have in common. */
export interface Run {
  readonly desk: Desk
  readonly world: World
  /** The newest; the next round starts with them. */
  keys: Keys
  /** Looks for the keys where they come from, once more. */
  readonly findKeysAnew: (signal: AbortSignal) => Promise<Keys>
}

/** What was not tried is told by the lists alone, unless somebody wants to know everything. */
function levelOf(outcome: Outcome): 'warn' | 'info' | 'debug' {
  if (outcome.kind === 'succeeded') return 'info'
  return outcome.kind === 'failed' && outcome.costMs !== undefined ? 'warn' : 'debug'
}

/** The new lists lack what was not read or could not be written; the old ones do not. */
function withAdvice(error: unknown, oldTaskId: string): unknown {
  if (!(error instanceof AppError)) return error
  const hint = `The new lists are not complete: resume the old task again (cp -recover=${oldTaskId}).`
  return new AppError(error.fault, error.message, { cause: error, hint: error.hint ?? hint })
}

async function runItems(
  task: Task,
  { reports, progress }: Round & { readonly progress: ProgressDisplay },
  run: Run,
): Promise<RecoverResult> {
  const { desk, world } = run
  const { options, config, filters } = task
  const { log, sdkLog, questions, interrupts, secrets } = desk
  const claim = createDestinationClaims()
  const abort = (reason: unknown) => {
    interrupts.abort(reason)
    questions.close()
  }
  const lines = createReportQueue(reports, () => abort(taskAborted()))
  const engine = await createEngine({
    ...task,
    keys: run.keys,
    claim,
    progress,
    log,
    sdkLog,
    secrets,
    findKeysAnew: run.findKeysAnew,
    onNewKeys(keys) {
      run.keys = keys
      addSecrets(secrets, secretsOf({ ...config, ...keys }))
    },
    warn: (warning) => lines.warn(warning),
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
        writtenOff: task.hopeless === 'carried-over' ? carriedOver : carriedOverIfTaken,
        claim,
        downloader: engine.downloader,
        reports: lines,
        progress,
        ask: options.force ? undefined : (item) => questions.ask(item),
        abort,
        onQuestionsAnswered() {
          questions.close()
          progress.start()
        },
      },
      interrupts.signal,
    )
  } finally {
    await engine.close()
  }
}
