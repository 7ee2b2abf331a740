import { formatSource } from './item.ts'
import type { Failed } from './outcome.ts'

/** Failures with one status and one code, as far as they were counted. */
export interface Cause {
  /** HTTP status; 0 or undefined where no answer came. */
  readonly status: number | undefined
  readonly code: string | undefined
  readonly count: number
  /** The first of them, and what was said of it. */
  readonly example: string
  readonly message: string
}

/** Counts failures by their cause. */
export interface CauseTally {
  add(failed: Failed): void
  /** So many causes, the most frequent first; of equal ones the one that came first. */
  mostFrequent(count: number): readonly Cause[]
  /** How many of the failures have a cause that this holds of. */
  countOf(isSo: (cause: Cause) => boolean): number
  /** How many causes there are. */
  size(): number
}

/** A store may make up codes; what comes after so many of them is counted together. */
const mostCauses = 1000
/** In characters; what a store says may be long. */
const longestText = 1000
const others = 'other causes'

/** Starts with no failures. Its memory does not grow with their number. */
export function createCauseTally(): CauseTally {
  const causes = new Map<string, Cause & { count: number }>()
  return {
    add(failed) {
      const own = `${failed.status ?? 0} ${failed.code?.slice(0, longestText)}`
      const isOwn = causes.has(own) || causes.size < mostCauses
      const name = isOwn ? own : others
      const known = causes.get(name)
      if (known === undefined) causes.set(name, isOwn ? firstOf(failed) : firstOfOthers(failed))
      else known.count += 1
    },
    mostFrequent: (count) =>
      [...causes.values()].toSorted((one, other) => other.count - one.count).slice(0, count),
    countOf: (isSo) => [...causes.values()].filter(isSo).reduce((sum, { count }) => sum + count, 0),
    size: () => causes.size,
  }
}

function firstOf({ status, code, message, item }: Failed): Cause {
  return {
    status,
    code: code?.slice(0, longestText),
    count: 1,
    example: formatSource(item),
    message: message.slice(0, longestText),
  }
}

function firstOfOthers({ item }: Failed): Cause {
  return {
    status: undefined,
    code: undefined,
    count: 1,
    example: formatSource(item),
    message: others,
  }
}
