import { AppError } from './errors.ts'
import type { CommandWords } from './flags.ts'
import { parseInteger } from './setting.ts'

type Value = CommandWords['flags'][string]

/** All values of a flag, in the order given. */
export function valuesOf(value: Value): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

/** The value that counts; undefined where the flag was not given. */
export function lastOf(value: Value): string | undefined {
  return valuesOf(value).at(-1)
}

/**
 * The whole number that a flag has. Throws a `usage` fault in the wording of Go's `flag` package, which
 * scripts may look for.
 */
export function parseWhole(name: string, text: string, hint?: string): number {
  const whole = parseInteger(text)
  if (whole !== undefined) return whole
  const message = `invalid value ${JSON.stringify(text)} for flag -${name}: parse error`
  throw new AppError('usage', message, hint === undefined ? {} : { hint })
}
