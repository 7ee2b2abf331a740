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

/**
 * Cuts the gaps at multiples of the part size, in order of position. A part's number is the place
 * of its first byte in that grid, so the rest of a part that was begun keeps its number.
 */
export function* planParts(gaps: readonly ByteRange[], partSizeBytes: number): Generator<Part> {
  for (const gap of gaps) {
    for (let start = gap.start; start < gap.end;) {
      const cell = Math.floor(start / partSizeBytes)
      const end = Math.min(gap.end, (cell + 1) * partSizeBytes)
      yield { part: cell + 1, start, end }
      start = end
    }
  }
}

/** Sum of the lengths in bytes. */
export function totalLength(ranges: readonly ByteRange[]): number {
  return ranges.reduce((sum, range) => sum + rangeLength(range), 0)
}

function autoPartSize(sizeBytes: number, parallels: number): number {
  const share = Math.ceil(sizeBytes / parallels / mebibyte) * mebibyte
  return Math.min(largestAutoPart, Math.max(smallestAutoPart, share))
}
