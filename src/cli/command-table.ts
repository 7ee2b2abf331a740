import { configFlags, cpFlags, type FlagSpec } from './flag-table.ts'
import { lsFlags, tasksFlags } from './listing-flags.ts'

/** The commands that take flags, with all of these in the order in which the help lists them. */
export const commandFlags = {
  cp: cpFlags,
  tasks: tasksFlags,
  ls: lsFlags,
  config: configFlags,
} satisfies Readonly<Record<string, readonly FlagSpec[]>>

/** A command that takes flags. */
export type CommandName = keyof typeof commandFlags

/** In the order of the help. */
export const commandNames = Object.keys(commandFlags).filter(isCommand)

/** Whether it is the name of a command with flags. */
export function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(commandFlags, word)
}
