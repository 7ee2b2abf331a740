import { randomUUID } from 'node:crypto'
import { createReports, type ReportFiles } from '../adapters/report-files.ts'
import { chooseProgressMode, createProgress, type ProgressDisplay } from '../cli/progress-bar.ts'
import { createQuestions, type Questions } from '../cli/questions.ts'
import type { Config } from '../core/config.ts'
import { createCauseTally, type CauseTally } from '../core/failure-causes.ts'
import { describeOutcome, type Outcome } from '../core/outcome.ts'
import { secretsOf } from '../core/secrets.ts'
import { watchInterrupts, type Interrupts } from './interrupts.ts'
import { openLogs, type Logs } from './logs.ts'
import type { Task } from './task.ts'
import type { World } from './world.ts'

/** What the run writes to while it lasts. */
export interface Desk extends Logs {
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
  readonly causes: CauseTally
  /** Shows a line on stderr, above the bar. */
  readonly say: (text: string) => void
}

/** Opens the logs and lists of a new task, and listens for signals. */
export function setUpDesk({ options, config, keys }: Task, world: World): Desk {
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
  const causes = createCauseTally()
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
      if (outcome.kind === 'failed') causes.add(outcome)
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
    causes,
    say,
  }
}

/** What was not tried is told by the lists alone, unless somebody wants to know everything. */
function levelOf(outcome: Outcome): 'warn' | 'info' | 'debug' {
  if (outcome.kind === 'succeeded') return 'info'
  return outcome.kind === 'failed' && outcome.costMs !== undefined ? 'warn' : 'debug'
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
