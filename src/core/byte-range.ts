/** Bytes `[start, end)` of an object: the first is included, the last is not. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Length of a range in bytes. */
export function rangeLength(range: ByteRange): number {
  return range.end - range.start
}
