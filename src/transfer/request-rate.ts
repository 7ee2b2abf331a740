/** The rate at which requests begin, as far as the store has said that there were too many. */
export interface RequestRate {
  /** How long the next request has to wait, in milliseconds; its turn is taken by asking. */
  takeTurn(nowMs: number): number
  /** A request was answered well. */
  wentWell(nowMs: number): void
  /** One was refused. */
  refused(nowMs: number): void
}

/** Fewer refusals than this in a moment are no sign of a limit. */
const fewRefusals = 5
/** Nor is a smaller share of the answers, where no limit is known: a store refuses some by chance. */
const smallShare = 0.2
/** Where one is known, so many say that it was reached again, if there were none for a while. */
const smallShareAtLimit = 0.05
/** After a refusal that counted, further ones within this time are its echo, in milliseconds. */
const echoMs = 1000
/** Where nothing is known, and below this nobody is helped. */
const leastPerSecond = 20
/** What is kept of the rate of good answers after many refusals, and after a few at a limit that is known. */
const keptShare = 0.9
const keptShareAtLimit = 0.92
/** A few refusals take no more than this of the limit away: they may be chance, again and again. */
const leastShareOfLimit = 0.85
/** What a good answer adds to the rate as long as there was one refusal only: it doubles in 0.5 s. */
const addedInSearch = 1.5
/** The same when the limit is known: more, the longer ago a refusal was, in seconds. */
const addedAtFirst = 0.05
const addedPerSecond = 0.03
/**
 * The same when the rate is just below it: next to nothing at first, for that is where the store is used
 * best, and more with the square of the seconds, so that a limit that is gone costs half a minute.
 */
const addedAtLimit = 0.005
const addedPerSquare = 0.0003
/** A limit that was met so long ago is none any more, in milliseconds. */
const forgottenMs = 60_000
/** Answers are counted in spans of so long. */
const spanMs = 500

/**
 * Starts without a limit. A store that refuses above a rate lets any number of requests through that
 * come one after the other, so that fewer at once does not help: after many refusals requests begin at
 * nine tenths of the rate at which good answers came. That grows fast until the second time, since
 * the first one came before there was a rate to speak of, and slowly from then on.
 */
export function createRequestRate(): RequestRate {
  let perSecond = Number.POSITIVE_INFINITY
  let nextMs = Number.NEGATIVE_INFINITY
  /** When a refusal counted last, when there were many, and when there were none for two spans. */
  let refusedMs = Number.NEGATIVE_INFINITY
  let overloadMs = Number.NEGATIVE_INFINITY
  let quietMs = Number.NEGATIVE_INFINITY
  /** Good answers a second when there were many refusals. */
  let limit = 0
  /** Whether nobody knows yet what the store admits. */
  let isSearching = true
  let span = emptySpan(Number.NEGATIVE_INFINITY)
  let before = span

  const roll = (nowMs: number) => {
    if (nowMs - span.startMs < spanMs) return
    if (before.refused + span.refused === 0) quietMs = span.startMs
    before = nowMs - span.startMs < 2 * spanMs ? span : emptySpan(nowMs)
    span = emptySpan(nowMs)
  }
  const refusedShare = () => {
    const refused = before.refused + span.refused
    return refused < fewRefusals ? 0 : refused / (refused + before.good + span.good)
  }
  const goodPerSecond = (nowMs: number) => {
    const sinceMs = Math.max(spanMs, nowMs - before.startMs)
    return ((before.good + span.good) * 1000) / sinceMs
  }
  const added = (calmSeconds: number) =>
    refusedMs === overloadMs
      ? addedAtFirst + addedPerSecond * calmSeconds
      : addedAtLimit + addedPerSquare * calmSeconds ** 2
  /** Refusals that did not end when there were fewer requests are no matter of a limit. */
  const isLimitKnown = (nowMs: number) =>
    !isSearching && nowMs - overloadMs < forgottenMs && quietMs > refusedMs
  return {
    takeTurn(nowMs) {
      if (perSecond === Number.POSITIVE_INFINITY) return 0
      const turnMs = Math.max(nowMs, nextMs)
      nextMs = turnMs + 1000 / perSecond
      return turnMs - nowMs
    },
    wentWell(nowMs) {
      roll(nowMs)
      span.good += 1
      // Until a refusal there is no limit, and nothing that could be added to it.
      perSecond += isSearching ? addedInSearch : added((nowMs - refusedMs) / 1000)
    },
    refused(nowMs) {
      roll(nowMs)
      span.refused += 1
      if (nowMs - refusedMs < echoMs) return
      const share = refusedShare()
      const good = goodPerSecond(nowMs)
      if (share >= smallShare) {
        limit = good
        perSecond = Math.max(leastPerSecond, keptShare * good)
        isSearching = nowMs - refusedMs > forgottenMs
        overloadMs = nowMs
      } else if (share >= smallShareAtLimit && isLimitKnown(nowMs)) {
        const kept = Math.max(leastPerSecond, leastShareOfLimit * limit, keptShareAtLimit * good)
        perSecond = Math.min(perSecond, kept)
      } else {
        return
      }
      refusedMs = nowMs
    },
  }
}

/** Answers since a moment. */
interface Span {
  readonly startMs: number
  good: number
  refused: number
}

function emptySpan(startMs: number): Span {
  return { startMs, good: 0, refused: 0 }
}
