import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createStats, type Stats } from '../../src/core/stats.ts'

function statsWith(...sizesBytes: readonly number[]): Stats {
  const stats = createStats(0)
  for (const sizeBytes of sizesBytes) stats.itemAdded(sizeBytes)
  stats.allAdded()
  return stats
}

test('a run without items is at 0 percent, with nothing known about its time', () => {
  assert.deepEqual(createStats(0).now(1000), {
    itemsTotal: 0,
    itemsDone: 0,
    itemsFailed: 0,
    bytesTotal: 0,
    bytesPresent: 0,
    bytesArrived: 0,
    bytesFound: 0,
    bytesLost: 0,
    percent: 0,
    bytesPerSecond: 0,
    tps: 0,
    timeLeftMs: undefined,
  })
})

test('totals tell arrived, found and lost bytes apart', () => {
  const stats = statsWith(600, 400)
  stats.bytesFound(300)
  stats.bytesArrived(200)
  stats.bytesLost(50)
  stats.itemDone()
  const view = stats.now(1000)
  assert.equal(view.bytesPresent, 450)
  assert.equal(view.bytesFound, 300)
  assert.equal(view.bytesArrived, 200)
  assert.equal(view.bytesLost, 50)
  assert.equal(view.bytesTotal, 1000)
  assert.equal(view.itemsDone, 1)
  assert.equal(view.itemsTotal, 2)
})

test('percent is rounded down to two decimals', () => {
  const stats = statsWith(30_000)
  stats.bytesArrived(10_000)
  assert.equal(stats.now(0).percent, 33.33)
})

test('percent stays below 100 until the last item is done', () => {
  const stats = statsWith(1000)
  stats.bytesArrived(1000)
  assert.equal(stats.now(0).percent, 99.99)
  stats.itemDone()
  assert.equal(stats.now(0).percent, 100)
  assert.equal(stats.now(0).timeLeftMs, 0)
})

test('percent stays below 100 where every item is done and bytes are missing', () => {
  const stats = statsWith(1000, 1000)
  stats.bytesArrived(1000)
  stats.itemDone()
  stats.itemDone()
  assert.equal(stats.now(0).percent, 50)
  assert.equal(stats.whole(0).percent, 50)
})

test('percent stays below 100 while the lists are still read', () => {
  const stats = createStats(0)
  stats.itemAdded(1000)
  stats.bytesArrived(1000)
  stats.itemDone()
  assert.equal(stats.now(1000).percent, 99.99)
  stats.allAdded()
  assert.equal(stats.now(1000).percent, 100)
})

test('what is missing of a failed item is missing in percent, and no longer waited for', () => {
  const stats = statsWith(600, 400)
  stats.bytesArrived(700)
  stats.itemFailed(300)
  assert.equal(stats.now(1000).timeLeftMs, 0)
  stats.itemDone()
  const view = stats.whole(1000)
  assert.deepEqual([view.itemsDone, view.itemsFailed, view.itemsTotal], [1, 1, 2])
  assert.deepEqual([view.percent, view.bytesTotal, view.timeLeftMs], [70, 1000, 0])
})

test('a failed item keeps percent below 100 also where no byte of it is known', () => {
  const withBytes = statsWith(1000, 0)
  withBytes.bytesArrived(1000)
  withBytes.itemDone()
  withBytes.itemFailed(0)
  assert.equal(withBytes.whole(1000).percent, 99.99)

  const without = statsWith(0, 0)
  without.itemDone()
  without.itemFailed(0)
  assert.equal(without.whole(1000).percent, 50)
})

test('a retry does not move percent back, and its bytes count once', () => {
  const stats = statsWith(1000)
  stats.bytesArrived(600)
  stats.bytesLost(600)
  assert.equal(stats.now(0).percent, 60)
  assert.equal(stats.now(0).bytesPresent, 0)
  stats.bytesArrived(600)
  assert.equal(stats.now(0).percent, 60)
  stats.bytesArrived(100)
  assert.equal(stats.now(0).percent, 70)
})

test('in the end percent tells what is there, not what was there once', () => {
  const stats = statsWith(1000)
  stats.bytesArrived(600)
  stats.bytesLost(600)
  assert.equal(stats.whole(0).percent, 0)
})

test('a size that turns out smaller, or an item given up, does not move percent back', () => {
  const stats = statsWith(500, 500)
  stats.bytesArrived(400)
  stats.bytesLost(400)
  stats.sizeCorrected(-500)
  assert.equal(stats.now(0).percent, 40)
  stats.bytesArrived(500)
  assert.equal(stats.now(0).percent, 99.99)
})

test('an item may be corrected and done before it is added', () => {
  const stats = statsWith()
  stats.sizeCorrected(-400)
  stats.bytesArrived(600)
  stats.itemDone()
  assert.equal(stats.now(0).bytesTotal, 0)
  stats.itemAdded(1000)
  assert.equal(stats.now(0).bytesTotal, 600)
  assert.equal(stats.now(0).percent, 100)
  stats.itemAdded(600)
  assert.equal(stats.now(0).percent, 50)
})

test('percent goes by items where no item has bytes', () => {
  const stats = statsWith(0, 0, 0)
  assert.equal(stats.now(0).percent, 0)
  stats.itemDone()
  assert.equal(stats.now(1000).percent, 33.33)
  assert.equal(stats.now(1000).timeLeftMs, 2000)
  stats.itemDone()
  stats.itemDone()
  assert.equal(stats.now(2000).percent, 100)
})

test('the first object found does not pass for the whole of a task without sizes', () => {
  const stats = statsWith(...Array.from({ length: 100 }, () => 0))
  stats.sizeCorrected(1000)
  stats.bytesArrived(1000)
  assert.equal(stats.now(1000).percent, 0)
  assert.equal(stats.now(1000).timeLeftMs, undefined)
  stats.itemDone()
  assert.equal(stats.now(1000).percent, 1)
  assert.equal(stats.now(1000).timeLeftMs, 99_000)
})

test('empty items beside a large one leave percent to the bytes once they are done', () => {
  const stats = statsWith(0, 0, 1000)
  stats.itemDone()
  stats.itemDone()
  stats.bytesArrived(250)
  assert.equal(stats.now(0).percent, 25)
})

test('speed is that of the last five seconds, so an early burst is forgotten', () => {
  const stats = statsWith(1_000_000)
  stats.bytesArrived(500_000)
  assert.equal(stats.now(1000).bytesPerSecond, 500_000)
  for (let atMs = 2000; atMs <= 10_000; atMs += 1000) {
    stats.bytesArrived(100)
    stats.now(atMs)
  }
  const view = stats.now(10_000)
  assert.equal(view.bytesPerSecond, 100)
  assert.equal(view.timeLeftMs, (1_000_000 - 500_900) * 10)
})

test('speed of a stalled run falls to 0 and its time left is unknown', () => {
  const stats = statsWith(1000)
  stats.bytesArrived(500)
  stats.now(1000)
  const view = stats.now(7000)
  assert.equal(view.bytesPerSecond, 0)
  assert.equal(view.timeLeftMs, undefined)
})

test('speed over the whole run is an average since its start', () => {
  const stats = statsWith(1000, 1000)
  stats.bytesArrived(2000)
  stats.itemDone()
  stats.itemDone()
  for (let atMs = 1000; atMs <= 19_000; atMs += 1000) stats.now(atMs)
  assert.equal(stats.whole(20_000).bytesPerSecond, 100)
  assert.equal(stats.whole(20_000).tps, 0.1)
})

test('found bytes are no speed', () => {
  const stats = statsWith(1000)
  stats.bytesFound(900)
  assert.equal(stats.now(1000).bytesPerSecond, 0)
  assert.equal(stats.now(1000).percent, 90)
})

test('speeds are finite however often and however early they are asked for', () => {
  const stats = statsWith(1000)
  stats.bytesArrived(10)
  for (const atMs of [0, 0, 0.5, 0.5, -3]) {
    assert.ok(Number.isFinite(stats.now(atMs).bytesPerSecond))
  }
})

const MOVES = ['bytesArrived', 'bytesFound', 'bytesLost'] as const

test('percent never falls and never passes 100 while the work to do stays the same', () => {
  const move = fc.record({ kind: fc.constantFrom(...MOVES), count: fc.nat(400) })
  const sizes = fc.array(fc.nat(1000), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(sizes, fc.array(move), (sizesBytes, moves) => {
      const stats = statsWith(...sizesBytes)
      let before = 0
      for (const [index, { kind, count }] of moves.entries()) {
        const present = stats.now(index).bytesPresent
        stats[kind](kind === 'bytesLost' ? Math.min(count, present) : count)
        const { percent } = stats.now(index)
        assert.ok(percent >= before && percent < 100, `${percent} after ${before}`)
        before = percent
      }
    }),
  )
})
