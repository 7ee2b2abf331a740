/** How fast something grows, over the last five seconds, so that a stall shows. */
export interface RecentRate {
  /** Per second, up to now; never below 0. Times are milliseconds of one and the same clock. */
  at(nowMs: number, amount: number): number
}

/** Starts to look at an amount that is this much now. */
export function createRecentRate(startMs: number, startAmount: number): RecentRate {
  const start: Sample = { atMs: startMs, amount: startAmount }
  let samples: readonly Sample[] = [start]
  return {
    at(nowMs, amount) {
      const sample = { atMs: nowMs, amount }
      samples = withinWindow(samples, sample)
      const from = samples[0] ?? start
      return ratePerSecond(amount - from.amount, nowMs - from.atMs)
    },
  }
}

/** Finite for every span, and never below 0. */
export function ratePerSecond(amount: number, spanMs: number): number {
  return spanMs <= 0 ? 0 : Math.max(0, (amount / spanMs) * 1000)
}

/** Long enough to calm the figures down, short enough to show a stall. */
const WINDOW_MS = 5000
/** Looks closer together than this share a sample, which bounds their number. */
const SPACING_MS = 100

interface Sample {
  readonly atMs: number
  readonly amount: number
}

/** Keeps one sample from before the window, so that the speed covers all of it. */
function withinWindow(samples: readonly Sample[], latest: Sample): readonly Sample[] {
  const from = samples.findLastIndex((sample) => sample.atMs <= latest.atMs - WINDOW_MS)
  const kept = samples.slice(Math.max(0, from))
  const previous = kept.at(-1)
  const apart = previous === undefined || latest.atMs - previous.atMs >= SPACING_MS
  return apart ? [...kept, latest] : kept
}
