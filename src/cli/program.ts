import { Command, CommanderError, Option } from 'commander'
import { AppError } from '../core/errors.ts'
import type { CommandWords } from '../core/flags.ts'
import { cpFlags, type FlagSpec } from './flag-table.ts'
import { toCommanderWords } from './go-flags.ts'
import { formatCpHelp, formatOverview } from './help-text.ts'

/** What the command line asks for. */
export type Request =
  | { readonly kind: 'cp'; readonly words: CommandWords }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'version' }

/**
 * Reads the words after `obsutil`. Throws a `usage` fault for what no command takes; the values of
 * flags are not looked at here.
 */
export function parseCommandLine(words: readonly string[]): Request {
  let request: Request = { kind: 'help', text: formatOverview() }
  const program = buildProgram((found) => {
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

function buildProgram(found: (request: Request) => void): Command {
  const program = new Command('obsutil').exitOverride().enablePositionalOptions()
  // The texts come back as a request; commander itself prints nothing.
  program.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  program.helpCommand(false).helpOption(false)

  const cp = program.command('cp').argument('[words...]')
  for (const flag of cpFlags) cp.addOption(toOption(flag))
  cp.action((positionals: string[]) => {
    found({ kind: 'cp', words: { flags: cp.opts(), positionals } })
  })

  program.command('version').action(() => found({ kind: 'version' }))
  program
    .command('help')
    .argument('[command]')
    .action((command?: string) => found({ kind: 'help', text: helpOn(command) }))
  return program
}

/** Go's way of writing flags only concerns what comes after the command's name. */
function adaptWords(words: readonly string[]): string[] {
  const [command, ...rest] = words
  if (command === undefined) return ['help']
  if (['-h', '-help', '--help'].includes(command)) return ['help']
  if (['-v', '-version', '--version'].includes(command)) return ['version']
  if (command === 'cp') {
    const adapted = toCommanderWords(rest, cpFlags)
    return adapted[0] === '--help' ? ['help', 'cp'] : ['cp', ...adapted]
  }
  return asksForHelp(rest) ? ['help', command] : [...words]
}

function asksForHelp(words: readonly string[]): boolean {
  return words.some((word) => ['-h', '-help', '--help'].includes(word))
}

function helpOn(command: string | undefined): string {
  switch (command) {
    case undefined:
    case 'help':
    case 'version':
      return formatOverview()
    case 'cp':
      return formatCpHelp()
    default:
      throw new AppError('usage', `There is no command [${command}]`)
  }
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
