/** How a round ended. */
export interface RoundEnd {
  readonly succeeded: number
  readonly failed: number
  /** Those of them that no further try can help. */
  readonly hopeless: number
}

/** How many times a run resumes its own failures, and how long it waits before that. */
export interface RoundPlan {
  /** Rounds after the first one (`-rounds`). */
  readonly more: number
  /** Milliseconds before the second round (`roundPause`); each pause is twice the one before it. */
  readonly firstPauseMs: number
}

/** What doubling may lead to; a longer pause would look like a standstill. */
const longestPauseMs = 600_000
/** More would make a number that is none. */
const mostDoublings = 30

/**
 * Milliseconds to wait before the round after this one, the first being number 1; undefined where there
 * is none: nothing is left that another try could help, all rounds are used up, or one of them got
 * nothing done.
 */
export function pauseAfter(round: number, end: RoundEnd, plan: RoundPlan): number | undefined {
  if (round > plan.more) return undefined
  if (end.failed <= end.hopeless) return undefined
  // The first round has none before it to improve on: its failures get one more chance in any case.
  if (round > 1 && end.succeeded === 0) return undefined
  const { firstPauseMs } = plan
  const doubled = firstPauseMs * 2 ** Math.min(round - 1, mostDoublings)
  return Math.min(doubled, Math.max(longestPauseMs, firstPauseMs))
}
