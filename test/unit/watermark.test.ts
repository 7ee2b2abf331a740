import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createWatermark } from '../../src/transfer/watermark.ts'

test('the mark stands where the first gap begins, however the ranges grow', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 })
  const steps = fc.array(fc.tuple(fc.nat(), fc.nat(4)), { maxLength: 80 })
  fc.assert(
    fc.property(sizes, steps, fc.nat(), (lengths, growing, foundMask) => {
      const starts = lengths.map((_, at) => lengths.slice(0, at).reduce((sum, n) => sum + n, 0))
      const ranges = lengths.map((length, at) => {
        const start = starts[at] ?? 0
        return { start, end: start + length, at: start }
      })
      const found = ranges.filter((_, at) => (foundMask >> at) % 2 === 1)
      for (const range of found) range.at = range.end
      const mark = createWatermark(found)
      const expected = () => {
        const gap = ranges.find((range) => range.at < range.end)
        return gap?.at ?? ranges.at(-1)?.end
      }
      assert.equal(mark.position(), expected())
      for (const [which, by] of growing) {
        const range = ranges[which % ranges.length]
        if (range === undefined || range.at === range.end) continue
        range.at = Math.min(range.end, range.at + by)
        mark.grew({ start: range.start, end: range.end }, range.at)
        assert.equal(mark.position(), expected())
      }
    }),
  )
})

test('an empty file has nothing before its mark', () => {
  assert.equal(createWatermark([]).position(), 0)
})
