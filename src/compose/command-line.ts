import { parseCommandLine } from '../cli/program.ts'
import { AppError, messageOf, type Fault } from '../core/errors.ts'
import type { showVersion } from './version-command.ts'
import type { World } from './world.ts'

/** Every fault that ends a run, and what a script sees of it (manual: Return Codes). */
const exitCodes: Readonly<Record<Fault, number>> = {
  /** No task of this id, or no folder to look for it. */
  'no-task': 2,
  /** No task is left to resume (`-recover=last`). */
  'nothing-left': 2,
  /** A flag or an argument is wrong. */
  usage: 3,
  /** No keys, or no endpoint. */
  credentials: 3,
  /** The configuration file is bad, or a folder cannot be made. */
  initialise: 5,
  /** The run as a whole could not be carried out. */
  execute: 6,
  /** The task is not a download. */
  'not-a-download': 7,
}

/** A fault of the tool itself. */
const toolFaultExitCode = 255

/** Runs one command line and returns the exit code; what goes wrong is told in one line on stderr. */
export async function runCommandLine(
  world: World,
  tellVersion: typeof showVersion,
): Promise<number> {
  try {
    return await run(world, tellVersion)
  } catch (error) {
    const told =
      error instanceof AppError ? reportFault(error, world) : reportToolFault(error, world)
    if (world.words[0] === 'cp' && isOn('json', world.words)) {
      const { formatRunFailed } = await import('../cli/json-view.ts')
      world.stdout.write(formatRunFailed(told))
    }
    return told.exitCode
  }
}

/** Whether a switch is on, as far as can be said of words that may be wrong. */
function isOn(name: 'json' | 'quiet', words: readonly string[]): boolean {
  const last = words.findLast((word) => new RegExp(`^--?${name}(=|$)`).test(word))
  return last !== undefined && /^-+\w+(=(1|t|T|true|TRUE|True))?$/.test(last)
}

function reportFault(error: AppError, world: World) {
  const { fault, message } = error
  const hint = error.hint ?? (fault === 'usage' ? "See 'obsutil help cp'." : undefined)
  // For cron that is a good night, and no news.
  const isNews = fault !== 'nothing-left' || !isOn('quiet', world.words)
  if (isNews) world.stderr.write(`Error: ${message}\n${hint === undefined ? '' : `${hint}\n`}`)
  return { exitCode: exitCodes[fault], fault, message, hint }
}

async function run(world: World, tellVersion: typeof showVersion): Promise<number> {
  const request = parseCommandLine(world.words)
  switch (request.kind) {
    case 'help': {
      const { showHelp } = await import('./help-command.ts')
      return showHelp(request, world)
    }
    case 'version':
      return tellVersion(world)
    case 'cp': {
      // What a mistyped flag or a question for the version does not need is not loaded for it.
      const { runRecover } = await import('./recover-command.ts')
      return runRecover(request.words, world)
    }
    case 'tasks': {
      const { runTasks } = await import('./listed-tasks.ts')
      return runTasks(request.words, world)
    }
    case 'ls': {
      const { runLs } = await import('./listed-tasks.ts')
      return runLs(request.words, world)
    }
    case 'config': {
      const { runConfig } = await import('./config-command.ts')
      return runConfig(request.words, world)
    }
    case 'completion': {
      const { printCompletion } = await import('./completion-command.ts')
      return printCompletion(request.words, world)
    }
  }
}

function reportToolFault(error: unknown, world: World) {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const message = `A fault of this tool: ${messageOf(error).split('\n')[0]}`
  const hint = 'Nothing that was listed is lost: the same command tries again.'
  world.stderr.write(`Error: ${message}\n${hint} Please report the lines below.\n${stack}\n`)
  return { exitCode: toolFaultExitCode, fault: 'tool', message, hint }
}
