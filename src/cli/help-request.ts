import { AppError } from '../core/errors.ts'
import { commandFlags, commandNames, isCommand } from './command-table.ts'
import { guessWord } from './did-you-mean.ts'
import { findCommandFlags, type CommandFlag } from './flag-help.ts'
import type { HelpTopic } from './help-text.ts'

/** What help is asked for; the path is as it was written, undefined for the default file. */
export interface HelpRequest {
  readonly kind: 'help'
  readonly subject: HelpSubject
  /** The configuration file that says in which language. */
  readonly configFile: string | undefined
}

/** A text of its own, or a flag alone, of each command that has it. */
type HelpSubject =
  | { readonly kind: 'topic'; readonly topic: HelpTopic }
  | { readonly kind: 'flag'; readonly flags: readonly CommandFlag[] }

/** All that `obsutil` takes for its first word. */
export const commandWords: readonly string[] = [...commandNames, 'help', 'version']

/**
 * Reads the words after `obsutil help`: a command, a flag, or a flag of a command; the dash of a flag may be
 * left out. The whole line tells which configuration file has the language. Throws a `usage` fault, with
 * what was probably meant, for what there is no help on.
 */
export function parseHelpWords(asked: readonly string[], line: readonly string[]): HelpRequest {
  const configFile = findConfigFile(line)
  const [first, second, ...more] = asked
  if (first === undefined) return { kind: 'help', subject: topic('overview'), configFile }
  if (second === undefined) return { kind: 'help', subject: commandOrFlag(first), configFile }
  if (more.length > 0) {
    const hint = "See 'obsutil help help'."
    throw new AppError('usage', `There is no help on [${asked.join(' ')}]`, { hint })
  }
  const [command, flag] = first.startsWith('-') ? [second, first] : [first, second]
  return { kind: 'help', subject: flagOf(command, flag), configFile }
}

/** The fault of a word that is no command. */
export function unknownCommand(word: string): AppError {
  const meant = guessWord(word, commandWords)
  const guess = meant === undefined ? '' : `Did you mean 'obsutil ${meant}'? `
  return new AppError('usage', `There is no command [${word}]`, { hint: guess + SEE_OVERVIEW })
}

/** The last `-config` of all words, also behind the `-h` where reading them ends otherwise. */
function findConfigFile(words: readonly string[]): string | undefined {
  const at = words.findLastIndex((word) => /^--?config(=|$)/.test(word))
  const word = words[at]
  if (word === undefined) return undefined
  const file = word.includes('=') ? word.slice(word.indexOf('=') + 1) : words[at + 1]
  return file === '' ? undefined : file
}

const SEE_OVERVIEW = "See 'obsutil help'."

function topic(name: HelpTopic): HelpSubject {
  return { kind: 'topic', topic: name }
}

function commandOrFlag(word: string): HelpSubject {
  if (isCommand(word) || word === 'help' || word === 'version') return topic(word)
  const name = nameOf(word)
  const flags = findCommandFlags(name)
  if (flags.length > 0) return { kind: 'flag', flags }
  const names = commandNames.flatMap((command) => commandFlags[command].map((flag) => flag.name))
  const isCommandMeant = guessWord(word, commandWords) !== undefined
  if (word.startsWith('-')) throw unknownFlag(name, names)
  throw isCommandMeant || guessWord(name, names) === undefined
    ? unknownCommand(word)
    : unknownFlag(name, names)
}

function flagOf(command: string, word: string): HelpSubject {
  if (!isCommand(command)) throw unknownCommand(command)
  const name = nameOf(word)
  const flags = findCommandFlags(name).filter((one) => one.command === command)
  if (flags.length > 0) return { kind: 'flag', flags }
  throw unknownFlag(
    name,
    commandFlags[command].map((flag) => flag.name),
    command,
  )
}

/** `-name`, `--name` and `-name=value` are all about the flag `name`. */
function nameOf(word: string): string {
  return word.replace(/^--?/, '').replace(/=.*$/s, '')
}

function unknownFlag(name: string, names: readonly string[], command?: string): AppError {
  const meant = guessWord(name, names)
  const guess = meant === undefined ? '' : `Did you mean -${meant}? `
  const of = command === undefined ? '' : ` of 'obsutil ${command}'`
  const see = command === undefined ? SEE_OVERVIEW : `See 'obsutil help ${command}'.`
  return new AppError('usage', `There is no flag [-${name}]${of}`, { hint: guess + see })
}
