import { createJsonView } from '../cli/json-view.ts'
import { chooseProgressMode, type ProgressDisplay } from '../cli/progress-bar.ts'
import { createQuestions, type Questions } from '../cli/questions.ts'
import type { RunView } from '../cli/run-view.ts'
import { createTextView } from '../cli/text-view.ts'
import { createRedact, secretsOf } from '../core/secrets.ts'
import { watchInterrupts, type Interrupts } from './interrupts.ts'
import { openLogs, type Logs } from './logs.ts'
import { hideWhileSuspended } from './suspension.ts'
import type { Task } from './task.ts'
import { expandHome, type World } from './world.ts'

/** What the run writes to and listens to while it lasts. */
export interface Desk extends Logs {
  /** Never shown; the keys that are found later are added. */
  readonly secrets: string[]
  readonly view: RunView
  /** A new progress in place of the last one. */
  readonly nextProgress: () => ProgressDisplay
  readonly questions: Questions
  readonly interrupts: Interrupts
  /** Shows a line on stderr, above the bar. */
  readonly say: (text: string) => void
}

/** Opens the logs, chooses what is shown, and listens for signals. */
export function setUpDesk(task: Task, world: World): Desk {
  const { options, config, keys } = task
  const secrets = [...secretsOf({ ...config, ...keys })]
  const view = chooseView(task, world, secrets)
  let progress: ProgressDisplay | undefined
  const say = (text: string) => {
    const print = () => void world.stderr.write(`${text}\n`)
    if (progress === undefined) print()
    else progress.interrupt(print)
  }
  // What is read by a program, or by nobody, holds no questions.
  const isForPeople = !options.json && !options.quiet
  const questions = createQuestions(() => world.stdin, isForPeople ? world.stdout : world.stderr)
  const interrupts = watchInterrupts(() => {
    progress?.stop()
    questions.close()
    say('Interrupted: writing down what is left; a second signal ends at once')
  })
  return {
    ...openLogs(config, secrets, { say, pathOf: (path) => expandHome(path, world) }),
    secrets,
    view,
    nextProgress() {
      const next = view.newProgress()
      progress = isForPeople && world.stdout.isTTY === true ? hideWhileSuspended(next) : next
      return progress
    },
    questions,
    interrupts,
    say,
  }
}

function chooseView(
  { options, config }: Task,
  { stdout, stderr, environment }: World,
  secrets: readonly string[],
): RunView {
  const redact = createRedact(secrets)
  if (options.json) {
    return createJsonView({ stdout, events: options.quiet ? 'few' : 'all', redact })
  }
  const mode = chooseProgressMode({
    isTerminal: stdout.isTTY === true,
    showProgressBar: config.showProgressBar,
    term: environment['TERM'],
  })
  return createTextView({
    stdout: options.quiet ? nowhere : stdout,
    stderr,
    streams:
      !options.quiet && stdout.isTTY === true && stderr.isTTY === true ? 'one-terminal' : 'apart',
    progressMode: options.quiet ? 'silent' : mode,
    columns: () => stdout.columns ?? 0,
    rows: () => stdout.rows ?? 0,
    startTime: config.showStartTime ? 'shown' : 'hidden',
    redact,
  })
}

const nowhere = { write: () => true }
