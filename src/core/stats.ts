import { createObjectsOnTheirWay, type ObjectView } from './objects-on-their-way.ts'
import type { Progress } from './ports.ts'
import { createRecentRate, ratePerSecond } from './recent-rate.ts'

/** How far the run is, as the user is shown it at one moment. */
export interface ProgressView {
  readonly itemsTotal: number
  /** Items of which nothing more is wanted; those that failed are not among them. */
  readonly itemsDone: number
  readonly itemsFailed: number
  readonly bytesTotal: number
  /** Bytes that are there: arrived and found, without the lost ones. */
  readonly bytesPresent: number
  /** Bytes that came over the network, whatever became of them. */
  readonly bytesArrived: number
  readonly bytesFound: number
  readonly bytesLost: number
  /** From 0 to 100 in steps of 0.01, rounded down; 100 only when every item and byte is there. */
  readonly percent: number
  readonly bytesPerSecond: number
  /** Items per second that are over, one way or the other. */
  readonly tps: number
  /** For what is still going to come. Undefined while nothing can be said. */
  readonly timeLeftMs: number | undefined
}

/** A progress that counts, and can be looked at. Times are milliseconds of one and the same clock. */
export interface Stats extends Progress {
  /** Speeds are those of the last five seconds, so a stall shows; a retry never moves percent back. */
  now(nowMs: number): ProgressView
  /** Speeds are those of the whole run, and percent is what is there in the end. */
  whole(nowMs: number): ProgressView
  /** The large objects that are being fetched, at most so many. */
  objects(nowMs: number, most: number): readonly ObjectView[]
}

/**
 * Starts to count a run. Counting is a few additions, since it happens for every chunk; all
 * arithmetic waits until somebody looks.
 */
export function createStats(startMs: number): Stats {
  const counts: Counts = { ...NOTHING }
  const objects = createObjectsOnTheirWay()
  const bytesRate = createRecentRate(startMs, 0)
  const itemsRate = createRecentRate(startMs, 0)

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
      counts.itemsOver += 1
    },
    itemFailed(missingBytes) {
      counts.itemsOver += 1
      counts.itemsFailed += 1
      counts.bytesMissing += missingBytes
    },
    allAdded() {
      counts.allAdded = true
    },
    objectStarted: objects.started,
    objects: objects.views,
    now(nowMs) {
      const bytesPerSecond = bytesRate.at(nowMs, counts.bytesArrived)
      const tps = itemsRate.at(nowMs, counts.itemsOver)
      return view(counts, counts.bytesPeak, { bytesPerSecond, tps })
    },
    whole(nowMs) {
      const bytesPerSecond = ratePerSecond(counts.bytesArrived, nowMs - startMs)
      const tps = ratePerSecond(counts.itemsOver, nowMs - startMs)
      return view(counts, presentBytes(counts), { bytesPerSecond, tps })
    },
  }
}

interface Counts {
  itemsTotal: number
  /** Done or failed. */
  itemsOver: number
  itemsFailed: number
  /** Before that, what is over may be all that is known and not all that there is. */
  allAdded: boolean
  /** Items that were added with no bytes: empty, or of a size that no list told. */
  itemsUnsized: number
  /** Below zero where a correction comes before its item: items are counted beside the work. */
  bytesTotal: number
  bytesArrived: number
  bytesFound: number
  bytesLost: number
  /** Of failed items: they are waited for no longer, and still belong to the whole. */
  bytesMissing: number
  /** The most bytes that were ever present, which is what percent goes by. */
  bytesPeak: number
}

const NOTHING: Readonly<Counts> = {
  itemsTotal: 0,
  itemsOver: 0,
  itemsFailed: 0,
  allAdded: false,
  itemsUnsized: 0,
  bytesTotal: 0,
  bytesArrived: 0,
  bytesFound: 0,
  bytesLost: 0,
  bytesMissing: 0,
  bytesPeak: 0,
}

function presentBytes(counts: Readonly<Counts>): number {
  return counts.bytesArrived + counts.bytesFound - counts.bytesLost
}

function rise(counts: Counts): void {
  counts.bytesPeak = Math.max(counts.bytesPeak, presentBytes(counts))
}

interface Speeds {
  readonly bytesPerSecond: number
  readonly tps: number
}

function view(counts: Readonly<Counts>, bytesReached: number, speeds: Speeds): ProgressView {
  const { itemsTotal, itemsOver, itemsFailed, bytesTotal } = counts
  const { bytesArrived, bytesFound, bytesLost } = counts
  const itemsDone = itemsOver - itemsFailed
  const bytesPresent = presentBytes(counts)
  const bytesAtEnd = expectedBytes(counts)
  const isOver = counts.allAdded && itemsTotal > 0 && itemsOver >= itemsTotal
  const isDone = isOver && itemsFailed === 0 && bytesPresent >= bytesTotal
  const share = bytesAtEnd === 0 ? ratio(itemsDone, itemsTotal) : ratio(bytesReached, bytesAtEnd)
  const timeLeftMs =
    bytesAtEnd === 0
      ? timeFor(itemsTotal - itemsOver, speeds.tps)
      : timeFor(bytesAtEnd - bytesPresent - counts.bytesMissing, speeds.bytesPerSecond)
  return {
    itemsTotal,
    itemsDone,
    itemsFailed,
    bytesTotal: Math.max(0, bytesTotal),
    bytesPresent,
    bytesArrived,
    bytesFound,
    bytesLost,
    percent: isDone ? 100 : Math.min(99.99, Math.floor(share * 10_000) / 100),
    ...speeds,
    timeLeftMs: isOver ? 0 : timeLeftMs,
  }
}

/**
 * What the total will be once every size is known. A list that was written during an outage tells
 * no sizes, and without this the first object that is found would look like the whole task. At most
 * one item without a size has been found out for each item that is done; infinite before that.
 */
function expectedBytes(counts: Readonly<Counts>): number {
  if (counts.bytesTotal <= 0) return 0
  const stillUnsized = Math.max(0, counts.itemsUnsized - counts.itemsOver)
  return (counts.bytesTotal * counts.itemsTotal) / (counts.itemsTotal - stillUnsized)
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.max(0, part / whole)
}

function timeFor(amount: number, perSecond: number): number | undefined {
  const ms = (Math.max(0, amount) / perSecond) * 1000
  return Number.isFinite(ms) ? ms : undefined
}
