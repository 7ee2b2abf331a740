import { rangeLength, type ByteRange } from './byte-range.ts'

/** The most parts that a plan for a whole object may have (SPEC 2, `-ps`). */
export const maxParts = 50_000

const mebibyte = 1024 * 1024
const smallestAutoPart = 4 * mebibyte
const largestAutoPart = 32 * mebibyte

/** A planned part: its number, from 1, and its bytes. */
export interface Part extends ByteRange {
  readonly part: number
}

/**
 * Part size in bytes for an object. `auto` gives every one of the `parallels` workers something to
 * do, but neither parts so small that requests are what is paid for, nor so large that a killed run
 * loses much. Either way the size is raised where more than 50,000 parts would be needed.
 */
export function choosePartSize(
  sizeBytes: number,
  wanted: number | 'auto',
  parallels: number,
): number {
  const size = wanted === 'auto' ? autoPartSize(sizeBytes, parallels) : wanted
  return Math.max(size, Math.ceil(sizeBytes / maxParts), 1)
}

/** The parts of `[0, sizeBytes)` that the ranges do not cover; ranges may touch or overlap. */
export function findGaps(sizeBytes: number, covered: readonly ByteRange[]): ByteRange[] {
  const gaps: ByteRange[] = []
  let position = 0
  for (const range of covered.toSorted((a, b) => a.start - b.start)) {
    if (range.start > position) gaps.push({ start: position, end: range.start })
    position = Math.max(position, range.end)
  }
  if (position < sizeBytes) gaps.push({ start: position, end: sizeBytes })
  return gaps
}

/** The same bytes in order of their position, ranges that touch made one; none of them may overlap. */
export function joinRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const joined: ByteRange[] = []
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1)
    if (last?.end === start) joined[joined.length - 1] = { start: last.start, end }
    else joined.push({ start, end })
  }
  return joined
}

/**
 * The first part of a gap that is not empty, up to the next multiple of the part size. A part's number is
 * the place of its first byte in that grid, so the rest of a part that was begun keeps its number.
 */
export function cutAtGrid({ start, end }: ByteRange, partSizeBytes: number): Part {
  const cell = Math.floor(start / partSizeBytes)
  return { part: cell + 1, start, end: Math.min(end, (cell + 1) * partSizeBytes) }
}

/** How the parts of a download are cut. */
export type PartSizing = 'fixed' | 'shrinking'

/**
 * Whether parts may become smaller towards the end: where their size is for us to choose, and there are so
 * few of them that more do no harm.
 */
export function choosePartSizing(
  sizeBytes: number,
  wanted: number | 'auto',
  partSizeBytes: number,
): PartSizing {
  return wanted === 'auto' && sizeBytes / partSizeBytes < maxParts / 2 ? 'shrinking' : 'fixed'
}

/** What is known of a download when its next part is cut. */
export interface CutNeeds {
  /** The size of parts as long as there are many more. */
  readonly partSizeBytes: number
  /** Bytes that no part was cut of yet, this gap's among them. */
  readonly leftBytes: number
  readonly parallels: number
  /** A smaller part is not worth its request. */
  readonly smallestBytes: number
}

/**
 * The first part of a gap that is not empty, of a size that shrinks towards the end: half of what each
 * worker's share of the rest is. So none of them is left with much when the others are done, however
 * unequal their connections are.
 */
export function cutForAll(gap: ByteRange, needs: CutNeeds): Part {
  const { partSizeBytes, leftBytes, parallels, smallestBytes } = needs
  const share = Math.ceil(leftBytes / (2 * parallels) / mebibyte) * mebibyte
  const length = Math.min(partSizeBytes, Math.max(share, smallestBytes))
  const { part } = cutAtGrid(gap, partSizeBytes)
  return { part, start: gap.start, end: Math.min(gap.end, gap.start + length) }
}

/** How the requests of a download went. */
export interface Roundtrips {
  /** The least time from the request for a part to the head of its answer. */
  readonly answerMs: number
  /** What a connection brings once it does. */
  readonly bytesPerMs: number
}

/**
 * The size from which on a part is worth its request: bringing it takes four times as long as waiting
 * for it; in whole MiB, at least one, and 4 as long as nothing is known.
 */
export function smallestPart(seen: Roundtrips | undefined): number {
  if (seen === undefined) return smallestAutoPart
  const worthIt = Math.round((4 * seen.answerMs * seen.bytesPerMs) / mebibyte) * mebibyte
  return Math.min(largestAutoPart, Math.max(mebibyte, worthIt))
}

/** Sum of the lengths in bytes. */
export function totalLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range) => sum + rangeLength(range), 0)
}

function autoPartSize(sizeBytes: number, parallels: number): number {
  const share = Math.ceil(sizeBytes / parallels / mebibyte) * mebibyte
  return Math.min(largestAutoPart, Math.max(smallestAutoPart, share))
}
