import { AppError } from '../core/errors.ts'
import { guessWord } from './did-you-mean.ts'
import type { FlagSpec } from './flag-table.ts'

/**
 * Rewrites the words after a command's name, in the style of Go's `flag` package, into words that
 * commander reads the same way: `--name=value` for every flag, booleans as `true` or `false`, in
 * the order given, then `--` and the positional words. `-h`, `-help` or an unknown flag ends the
 * reading where it stands, as in Go: help becomes the one word `--help`, a mistake is thrown as a
 * usage `AppError`. Unlike in Go, flags after a positional word still count.
 */
export function toCommanderWords(words: readonly string[], table: readonly FlagSpec[]): string[] {
  const flags: string[] = []
  const positionals: string[] = []
  let at = 0
  while (at < words.length) {
    const word = words[at++] ?? ''
    if (word === '--') {
      positionals.push(...words.slice(at))
      break
    }
    if (!word.startsWith('-') || word === '-') {
      positionals.push(word)
      continue
    }
    const { name, value } = splitFlag(word)
    const flag = findFlag(name, table)
    if (flag === 'help') return ['--help']
    // Only a text flag without `=` eats the next word, and it does so whatever that word is: -j -1.
    const given = flag.kind === 'text' && value === undefined ? words[at++] : value
    flags.push(`--${name}=${flagValue(flag, given)}`)
  }
  return positionals.length === 0 ? flags : [...flags, '--', ...positionals]
}

/** The name without its one or two dashes, and what follows the first `=`, if there is one. */
function splitFlag(word: string): { name: string; value: string | undefined } {
  const bare = word.slice(word.startsWith('--') ? 2 : 1)
  if (bare.startsWith('-') || bare.startsWith('=')) {
    throw new AppError('usage', `bad flag syntax: ${word}`)
  }
  const equals = bare.indexOf('=')
  return equals === -1
    ? { name: bare, value: undefined }
    : { name: bare.slice(0, equals), value: bare.slice(equals + 1) }
}

function findFlag(name: string, table: readonly FlagSpec[]): FlagSpec | 'help' {
  const flag = table.find((known) => known.name === name)
  if (flag) return flag
  if (name === 'h' || name === 'help') return 'help'
  const meant = guessWord(name, [...table.map((known) => known.name), 'help'])
  throw new AppError(
    'usage',
    `flag provided but not defined: -${name}`,
    meant === undefined ? {} : { hint: `Did you mean -${meant}?` },
  )
}

function flagValue(flag: FlagSpec, given: string | undefined): string {
  if (flag.kind === 'boolean') return String(given === undefined || parseBoolean(flag.name, given))
  if (given === undefined) throw new AppError('usage', `flag needs an argument: -${flag.name}`)
  return given
}

/** The spellings of Go's `strconv.ParseBool`, and no others. */
function parseBoolean(name: string, text: string): boolean {
  if (['true', '1', 't', 'T', 'TRUE', 'True'].includes(text)) return true
  if (['false', '0', 'f', 'F', 'FALSE', 'False'].includes(text)) return false
  throw new AppError(
    'usage',
    `invalid boolean value ${JSON.stringify(text)} for -${name}: parse error`,
  )
}
