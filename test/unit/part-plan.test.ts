import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { rangeLength } from '../../src/core/byte-range.ts'
import {
  choosePartSize,
  choosePartSizing,
  findGaps,
  maxParts,
  planParts,
  totalLength,
} from '../../src/core/part-plan.ts'

const MB = 1024 * 1024

describe('choosePartSize()', () => {
  const table: [
    name: string,
    size: number,
    wanted: number | 'auto',
    p: number,
    expected: number,
  ][] = [
    ['takes a given size', 100 * MB, 7 * MB, 5, 7 * MB],
    ['takes a size larger than the object', 10, 7 * MB, 5, 7 * MB],
    ['raises a size that would need more than 50,000 parts', 1_000_000, 10, 5, 20],
    ['keeps a size that needs exactly 50,000 parts', 500_000, 10, 5, 10],
    ['gives every worker a part of a middling object', 60 * MB, 'auto', 5, 12 * MB],
    ['makes automatic parts no smaller than 4 MB', 8 * MB, 'auto', 5, 4 * MB],
    ['makes automatic parts no larger than 32 MB', 4096 * MB, 'auto', 5, 32 * MB],
    [
      'raises an automatic size for 5 TB',
      5 * MB * MB,
      'auto',
      5,
      Math.ceil((5 * MB * MB) / 50_000),
    ],
  ]
  for (const [name, size, wanted, parallels, expected] of table) {
    it(name, () => assert.equal(choosePartSize(size, wanted, parallels), expected))
  }
})

describe('choosePartSizing()', () => {
  it('lets parts shrink where the size is automatic and they are not too many', () => {
    assert.equal(choosePartSizing(1024 * MB, 'auto', 32 * MB), 'shrinking')
    assert.equal(choosePartSizing(1024 * MB, 32 * MB, 32 * MB), 'fixed')
    assert.equal(choosePartSizing(25_000 * 32 * MB, 'auto', 32 * MB), 'fixed')
  })
})

describe('planParts()', () => {
  const sizes = fc.integer({ min: 1, max: 5000 })
  const ranges = fc
    .array(fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 500 })), { maxLength: 20 })
    .map((pairs) => pairs.map(([start, length]) => ({ start, end: start + length })))

  it('covers exactly the bytes that the ranges leave out, each once', () => {
    fc.assert(
      fc.property(sizes, ranges, fc.integer({ min: 1, max: 700 }), (size, covered, partSize) => {
        const inside = covered
          .filter((range) => range.start < size)
          .map(({ start, end }) => ({ start, end: Math.min(end, size) }))
        const seen = new Uint8Array(size)
        for (const { start, end } of inside) seen.fill(1, start, end)
        for (const part of planParts(findGaps(size, inside), partSize)) {
          assert.ok(rangeLength(part) > 0 && rangeLength(part) <= partSize)
          assert.equal(part.part, Math.floor(part.start / partSize) + 1)
          for (let at = part.start; at < part.end; at += 1) {
            assert.equal(seen[at], 0, `byte ${at} is fetched again`)
            seen[at] = 1
          }
        }
        assert.ok(seen.every((byte) => byte === 1))
      }),
    )
  })

  for (const n of [4, 5, 6, 9, 10, 11]) {
    it(`tiles ${n} bytes in parts of 5 from 0 to the end`, () => {
      const parts = [...planParts(findGaps(n, []), 5)]
      assert.deepEqual(
        parts.map((part) => part.part),
        parts.map((_, index) => index + 1),
      )
      assert.equal(totalLength(parts), n)
      assert.equal(parts.at(-1)?.end, n)
    })
  }

  it('never plans more than 50,000 parts for a whole object', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50_000_000 }),
        fc.integer({ min: 1, max: 50 }),
        (size, wanted) => {
          const count = Math.ceil(size / choosePartSize(size, wanted, 5))
          assert.ok(count <= maxParts)
        },
      ),
    )
  })

  it('plans nothing when all is there', () => {
    assert.deepEqual(
      findGaps(10, [
        { start: 0, end: 4 },
        { start: 4, end: 10 },
      ]),
      [],
    )
  })
})
