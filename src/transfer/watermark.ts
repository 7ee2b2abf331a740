import type { ByteRange } from '../core/byte-range.ts'

/** How far a file that comes in parts is there without a gap. */
export interface Watermark {
  /** The range is there up to this position, and as it grows it begins where it began. */
  grew(range: ByteRange, to: number): void
  /** Bytes from the start of the file that are all there. */
  position(): number
}

/** Starts with these ranges, which are there. */
export function createWatermark(found: readonly ByteRange[]): Watermark {
  /** Those at the mark or behind it, by where they begin. */
  const ranges = new Map<number, { readonly end: number; readonly at: number }>()
  /** Where the range begins that the mark is in. */
  let front = 0
  let mark = 0

  const advance = () => {
    for (let range = ranges.get(front); range !== undefined; range = ranges.get(front)) {
      mark = range.at
      if (range.at < range.end) return
      ranges.delete(front)
      front = range.end
    }
  }
  for (const { start, end } of found) ranges.set(start, { end, at: end })
  advance()
  return {
    grew({ start, end }, to) {
      ranges.set(start, { end, at: to })
      if (start === front) advance()
    },
    position: () => mark,
  }
}
