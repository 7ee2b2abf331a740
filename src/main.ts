import { readFileSync } from 'node:fs'
import { parseCommandLine } from './cli/program.ts'
import type { World } from './compose/world.ts'
import { AppError, messageOf, type Fault } from './core/errors.ts'

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

/**
 * Runs one command line and returns the exit code. Never throws: what goes wrong is told in one
 * line on stderr.
 */
export async function main(world: World): Promise<number> {
  // A reader that has seen enough (`| head`) must not take the downloads down.
  world.stdout.on('error', () => {})
  world.stderr.on('error', () => {})
  try {
    return await run(world)
  } catch (error) {
    if (!(error instanceof AppError)) return reportToolFault(error, world)
    world.stderr.write(`Error: ${error.message}\n`)
    const hint = error.hint ?? (error.fault === 'usage' ? "See 'obsutil help cp'." : undefined)
    if (hint !== undefined) world.stderr.write(`${hint}\n`)
    return exitCodes[error.fault]
  }
}

async function run(world: World): Promise<number> {
  const request = parseCommandLine(world.words)
  switch (request.kind) {
    case 'help': {
      const { showHelp } = await import('./compose/help-command.ts')
      return showHelp(request, world)
    }
    case 'version':
      world.stdout.write(`obsutil version ${readVersion()}, Node.js ${process.versions.node}\n`)
      return 0
    case 'cp': {
      // What a mistyped flag or a question for the version does not need is not loaded for it.
      const { runRecover } = await import('./compose/recover-command.ts')
      return runRecover(request.words, world)
    }
    case 'config': {
      const { runConfig } = await import('./compose/config-command.ts')
      return runConfig(request.words, world)
    }
  }
}

function readVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const parsed: unknown = JSON.parse(text)
  const isManifest = typeof parsed === 'object' && parsed !== null && 'version' in parsed
  return isManifest ? String(parsed.version) : 'unknown'
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
