import { parseCommandLine } from '../cli/program.ts'
import { AppError, messageOf, type Fault } from '../core/errors.ts'
import type { showVersion } from './version-command.ts'
import type { World } from './world.ts'

/** Every fault that ends a run, and what a script sees of it (manual: Return Codes). */
const exitCodes: Readonly<Record<Fault, number>> = {
  /** No task of this id, or no folder to look for it. */
  'no-task': 2,
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
    if (!(error instanceof AppError)) return reportToolFault(error, world)
    world.stderr.write(`Error: ${error.message}\n`)
    const hint = error.hint ?? (error.fault === 'usage' ? "See 'obsutil help cp'." : undefined)
    if (hint !== undefined) world.stderr.write(`${hint}\n`)
    return exitCodes[error.fault]
  }
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

function reportToolFault(error: unknown, world: World): number {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  world.stderr.write(
    `Error: A fault of this tool: ${messageOf(error).split('\n')[0]}\n` +
      'Nothing that was listed is lost: the same command tries again. Please report the lines below.\n' +
      `${stack}\n`,
  )
  return toolFaultExitCode
}
