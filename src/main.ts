import { showVersion } from './compose/version-command.ts'
import type { World } from './compose/world.ts'

/**
 * Runs one command line and returns the exit code. Never throws: what goes wrong is told in one
 * line on stderr.
 */
export async function main(world: World): Promise<number> {
  // A reader that has seen enough (`| head`) must not take the downloads down.
  world.stdout.on('error', () => {})
  world.stderr.on('error', () => {})
  // A script may ask for the version each time it runs: nothing else is loaded for that.
  if (world.words.length === 1 && world.words[0] === 'version') return showVersion(world)
  const { runCommandLine } = await import('./compose/command-line.ts')
  return runCommandLine(world, showVersion)
}
