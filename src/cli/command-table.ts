import { configFlags, cpFlags, type FlagSpec } from './flag-table.ts'
import { lsFlags, tasksFlags } from './listing-flags.ts'

const noFlags: readonly FlagSpec[] = []

/** The commands, with their flags in the order in which the help lists them. */
export const commandFlags = {
  cp: cpFlags,
  tasks: tasksFlags,
  ls: lsFlags,
  config: configFlags,
  completion: noFlags,
} satisfies Readonly<Record<string, readonly FlagSpec[]>>

/** A command that has a text of its own, beside `help` and `version`. */
export type CommandName = keyof typeof commandFlags

/** In the order of the help. */
export const commandNames = Object.keys(commandFlags).filter(isCommand)

/** Whether it is the name of such a command. */
export function isCommand(word: string | undefined): word is CommandName {
  return word !== undefined && Object.hasOwn(commandFlags, word)
}
