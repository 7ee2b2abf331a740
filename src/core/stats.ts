import type { Progress } from './ports.ts'

/** How far the run is, as the user is shown it at one moment. */
export interface ProgressView {
  readonly itemsTotal: number
  readonly itemsDone: number
  readonly bytesTotal: number
  /** Bytes that are there: arrived and found, without the lost ones. */
  readonly bytesPresent: number
  /** Bytes that came over the network, whatever became of them. */
  readonly bytesArrived: number
  readonly bytesFound: number
  readonly bytesLost: number
  /** From 0 to 100 in steps of 0.01, rounded down; 100 only when every item and byte is done. */
  readonly percent: number
  readonly bytesPerSecond: number
  /** Items done per second. */
  readonly tps: number
  /** Undefined while nothing can be said. */
  readonly timeLeftMs: number | undefined
}

/** A progress that counts, and can be looked at. Times are milliseconds of one and the same clock. */
export interface Stats extends Progress {
  /** Speeds are those of the last five seconds, so a stall shows; a retry never moves percent back. */
  now(nowMs: number): ProgressView
  /** Speeds are those of the whole run, and percent is what is there in the end. */
  whole(nowMs: number): ProgressView
}

/**
 * Starts to count a run. Counting is a few additions, since it happens for every chunk; all
 * arithmetic waits until somebody looks.
 */
export function createStats(startMs: number): Stats {
  const start: Sample = { atMs: startMs, bytesArrived: 0, itemsDone: 0 }
  const counts: Counts = { ...NOTHING }
  let samples: readonly Sample[] = [start]

  return {
    itemAdded(sizeBytes) {
      counts.itemsTotal += 1
      counts.bytesTotal += sizeBytes
      if (sizeBytes === 0) counts.itemsUnsized += 1
    },
    sizeCorrected(byBytes) {
      const bytesTotal = counts.bytesTotal + byBytes
      // Peak and total shrink alike, so percent stays where it is.
      if (byBytes < 0 && bytesTotal > 0) counts.bytesPeak *= bytesTotal / counts.bytesTotal
      counts.bytesTotal = bytesTotal
      rise(counts)
    },
    bytesArrived(count) {
      counts.bytesArrived += count
      rise(counts)
    },
    bytesFound(count) {
      counts.bytesFound += count
      rise(counts)
    },
    bytesLost(count) {
      counts.bytesLost += count
    },
    itemDone() {
      counts.itemsDone += 1
    },
    now(nowMs) {
      const sample = { atMs: nowMs, bytesArrived: counts.bytesArrived, itemsDone: counts.itemsDone }
      samples = withinWindow(samples, sample)
      return view(counts, counts.bytesPeak, speedsBetween(samples[0] ?? start, sample))
    },
    whole(nowMs) {
      const sample = { atMs: nowMs, bytesArrived: counts.bytesArrived, itemsDone: counts.itemsDone }
      return view(counts, presentBytes(counts), speedsBetween(start, sample))
    },
  }
}

/** Long enough to calm the figures down, short enough to show a stall. */
const WINDOW_MS = 5000
/** Looks closer together than this share a sample, which bounds their number. */
const SPACING_MS = 100

interface Sample {
  readonly atMs: number
  readonly bytesArrived: number
  readonly itemsDone: number
}

interface Counts {
  itemsTotal: number
  itemsDone: number
  /** Items that were added with no bytes: empty, or of a size that no list told. */
  itemsUnsized: number
  /** Below zero where a correction comes before its item: items are counted beside the work. */
  bytesTotal: number
  bytesArrived: number
  bytesFound: number
  bytesLost: number
  /** The most bytes that were ever present, which is what percent goes by. */
  bytesPeak: number
}

const NOTHING: Readonly<Counts> = {
  itemsTotal: 0,
  itemsDone: 0,
  itemsUnsized: 0,
  bytesTotal: 0,
  bytesArrived: 0,
  bytesFound: 0,
  bytesLost: 0,
  bytesPeak: 0,
}

function presentBytes(counts: Readonly<Counts>): number {
  return counts.bytesArrived + counts.bytesFound - counts.bytesLost
}

function rise(counts: Counts): void {
  counts.bytesPeak = Math.max(counts.bytesPeak, presentBytes(counts))
}

/** Keeps one sample from before the window, so that the speed covers all of it. */
function withinWindow(samples: readonly Sample[], latest: Sample): readonly Sample[] {
  const from = samples.findLastIndex((sample) => sample.atMs <= latest.atMs - WINDOW_MS)
  const kept = samples.slice(Math.max(0, from))
  const previous = kept.at(-1)
  const apart = previous === undefined || latest.atMs - previous.atMs >= SPACING_MS
  return apart ? [...kept, latest] : kept
}

interface Speeds {
  readonly bytesPerSecond: number
  readonly tps: number
}

function speedsBetween(from: Sample, to: Sample): Speeds {
  const seconds = (to.atMs - from.atMs) / 1000
  if (seconds <= 0) return { bytesPerSecond: 0, tps: 0 }
  return {
    bytesPerSecond: (to.bytesArrived - from.bytesArrived) / seconds,
    tps: (to.itemsDone - from.itemsDone) / seconds,
  }
}

function view(counts: Readonly<Counts>, bytesReached: number, speeds: Speeds): ProgressView {
  const { itemsTotal, itemsDone, bytesTotal, bytesArrived, bytesFound, bytesLost } = counts
  const bytesPresent = presentBytes(counts)
  const bytesAtEnd = expectedBytes(counts)
  const isDone = itemsTotal > 0 && itemsDone >= itemsTotal && bytesPresent >= bytesTotal
  const share = bytesAtEnd === 0 ? ratio(itemsDone, itemsTotal) : ratio(bytesReached, bytesAtEnd)
  const timeLeftMs =
    bytesAtEnd === 0
      ? timeFor(itemsTotal - itemsDone, speeds.tps)
      : timeFor(bytesAtEnd - bytesPresent, speeds.bytesPerSecond)
  return {
    itemsTotal,
    itemsDone,
    bytesTotal: Math.max(0, bytesTotal),
    bytesPresent,
    bytesArrived,
    bytesFound,
    bytesLost,
    percent: isDone ? 100 : Math.min(99.99, Math.floor(share * 10_000) / 100),
    ...speeds,
    timeLeftMs: isDone ? 0 : timeLeftMs,
  }
}

/**
 * What the total will be once every size is known. A list that was written during an outage tells
 * no sizes, and without this the first object that is found would look like the whole task. At most
 * one item without a size has been found out for each item that is done; infinite before that.
 */
function expectedBytes(counts: Readonly<Counts>): number {
  if (counts.bytesTotal <= 0) return 0
  const stillUnsized = Math.max(0, counts.itemsUnsized - counts.itemsDone)
  return (counts.bytesTotal * counts.itemsTotal) / (counts.itemsTotal - stillUnsized)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.max(0, part / whole)
}

function timeFor(amount: number, perSecond: number): number | undefined {
  const ms = (Math.max(0, amount) / perSecond) * 1000
  return Number.isFinite(ms) ? ms : undefined
}
