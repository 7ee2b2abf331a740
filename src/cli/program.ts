import { Command, CommanderError, Option } from 'commander'
import { AppError } from '../core/errors.ts'
import type { CommandWords } from '../core/flags.ts'
import { commandFlags, commandNames, isCommand, type CommandName } from './command-table.ts'
import type { FlagSpec } from './flag-table.ts'
import { toCommanderWords } from './go-flags.ts'
import { commandWords, parseHelpWords, unknownCommand, type HelpRequest } from './help-request.ts'

/** What the command line asks for. */
export type Request =
  | { readonly kind: CommandName; readonly words: CommandWords }
  | HelpRequest
  | { readonly kind: 'version' }

/**
 * Reads the words after `obsutil`. Throws a `usage` fault for what no command takes; the values of
 * flags are not looked at here.
 */
export function parseCommandLine(words: readonly string[]): Request {
  let request: Request = parseHelpWords([], words)
  const program = buildProgram(words, (found) => {
    request = found
  })
  try {
    program.parse(adaptWords(words), { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw new AppError('usage', plainMessage(error), { cause: error })
  }
  return request
}

function buildProgram(words: readonly string[], found: (request: Request) => void): Command {
  const program = new Command('obsutil').exitOverride().enablePositionalOptions()
  // The texts come back as a request; commander itself prints nothing.
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  program.helpCommand(false).helpOption(false)

  for (const kind of commandNames) {
    const command = program.command(kind).argument('[words...]')
    for (const flag of commandFlags[kind]) command.addOption(toOption(flag))
    command.action((positionals: string[]) => {
      found({ kind, words: { flags: command.opts(), positionals } })
    })
  }

  program.command('version').action(() => found({ kind: 'version' }))
  program
    .command('help')
    .argument('[words...]')
    .action((asked: string[]) => found(parseHelpWords(asked, words)))
  return program
}

/** Go's way of writing flags only concerns what comes after the command's name. */
function adaptWords(words: readonly string[]): string[] {
  const [command, ...rest] = words
  if (command === undefined) return ['help']
  if (HELP_WORDS.includes(command)) return ['help']
  if (['-v', '-version', '--version'].includes(command)) return ['version']
  if (!commandWords.includes(command)) throw unknownCommand(command)
  if (command === 'help') return ['help', '--', ...wordsToExplain(rest)]
  if (!isCommand(command)) return asksForHelp(rest) ? ['help', command] : [...words]
  const adapted = toWordsOf(command, rest)
  return adapted[0] === '--help' ? ['help', command] : [command, ...adapted]
}

function toWordsOf(command: CommandName, words: readonly string[]): string[] {
  try {
    return toCommanderWords(words, commandFlags[command])
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const hint = `${error.hint ?? ''} See 'obsutil help ${command}'.`.trimStart()
    throw new AppError('usage', command === 'config' ? withoutKeys(error.message) : error.message, {
      hint,
    })
  }
}

/** A key that lost its `=`, as in `-kSECRET`, is taken for the name of a flag, and must not be shown. */
function withoutKeys(message: string): string {
  return message.replace(/(: -+[eikt]).+$/s, '$1****')
}

const HELP_WORDS = ['-h', '-help', '--help']

function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => HELP_WORDS.includes(word))
}

/** `help -h` explains `help`; behind a command `-h` asks for what is asked for anyway. */
function wordsToExplain(words: readonly string[]): readonly string[] {
  const others = words.filter((word) => !HELP_WORDS.includes(word))
  return others.length === 0 && words.length > 0 ? ['help'] : others
}

/** Booleans take `true` or `false` here, for `-f=false` must reach commander too. */
function toOption(flag: FlagSpec): Option {
  const option = new Option(`--${flag.name} <value>`, flag.help)
  if (flag.kind === 'boolean' || !flag.repeatable) return option
  return option.argParser((value: string, earlier: string[] | undefined) => [
    ...(earlier ?? []),
    value,
  ])
}

function plainMessage(error: CommanderError): string {
  return error.message.replace(/^error: /, '').split('\n')[0] ?? ''
}
