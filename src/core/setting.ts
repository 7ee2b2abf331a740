import { parseSize } from './units.ts'

/** How much is written to a log; `OFF` writes nothing. */
export type LogLevel = 'OFF' | 'ERROR' | 'WARN' | 'INFO' | 'DEBUG'

/** Size of a part in bytes, or `auto`: chosen from the size of each object. */
export type PartSize = number | 'auto'

/** One key of the configuration: how its text is read and what holds without it. */
export interface Setting<T> {
  readonly key: string
  readonly fallback: T
  /** The fallback as a file would have it. */
  readonly fallbackText: string
  /** What a value must be, in words that follow "is not". */
  readonly rule: string
  /** Undefined where the text breaks the rule. */
  parse(text: string): T | undefined
}

/** Least and greatest value, both included. */
interface Limits {
  readonly min?: number
  readonly max?: number
}

/** Any text. Never refused, so a secret never gets into a warning. */
export function text(key: string, fallback = ''): Setting<string> {
  return { key, fallback, fallbackText: fallback, rule: 'text', parse: (value) => value }
}

/** `true` or `false`, in any case. */
export function flag(key: string, initially: 'true' | 'false'): Setting<boolean> {
  return {
    key,
    fallback: initially === 'true',
    fallbackText: initially,
    rule: 'true or false',
    parse: (value) => {
      const lower = value.toLowerCase()
      return lower === 'true' || (lower === 'false' ? false : undefined)
    },
  }
}

/** A decimal whole number. */
export function integer(key: string, fallback: number, limits: Limits = {}): Setting<number> {
  return {
    key,
    fallback,
    fallbackText: String(fallback),
    rule: `a whole number${inWords(limits)}`,
    parse: (value) => within(parseInteger(value), limits),
  }
}

/** Whole seconds in the file, milliseconds in the program; at most a day, well within a timer. */
export function seconds(key: string, fallbackSeconds: number, min = 1): Setting<number> {
  const inFile = integer(key, fallbackSeconds, { min, max: 86_400 })
  return {
    ...inFile,
    fallback: fallbackSeconds * 1000,
    parse: (value) => times(inFile.parse(value), 1000),
  }
}

/** Bytes, with or without a unit (`52428800`, `50MB`). */
export function size(key: string, fallback: number, limits: Limits = {}): Setting<number> {
  return {
    key,
    fallback,
    fallbackText: String(fallback),
    rule: `a size such as 52428800 or 50MB${inWords(limits)}`,
    parse: (value) => within(parseSize(value), limits),
  }
}

/** A size above zero, or `auto`. */
export function partSize(key: string): Setting<PartSize> {
  const bytes = size(key, 0, { min: 1 })
  return {
    key,
    fallback: 'auto',
    fallbackText: 'auto',
    rule: `auto or ${bytes.rule}`,
    parse: (value) => (value.toLowerCase() === 'auto' ? 'auto' : bytes.parse(value)),
  }
}

/** One of some words, in any case. */
export function word<W extends string>(
  key: string,
  fallback: NoInfer<W>,
  words: readonly W[],
): Setting<W> {
  return {
    key,
    fallback,
    fallbackText: fallback,
    rule: `one of ${words.join(', ')}`,
    parse: (value) => words.find((one) => one.toLowerCase() === value.toLowerCase()),
  }
}

/** HTTP statuses, joined by commas. */
export function statuses(key: string, fallback: readonly number[]): Setting<ReadonlySet<number>> {
  return {
    key,
    fallback: new Set(fallback),
    fallbackText: fallback.join(),
    rule: 'a list of HTTP statuses such as 401,403',
    parse: (value) => {
      const numbers = value.split(',').map((one) => one.trim())
      return numbers.every((one) => /^[1-5]\d\d$/.test(one))
        ? new Set(numbers.map(Number))
        : undefined
    },
  }
}

/** A decimal whole number with an optional sign, the way Go reads one; undefined for other text. */
export function parseInteger(value: string): number | undefined {
  return /^[+-]?\d+$/.test(value) ? Number(value) : undefined
}

function within(value: number | undefined, { min, max }: Limits): number | undefined {
  if (value === undefined || !Number.isSafeInteger(value)) return undefined
  return value < (min ?? value) || value > (max ?? value) ? undefined : value
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor
}

function inWords({ min, max }: Limits): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`
  return min === undefined ? '' : ` of at least ${min}`
}
