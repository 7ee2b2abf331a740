import type { LoggedRequest } from './request-log.ts'

/** A text, a pattern, or null for "not there". */
type Expected = string | RegExp | null

/** Picks requests; what is left out matches any. */
interface RequestPattern {
  readonly method?: Expected
  readonly bucket?: Expected
  readonly key?: Expected
  readonly versionId?: Expected
  /** The Range header: `bytes=0-99`. */
  readonly range?: Expected
  readonly ifMatch?: Expected
  /** Only the n-th request, from 1, of those that the rest of the pattern picks; or from n to m. */
  readonly nth?: number | { readonly from?: number; readonly to?: number }
}

/** A pattern, or a question to ask of each request. */
export type Matcher = RequestPattern | ((request: LoggedRequest) => boolean)

/** Whether a request matches, its turn (`nth`) left aside. */
export function matches(request: LoggedRequest, matcher: Matcher): boolean {
  if (typeof matcher === 'function') return matcher(request)
  return FIELDS.every((field) => fits(request[field], matcher[field]))
}

/** Whether it is the turn of the n-th request that matches. */
export function isTurn(matcher: Matcher, n: number): boolean {
  const nth = typeof matcher === 'function' ? undefined : matcher.nth
  if (nth === undefined) return true
  if (typeof nth === 'number') return n === nth
  return n >= (nth.from ?? 1) && n <= (nth.to ?? Number.POSITIVE_INFINITY)
}

/** The requests of a list that match, turn included. */
export function select(
  requests: readonly LoggedRequest[],
  matcher: Matcher,
): readonly LoggedRequest[] {
  return requests
    .filter((request) => matches(request, matcher))
    .filter((_, index) => isTurn(matcher, index + 1))
}

const FIELDS = ['method', 'bucket', 'key', 'versionId', 'range', 'ifMatch'] as const

function fits(actual: string | undefined, expected: Expected | undefined): boolean {
  if (expected === undefined) return true
  if (expected === null) return actual === undefined
  if (actual === undefined) return false
  return typeof expected === 'string' ? actual === expected : expected.test(actual)
}
