// oxlint-disable-next-line no-restricted-imports -- the one package that core may use
import { Minimatch } from 'minimatch'
import { AppError } from './errors.ts'
import type { TimeRange } from './time-range.ts'

/** What the user wants and does not want. `folders: 'filtered'` is `-mf`. */
export interface FilterRules {
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly timeRange?: TimeRange | undefined
  readonly folders: 'filtered' | 'kept'
}

/** Compiled rules. Folder keys pass all of them unless the rules say that folders are filtered. */
export interface Filters {
  /** Whether no exclude pattern matches the whole key and, where any is given, an include one does. */
  keepsKey(key: string): boolean
  /** Whether the object's last change, in milliseconds since the epoch, is in the time range. */
  keepsTime(lastModifiedMs: number, key: string): boolean
}

/**
 * Compiles the patterns once for all keys. In a pattern `*` is any run of characters, slashes too,
 * `?` is one Unicode code point, `\*` and `\?` are themselves, and so is everything else. An empty
 * pattern counts as not given. Throws a usage `AppError` for a pattern that is too long.
 */
export function compileFilters(rules: FilterRules): Filters {
  const exclude = compilePatterns(rules.exclude, 'exclude')
  const include = compilePatterns(rules.include, 'include')
  const { fromMs, toMs } = rules.timeRange ?? { fromMs: -Infinity, toMs: Infinity }
  const passes = (key: string): boolean => rules.folders === 'kept' && key.endsWith('/')

  return {
    keepsKey(key) {
      if (passes(key) || exclude.length + include.length === 0) return true
      const portion = toPortion(key)
      const matches = (pattern: Minimatch): boolean => pattern.match(portion)
      return !exclude.some(matches) && (include.length === 0 || include.some(matches))
    },
    keepsTime(lastModifiedMs, key) {
      return passes(key) || (lastModifiedMs >= fromMs && lastModifiedMs <= toMs)
    },
  }
}

/** The longest pattern that minimatch takes, in UTF-16 units. */
const MAX_GLOB_LENGTH = 65_536

/** Everything of a glob that is not `*`, `?` or `\`; brackets have no switch and are escaped. */
const PLAIN = {
  dot: true,
  nobrace: true,
  nocomment: true,
  noext: true,
  noglobstar: true,
  nonegate: true,
  platform: 'linux',
} as const

function compilePatterns(
  patterns: readonly string[],
  flag: 'include' | 'exclude',
): readonly Minimatch[] {
  return patterns.filter((pattern) => pattern !== '').map((pattern) => compile(pattern, flag))
}

function compile(pattern: string, flag: 'include' | 'exclude'): Minimatch {
  const glob = toPortion(escapeLiterals(pattern))
  if (glob.length > MAX_GLOB_LENGTH) {
    throw new AppError(
      'usage',
      `The ${flag} pattern [${pattern.slice(0, 40)}...] is too long: ${pattern.length} characters`,
    )
  }
  return new Minimatch(glob, PLAIN)
}

/** `\*` and `\?` mean the same to minimatch; a backslash elsewhere is itself, and so is a bracket. */
function escapeLiterals(pattern: string): string {
  return pattern.replace(/\\[*?]|[\\[]/g, (found) => (found.length === 2 ? found : `\\${found}`))
}

/**
 * Keys and patterns alike become one path portion, since minimatch's `*` stops at a slash and ours
 * must not. The stand-in is NUL: no argument has it, and no request can hold a key that does, so there
 * it becomes U+FFFD, as half a surrogate pair does. (Half a pair would be no stand-in itself: minimatch
 * compares prefixes, and finds it in the pairs that begin with it.) Within one portion
 * minimatch walks without backtracking over more than the last star: pattern times key length at
 * most, however hostile the pattern. The leading slash is the bucket's root; with it no key is
 * empty, `.` or `..`, which minimatch would treat specially.
 */
function toPortion(text: string): string {
  const isSendable = text.isWellFormed() && !text.includes('\0')
  const sendable = isSendable ? text : text.replace(UNSENDABLE, '\uFFFD')
  return `\0${sendable.replaceAll('/', '\0')}`
}

/** What cannot be part of a key that a store is asked for. */
const UNSENDABLE = /[\p{Surrogate}\0]/gu
