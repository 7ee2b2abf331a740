import { readFile } from 'node:fs/promises'
import { shells, type Shell } from '../cli/completion/model.ts'
import { formatCompletion } from '../cli/completion/script.ts'
import { AppError } from '../core/errors.ts'
import type { CommandWords } from '../core/flags.ts'
import type { World } from './world.ts'

/**
 * `obsutil completion <shell>`: prints what that shell reads to complete command lines. Returns the exit
 * code; throws a `usage` fault for a shell that there is no completion for.
 */
export async function printCompletion(words: CommandWords, world: World): Promise<number> {
  const shell = parseShell(words.positionals)
  // Beside dist, in the package.
  const logic = await readFile(new URL(`../shell/completion.${shell}`, import.meta.url), 'utf8')
  world.stdout.write(formatCompletion(shell, logic))
  return 0
}

function parseShell(words: readonly string[]): Shell {
  const shell = shells.find((one) => one === words[0])
  if (shell !== undefined && words.length === 1) return shell
  const message =
    words.length === 0
      ? 'completion needs the name of a shell'
      : `There is no completion for the shell [${words.join(' ')}]`
  throw new AppError('usage', `${message}, possible values are:[${shells.join('|')}]`, {
    hint: "See 'obsutil help completion'.",
  })
}
