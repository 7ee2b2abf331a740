import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { choosePartSize, choosePartSizing, findGaps, maxParts } from '../../src/core/part-plan.ts'

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

  it('never makes for more than 50,000 parts for a whole object', () => {
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
})

describe('choosePartSizing()', () => {
  it('lets parts shrink where the size is automatic and they are not too many', () => {
    assert.equal(choosePartSizing(1024 * MB, 'auto', 32 * MB), 'shrinking')
    assert.equal(choosePartSizing(1024 * MB, 32 * MB, 32 * MB), 'fixed')
    assert.equal(choosePartSizing(25_000 * 32 * MB, 'auto', 32 * MB), 'fixed')
  })
})

describe('findGaps()', () => {
  const sizes = fc.integer({ min: 1, max: 5000 })
  const ranges = fc
    .array(fc.tuple(fc.nat(5000), fc.integer({ min: 1, max: 500 })), { maxLength: 20 })
    .map((pairs) => pairs.map(([start, length]) => ({ start, end: start + length })))

  it('gives exactly the bytes that the ranges leave out, each once, in order', () => {
    fc.assert(
      fc.property(sizes, ranges, (size, covered) => {
        const inside = covered
          .filter((range) => range.start < size)
          .map(({ start, end }) => ({ start, end: Math.min(end, size) }))
        const seen = new Uint8Array(size)
        for (const { start, end } of inside) seen.fill(1, start, end)
        let lastEnd = -1
        for (const { start, end } of findGaps(size, inside)) {
          assert.ok(start > lastEnd && end > start && end <= size)
          lastEnd = end
          for (let at = start; at < end; at += 1) {
            assert.equal(seen[at], 0, `byte ${at} is there`)
            seen[at] = 1
          }
        }
        assert.ok(seen.every((byte) => byte === 1))
      }),
    )
  })

  it('gives none when all is there', () => {
    assert.deepEqual(
      findGaps(10, [
        { start: 0, end: 4 },
        { start: 4, end: 10 },
      ]),
      [],
    )
  })
})
