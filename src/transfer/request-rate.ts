/** The rate at which requests begin, as far as the store has said that there were too many. */
export interface RequestRate {
  /** How long the next request has to wait, in milliseconds; its turn is taken by asking. */
  takeTurn(nowMs: number): number
  /** A request was answered well. */
  wentWell(nowMs: number): void
  /** One was refused. */
  refused(nowMs: number): void
}

/** Fewer refusals than this in a moment, or a smaller share of the answers, are no sign of a limit. */
const fewRefusals = 5
const smallShare = 0.2
/** After a refusal that counted, further ones within this time are its echo, in milliseconds. */
const echoMs = 1000
/** Where nothing is known, and below this nobody is helped. */
const leastPerSecond = 20
/** What is kept of the rate of good answers after a refusal. */
const keptShare = 0.9
/** What a good answer adds to the rate as long as there was one refusal only: it doubles in 1.4 s. */
const addedInSearch = 0.5
/** The same when it is known where the limit is: more, the longer ago a refusal was, in seconds. */
const addedAtFirst = 0.03
const addedPerSecond = 0.02
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
  let refusedMs = Number.NEGATIVE_INFINITY
  /** Whether nobody knows yet what the store admits. */
  let isSearching = true
  let span = emptySpan(Number.NEGATIVE_INFINITY)
  let before = span

  const roll = (nowMs: number) => {
    if (nowMs - span.startMs < spanMs) return
    before = nowMs - span.startMs < 2 * spanMs ? span : emptySpan(nowMs)
    span = emptySpan(nowMs)
  }
  const isOverload = () => {
    const refused = before.refused + span.refused
    const all = refused + before.good + span.good
    return refused >= fewRefusals && refused >= smallShare * all
  }
  const goodPerSecond = (nowMs: number) => {
    const sinceMs = Math.max(spanMs, nowMs - before.startMs)
    return ((before.good + span.good) * 1000) / sinceMs
  }
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
      const calmSeconds = (nowMs - refusedMs) / 1000
      // Until a refusal there is no limit, and nothing that could be added to it.
      perSecond += isSearching ? addedInSearch : addedAtFirst + addedPerSecond * calmSeconds
    },
    refused(nowMs) {
      roll(nowMs)
      span.refused += 1
      if (nowMs - refusedMs < echoMs || !isOverload()) return
      perSecond = Math.max(leastPerSecond, keptShare * goodPerSecond(nowMs))
      isSearching = nowMs - refusedMs > forgottenMs
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
