import { commandFlags, commandNames, type CommandName } from './command-table.ts'
import type { FlagDetails } from './flag-details/details.ts'
import { choosingDetails } from './flag-details/choosing.ts'
import { configDetails, folderDetails } from './flag-details/folders.ts'
import { transferringDetails } from './flag-details/transferring.ts'
import type { FlagSpec } from './flag-table.ts'

/** A flag of one command. */
export interface CommandFlag {
  readonly command: CommandName
  readonly flag: FlagSpec
}

/** The languages of the help (manual: helpLanguage). */
export type HelpLanguage = 'English' | 'Chinese'

/** The flags of this name, one for each command that has it. */
export function findCommandFlags(name: string): readonly CommandFlag[] {
  return commandNames.flatMap((command) =>
    commandFlags[command].filter((flag) => flag.name === name).map((flag) => ({ command, flag })),
  )
}

/** A flag as the help shows it: `-name` or `-name=<placeholder>`. */
export function showFlag(flag: FlagSpec): string {
  return flag.kind === 'text' ? `-${flag.name}=<${flag.placeholder}>` : `-${flag.name}`
}

/** The sentence of the table, with what a sentence begins and ends with. */
export function sentenceOf(flag: FlagSpec, language: HelpLanguage): string {
  const help = language === 'Chinese' ? flag.chineseHelp : flag.help
  return help.charAt(0).toUpperCase() + help.slice(1) + (language === 'Chinese' ? '。' : '.')
}

/** What there is to say of the flag beyond that sentence, '' for nothing. */
export function aboutFlag({ command, flag }: CommandFlag, language: HelpLanguage): string {
  return detailsOf(command, flag)?.about[language] ?? ''
}

/** A command line with a flag. */
interface ShownExample {
  /** The whole of it. */
  readonly line: string
  /** What is worth showing where the command is known anyway. */
  readonly words: string
  /** '' for what the flag says itself. */
  readonly does: string
}

/** Command lines with the flag; a flag of which there is no more to say has the one of the table. */
export function examplesOf(
  { command, flag }: CommandFlag,
  language: HelpLanguage,
): readonly ShownExample[] {
  const details = detailsOf(command, flag)
  if (details !== undefined) {
    return details.examples.map((one) => {
      return { line: lineOf(command, one.words), words: one.words, does: one[language] }
    })
  }
  const words = flag.kind === 'text' ? `-${flag.name}=${flag.example}` : `-${flag.name}`
  return [{ line: lineOf(command, words), words, does: '' }]
}

const details: Readonly<Partial<Record<CommandName, Readonly<Record<string, FlagDetails>>>>> = {
  cp: { ...choosingDetails, ...transferringDetails, ...folderDetails },
  config: configDetails,
}

function detailsOf(command: CommandName, flag: FlagSpec): FlagDetails | undefined {
  const ofCommand = details[command] ?? {}
  return Object.hasOwn(ofCommand, flag.name) ? ofCommand[flag.name] : undefined
}

function lineOf(command: CommandName, words: string): string {
  return words.startsWith('obsutil ') ? words : `${startOf(command)} ${words}`
}

/** What the flag can be put behind for a command line that does something. */
function startOf(command: CommandName): string {
  const task = command === 'cp' ? ' -recover=a628d6da-c562-4a1f-b687-4fa125de0dc3 -f' : ''
  return `obsutil ${command}${task}`
}
