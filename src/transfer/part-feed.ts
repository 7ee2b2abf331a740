import type { ByteRange } from '../core/byte-range.ts'
import {
  cutAtGrid,
  cutForAll,
  joinRanges,
  smallestPart,
  totalLength,
  type Part,
  type PartSizing,
  type Roundtrips,
} from '../core/part-plan.ts'
import type { TaskSource } from './run-workers.ts'

/** One part that was fetched. */
interface FetchedPart {
  /** Milliseconds from the sending of the request to the head of the answer. */
  readonly answerMs: number
  /** Milliseconds from then on. */
  readonly bodyMs: number
  readonly sizeBytes: number
}

/** The parts of a download, cut when they are asked for. */
export interface PartFeed extends TaskSource<Part> {
  /** These bytes are missing, too. */
  add(gaps: readonly ByteRange[]): void
  /** No more gaps will come. */
  close(): void
  /** Told of each part, for the size of the next ones. */
  fetched(part: FetchedPart): void
}

export interface PartFeedOptions {
  readonly partSizeBytes: number
  readonly sizing: PartSizing
  readonly parallels: number
}

/** Starts with these gaps, in order of position, and open. */
export function createPartFeed(first: readonly ByteRange[], options: PartFeedOptions): PartFeed {
  const { partSizeBytes, parallels } = options
  let gaps = [...first]
  const waiting: ((part: Part | undefined) => void)[] = []
  let leftBytes = totalLength(gaps)
  let seen: Roundtrips | undefined
  let isClosed = false

  const cut = (): Part | undefined => {
    const [gap] = gaps
    if (gap === undefined) return undefined
    const needs = { partSizeBytes, leftBytes, parallels, smallestBytes: smallestPart(seen) }
    const part = options.sizing === 'fixed' ? cutAtGrid(gap, partSizeBytes) : cutForAll(gap, needs)
    if (part.end === gap.end) gaps.shift()
    else gaps[0] = { start: part.end, end: gap.end }
    leftBytes -= part.end - part.start
    return part
  }
  const serve = () => {
    while (waiting.length > 0 && (gaps.length > 0 || isClosed)) waiting.shift()?.(cut())
  }
  return {
    next() {
      if (gaps.length > 0 || isClosed) return cut()
      return new Promise((resolve) => waiting.push(resolve))
    },
    add(more) {
      // What was recorded in small ranges need not be asked for in as many requests.
      gaps = joinRanges([...gaps, ...more])
      leftBytes += totalLength(more)
      serve()
    },
    close() {
      isClosed = true
      serve()
    },
    fetched({ answerMs, bodyMs, sizeBytes }) {
      seen = {
        // The first request over a connection waits for that as well.
        answerMs: Math.min(answerMs, seen?.answerMs ?? answerMs),
        bytesPerMs: sizeBytes / Math.max(1, bodyMs),
      }
    },
  }
}
