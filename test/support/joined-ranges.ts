import type { ByteRange } from '../../src/core/byte-range.ts'

/** Adjoining ranges made one; ranges that overlap stay as they are, so that they show. */
export function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: ByteRange[] = []
  for (const { start, end } of ranges) {
    const last = result.at(-1)
    if (last?.end === start) result[result.length - 1] = { start: last.start, end }
    else result.push({ start, end })
  }
  return result
}
