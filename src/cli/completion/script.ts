import { formatBashTables } from './bash.ts'
import { formatFishTables } from './fish.ts'
import { buildModel, type CommandModel, type Shell } from './model.ts'
import { formatZshTables } from './zsh.ts'

/**
 * What `obsutil completion <shell>` prints: tables of commands and flags, and then the text that works with
 * them, which is the same whatever they hold (`shell/completion.<shell>`).
 */
export function formatCompletion(shell: Shell, logic: string): string {
  return `${tables[shell](buildModel())}\n${logic}`
}

const tables: Readonly<Record<Shell, (commands: readonly CommandModel[]) => string>> = {
  bash: formatBashTables,
  zsh: formatZshTables,
  fish: formatFishTables,
}
