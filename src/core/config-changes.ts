import { parseEndpoint } from './endpoint.ts'
import { AppError, messageOf } from './errors.ts'
import type { CommandWords } from './flags.ts'

/** What `obsutil config` is to do; the path is as it was written, undefined for the default file. */
export type ConfigRequest =
  | { readonly kind: 'ask'; readonly configFile: string | undefined }
  | {
      readonly kind: 'write'
      readonly configFile: string | undefined
      readonly changes: ConfigChanges
    }

/** The keys that `obsutil config` can set. */
export type ConfigKey = 'endpoint' | 'ak' | 'sk' | 'token'

/** New values by key; keys that are absent stay as they are. An empty token removes the old one. */
export type ConfigChanges = ReadonlyMap<ConfigKey, string>

/**
 * Reads the words of `obsutil config` (manual: Updating a Configuration File). Throws a `usage` fault
 * where nothing is to be done, or two things at once, and what `assertWritable` throws. No value and
 * no stray word is repeated, for it may be a secret.
 */
export function parseConfigWords({ flags, positionals }: CommandWords): ConfigRequest {
  const configFile = textOf(flags['config']) || undefined
  const changes = new Map<ConfigKey, string>()
  for (const [flag, key] of FLAGS) {
    const value = textOf(flags[flag])
    if (value !== undefined) changes.set(key, value)
  }
  if (positionals.length > 0) {
    throw misused('config takes flags only', 'Values are given as -e=… -i=… -k=… -t=…')
  }
  if (flags['interactive'] === 'true') {
    if (changes.size === 0) return { kind: 'ask', configFile }
    throw misused('-interactive asks for all values, so -e, -i, -k and -t cannot go with it', HELP)
  }
  if (changes.size === 0) {
    throw misused(
      'config needs -interactive, or at least one of -e=<endpoint>, -i=<ak>, -k=<sk>, -t=<token>',
      HELP,
    )
  }
  assertWritable(changes)
  return { kind: 'write', configFile, changes }
}

/**
 * Throws a `usage` fault for a value that the configuration file cannot keep, an endpoint that is not
 * one, and an empty value of any key but the token.
 */
export function assertWritable(changes: ConfigChanges): void {
  for (const [key, value] of changes) {
    if (/[\r\n]/.test(value)) {
      throw misused(`The ${key} holds a line break, which the configuration file cannot keep`, HELP)
    }
    if (value !== value.trim()) {
      throw misused(
        `The ${key} begins or ends with a blank, which the configuration file cannot keep`,
        HELP,
      )
    }
    if (value === '' && key !== 'token') {
      throw misused(`The ${key} is empty`, 'Leave its flag out to keep what is there.')
    }
  }
  const endpoint = changes.get('endpoint')
  if (endpoint !== undefined) assertEndpoint(endpoint)
}

const FLAGS: readonly (readonly [flag: string, key: ConfigKey])[] = [
  ['e', 'endpoint'],
  ['i', 'ak'],
  ['k', 'sk'],
  ['t', 'token'],
]

const HELP = "See 'obsutil help config'."

function textOf(value: CommandWords['flags'][string]): string | undefined {
  return typeof value === 'object' ? value.at(-1) : value
}

function misused(message: string, hint: string): AppError {
  return new AppError('usage', message, { hint })
}

/** A bad endpoint in the file is a bad configuration; here it is a bad argument. */
function assertEndpoint(endpoint: string): void {
  try {
    parseEndpoint(endpoint)
  } catch (error) {
    const hint = error instanceof AppError ? error.hint : undefined
    throw misused(messageOf(error), hint ?? HELP)
  }
}
