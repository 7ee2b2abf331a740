import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { rangeLength, type ByteRange } from '../../src/core/byte-range.ts'
import { smallestPart, totalLength, type Part } from '../../src/core/part-plan.ts'
import {
  createPartFeed,
  type PartFeed,
  type PartFeedOptions,
} from '../../src/transfer/part-feed.ts'
import { joined } from '../support/joined-ranges.ts'

const MIB = 1024 * 1024
const SHRINKING: PartFeedOptions = { partSizeBytes: 32 * MIB, sizing: 'shrinking', parallels: 5 }

describe('createPartFeed()', () => {
  const gaps = fc
    .array(fc.tuple(fc.nat(300 * MIB), fc.integer({ min: 1, max: 100 * MIB })), { maxLength: 6 })
    .map(apart)
  const sizings = fc.constantFrom<PartFeedOptions['sizing']>('fixed', 'shrinking')

  const times = fc.tuple(
    fc.integer({ min: -5, max: 300 }),
    fc.integer({ min: -5, max: 3000 }),
    fc.integer({ min: 1, max: 40 }),
  )

  it('cuts all of the gaps into parts, in order, and nothing else', () => {
    fc.assert(
      fc.property(gaps, sizings, times, (first, sizing, [answerMs, bodyMs, parallels]) => {
        const feed = createPartFeed(first, { partSizeBytes: 7 * MIB, sizing, parallels })
        feed.close()
        feed.fetched({ answerMs, bodyMs, sizeBytes: 7 * MIB })
        const parts = allOf(feed)
        assert.deepEqual(joined(parts), joined(first))
        for (const { start, end } of parts) {
          assert.ok(Number.isInteger(start) && Number.isInteger(end) && start < end)
        }
      }),
    )
  })
  it('makes no part larger than it may be, and gives it the number of its place', () => {
    fc.assert(
      fc.property(gaps, sizings, (first, sizing) => {
        const feed = createPartFeed(first, { partSizeBytes: 7 * MIB, sizing, parallels: 3 })
        feed.close()
        for (const part of allOf(feed)) {
          const cell = Math.floor(part.start / (7 * MIB))
          assert.ok(rangeLength(part) <= 7 * MIB)
          assert.equal(part.part, cell + 1)
          if (sizing === 'fixed') assert.ok(part.end <= (cell + 1) * 7 * MIB)
        }
      }),
    )
  })
  it('makes parts of one size where that is what was asked for', () => {
    const feed = createPartFeed([{ start: 0, end: 70 * MIB }], { ...SHRINKING, sizing: 'fixed' })
    feed.close()
    assert.deepEqual(allOf(feed).map(sizeInMib), [32, 32, 6])
  })
  for (const size of [4, 5, 6, 9, 10, 11]) {
    it(`tiles ${size} bytes in parts of 5 from 0 to the end, numbered from 1`, () => {
      const whole = [{ start: 0, end: size }]
      const feed = createPartFeed(whole, { partSizeBytes: 5, sizing: 'fixed', parallels: 2 })
      feed.close()
      const parts = allOf(feed)
      assert.deepEqual(
        parts.map(({ part }) => part),
        parts.map((_, index) => index + 1),
      )
      assert.deepEqual(joined(parts), whole)
      assert.equal(totalLength(parts), size)
    })
  }
  it('makes them smaller towards the end, down to what is worth a request', () => {
    const feed = createPartFeed([{ start: 0, end: 512 * MIB }], SHRINKING)
    feed.close()
    feed.fetched({ answerMs: 20, bodyMs: 1000, sizeBytes: 50 * MIB })
    const sizes = allOf(feed).map(sizeInMib)
    assert.deepEqual(sizes.slice(0, 6), [32, 32, 32, 32, 32, 32])
    assert.deepEqual(
      sizes.toSorted((one, other) => other - one),
      sizes,
    )
    assert.deepEqual(sizes.slice(-4, -1), [4, 4, 4])
  })
  it('cuts bytes that are found missing later as if they had never been apart', () => {
    const pieces = fc.shuffledSubarray(
      Array.from({ length: 60 }, (_, at) => ({ start: at * MIB, end: (at + 1) * MIB })),
      { minLength: 1 },
    )
    fc.assert(
      fc.property(pieces, fc.nat(60), sizings, (missing, known, sizing) => {
        const options = { ...SHRINKING, partSizeBytes: 7 * MIB, sizing }
        const inOrder = joined(missing.toSorted((one, other) => one.start - other.start))
        const atOnce = createPartFeed(inOrder, options)
        const later = createPartFeed(
          inOrder.filter(({ start }) => start < known * MIB),
          options,
        )
        const isKnown = inOrder.findLast(({ start }) => start < known * MIB)?.end ?? 0
        later.add(missing.filter(({ start }) => start >= isKnown))
        for (const feed of [atOnce, later]) feed.close()
        assert.deepEqual(allOf(later), allOf(atOnce))
      }),
    )
  })
  it('has those who ask wait until there is more or it is closed', async () => {
    const feed = createPartFeed([], { ...SHRINKING, sizing: 'fixed' })
    const asked = [feed.next(), feed.next(), feed.next()]
    feed.add([{ start: 10, end: 20 }])
    feed.add([{ start: 30, end: 40 }])
    feed.close()
    assert.deepEqual(await Promise.all(asked.map((part) => Promise.resolve(part))), [
      { part: 1, start: 10, end: 20 },
      { part: 1, start: 30, end: 40 },
      undefined,
    ])
    assert.equal(feed.next(), undefined)
  })

  const stores: readonly (readonly [what: string, bytesPerMs: readonly number[], most: number])[] =
    [
      ['equal connections', [50_000, 50_000, 50_000, 50_000, 50_000], 1.1],
      ['one that has half', [50_000, 50_000, 50_000, 50_000, 25_000], 1.1],
      ['one that has a quarter', [50_000, 50_000, 50_000, 50_000, 12_500], 1.15],
    ]
  for (const [what, speeds, most] of stores) {
    it(`takes at most ${most} times the least that is possible over ${what}`, () => {
      for (const sizeBytes of [333 * MIB, 1024 * MIB, 4096 * MIB]) {
        const whole = [{ start: 0, end: sizeBytes }]
        const least = sizeBytes / speeds.reduce((sum, speed) => sum + speed, 0) + ANSWER_MS
        const shrinking = simulate(createPartFeed(whole, SHRINKING), speeds)
        const fixed = simulate(createPartFeed(whole, { ...SHRINKING, sizing: 'fixed' }), speeds)
        assert.ok(shrinking < most * least, `${shrinking} of ${least} ms`)
        assert.ok(shrinking <= fixed, `${shrinking} ms, and ${fixed} ms in parts of one size`)
      }
    })
  }
})

describe('smallestPart()', () => {
  it('is what four round trips could have brought, between 1 and 32 MiB', () => {
    assert.equal(smallestPart(undefined), 4 * MIB)
    assert.equal(smallestPart({ answerMs: 0, bytesPerMs: 100_000 }), MIB)
    assert.equal(smallestPart({ answerMs: 20, bytesPerMs: 50_000 }), 4 * MIB)
    assert.equal(smallestPart({ answerMs: 400, bytesPerMs: 50_000 }), 32 * MIB)
    assert.equal(smallestPart({ answerMs: -3, bytesPerMs: 50_000 }), MIB)
  })
})

const ANSWER_MS = 20

/** How long workers with connections of these speeds take for it, in milliseconds. */
function simulate(feed: PartFeed, speeds: readonly number[]): number {
  feed.close()
  const free = speeds.map((bytesPerMs) => ({ bytesPerMs, atMs: 0 }))
  for (;;) {
    const worker = free.reduce((first, other) => (other.atMs < first.atMs ? other : first))
    const part = feed.next()
    if (part instanceof Promise) assert.fail('a closed feed has nobody wait')
    if (part === undefined) return Math.max(...free.map(({ atMs }) => atMs))
    const bodyMs = rangeLength(part) / worker.bytesPerMs
    worker.atMs += ANSWER_MS + bodyMs
    feed.fetched({ answerMs: ANSWER_MS, bodyMs, sizeBytes: rangeLength(part) })
  }
}

function allOf(feed: PartFeed): readonly Part[] {
  const parts: Part[] = []
  for (let part = feed.next(); part !== undefined; part = feed.next()) {
    if (part instanceof Promise) assert.fail('a closed feed has nobody wait')
    parts.push(part)
  }
  return parts
}

function sizeInMib(range: ByteRange): number {
  return Math.round(rangeLength(range) / MIB)
}

/** Ranges in order that neither touch nor overlap, from starts and lengths. */
function apart(pairs: readonly (readonly [number, number])[]): ByteRange[] {
  const kept: ByteRange[] = []
  for (const [start, length] of pairs.toSorted((one, other) => one[0] - other[0])) {
    if (start > (kept.at(-1)?.end ?? -1)) kept.push({ start, end: start + length })
  }
  return kept
}
