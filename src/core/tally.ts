import type { Outcome } from './outcome.ts'

/** How the items of a run ended, in numbers. */
export interface Tally {
  /** What the succeed list holds: downloads, unchanged items and those of a dry run. */
  readonly succeeded: number
  readonly failed: number
  /** Unchanged items, which count as succeeded too. */
  readonly skipped: number
  /** Items left out by a filter or an answer; they are in no list. */
  readonly leftOut: number
  /** Sizes of what was downloaded, or would have been in a dry run. */
  readonly succeededBytes: number
  /** Bytes that this run fetched for items that succeeded. */
  readonly transferredBytes: number
  /** Items that were worked on: neither unchanged nor given up before they began. */
  readonly worked: number
  readonly costs: Costs
}

interface Costs {
  readonly count: number
  readonly totalMs: number
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
}

/** The figures of the `Metrics` line. */
export interface Metrics {
  /** Wall time of the slowest item; undefined where no item has one. */
  readonly maxCostMs: number | undefined
  readonly minCostMs: number | undefined
  /** 0 where no item has a cost. */
  readonly averageCostMs: number
  /** Items worked on per second of the run. */
  readonly averageTps: number
  readonly transferredBytes: number
}

/** The tally of a run in which nothing has ended yet. */
export const EMPTY_TALLY: Tally = {
  succeeded: 0,
  failed: 0,
  skipped: 0,
  leftOut: 0,
  succeededBytes: 0,
  transferredBytes: 0,
  worked: 0,
  costs: { count: 0, totalMs: 0, minMs: undefined, maxMs: undefined },
}

/** The tally with one more outcome counted. */
export function addOutcome(tally: Tally, outcome: Outcome): Tally {
  switch (outcome.kind) {
    case 'succeeded':
      // Here and below written out, since a spread takes its time, and lists have a million lines.
      return {
        succeeded: tally.succeeded + 1,
        failed: tally.failed,
        skipped: tally.skipped,
        leftOut: tally.leftOut,
        succeededBytes: tally.succeededBytes + (outcome.sizeBytes ?? 0),
        transferredBytes: tally.transferredBytes + outcome.fetchedBytes,
        worked: tally.worked + workedOn(outcome),
        costs: addCost(tally.costs, outcome.costMs),
      }
    case 'dry-run':
      return {
        ...tally,
        worked: tally.worked + 1,
        succeeded: tally.succeeded + 1,
        succeededBytes: tally.succeededBytes + (outcome.sizeBytes ?? 0),
      }
    case 'unchanged':
      return { ...tally, succeeded: tally.succeeded + 1, skipped: tally.skipped + 1 }
    case 'failed':
      return {
        ...tally,
        failed: tally.failed + 1,
        worked: tally.worked + workedOn(outcome),
        costs: addCost(tally.costs, outcome.costMs),
      }
    case 'left-out':
      return {
        succeeded: tally.succeeded,
        failed: tally.failed,
        skipped: tally.skipped,
        leftOut: tally.leftOut + 1,
        succeededBytes: tally.succeededBytes,
        transferredBytes: tally.transferredBytes,
        worked: tally.worked,
        costs: tally.costs,
      }
  }
}

/** The tally of a round and of the next one, which resumed what had failed in it. */
export function addRound(before: Tally, round: Tally): Tally {
  return {
    succeeded: before.succeeded + round.succeeded,
    failed: round.failed,
    skipped: before.skipped + round.skipped,
    leftOut: before.leftOut + round.leftOut,
    succeededBytes: before.succeededBytes + round.succeededBytes,
    transferredBytes: before.transferredBytes + round.transferredBytes,
    worked: before.worked + round.worked,
    costs: addCosts(before.costs, round.costs),
  }
}

/** The metrics of a run that took this long, in milliseconds. */
export function metricsOf(tally: Tally, elapsedMs: number): Metrics {
  const { count, totalMs, minMs, maxMs } = tally.costs
  return {
    maxCostMs: maxMs,
    minCostMs: minMs,
    averageCostMs: count === 0 ? 0 : totalMs / count,
    averageTps: elapsedMs <= 0 ? 0 : (tally.worked * 1000) / elapsedMs,
    transferredBytes: tally.transferredBytes,
  }
}

function addCosts(one: Costs, other: Costs): Costs {
  return {
    count: one.count + other.count,
    totalMs: one.totalMs + other.totalMs,
    minMs: extreme(Math.min, one.minMs, other.minMs),
    maxMs: extreme(Math.max, one.maxMs, other.maxMs),
  }
}

function extreme(
  choose: (...values: number[]) => number,
  ...values: readonly (number | undefined)[]
): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : choose(...known)
}

/** One for an item that was tried; one without a cost never was. */
function workedOn({ costMs }: { readonly costMs: number | undefined }): 0 | 1 {
  return costMs === undefined ? 0 : 1
}

function addCost(costs: Costs, costMs: number | undefined): Costs {
  if (costMs === undefined) return costs
  const { count, totalMs, minMs = costMs, maxMs = costMs } = costs
  return {
    count: count + 1,
    totalMs: totalMs + costMs,
    minMs: Math.min(minMs, costMs),
    maxMs: Math.max(maxMs, costMs),
  }
}
