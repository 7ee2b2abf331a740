import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createObjectsOnTheirWay } from '../../src/core/objects-on-their-way.ts'
import { createItemMeter } from '../../src/transfer/item-meter.ts'
import { createStats } from '../../src/core/stats.ts'

function objectOf(name: string) {
  return { name, sizeBytes: 1000, fetchedBytes: 0, presentBytes: 0 }
}

test('objects have a line after half a second, in the order in which they started', () => {
  const objects = createObjectsOnTheirWay()
  const names = (nowMs: number, most: number) => objects.views(nowMs, most).map(({ name }) => name)
  const endOfA = objects.started(objectOf('a'))
  objects.started(objectOf('b'))
  assert.deepEqual(names(1000, 8), [])
  objects.started(objectOf('c'))
  assert.deepEqual(names(1400, 8), [])
  assert.deepEqual(names(1500, 8), ['a', 'b'])
  assert.deepEqual(names(1900, 8), ['a', 'b', 'c'])
  assert.deepEqual(names(1900, 2), ['a', 'b'])
  endOfA()
  endOfA()
  assert.deepEqual(names(1900, 2), ['b', 'c'])
  assert.deepEqual(names(1900, 0), [])
})

test('an object shows what is there of it, and how fast it came lately', () => {
  const objects = createObjectsOnTheirWay()
  const object = { ...objectOf('a'), fetchedBytes: 100, presentBytes: 500 }
  objects.started(object)
  objects.views(0, 8)
  object.fetchedBytes = 300
  object.presentBytes = 700
  assert.deepEqual(objects.views(2000, 8), [
    { name: 'a', sizeBytes: 1000, percent: 70, bytesPerSecond: 100 },
  ])
  objects.views(7000, 8)
  assert.equal(objects.views(12_001, 8)[0]?.bytesPerSecond, 0)
})

test('an object that is all there and not in its place yet is not shown as done', () => {
  const objects = createObjectsOnTheirWay()
  objects.started({ ...objectOf('a'), presentBytes: 1000 })
  objects.started({ ...objectOf('empty'), sizeBytes: 0 })
  objects.views(0, 8)
  assert.deepEqual(
    objects.views(500, 8).map(({ percent }) => percent),
    [99.99, 0],
  )
})

test('the meter of an item tells its line what was found, fetched and lost', () => {
  const stats = createStats(0)
  const meter = createItemMeter(stats, 500)
  const percentAt = (nowMs: number) => stats.objects(nowMs, 8)[0]?.percent
  const ended = meter.fetchingParts('a')
  meter.sized(1000)
  meter.found(200)
  percentAt(0)
  assert.equal(percentAt(1000), 20)
  meter.arrived(300)
  assert.equal(percentAt(1000), 50)
  meter.startedOver()
  assert.equal(percentAt(1000), 0)
  meter.arrived(100)
  assert.equal(percentAt(1000), 10)
  ended()
  assert.equal(percentAt(1000), undefined)
})

test('the meter of a failed item leaves to the whole what did not come', () => {
  const stats = createStats(0)
  stats.itemAdded(1000)
  stats.allAdded()
  const meter = createItemMeter(stats, 1000)
  meter.found(200)
  meter.arrived(300)
  meter.fail()
  const { percent, bytesTotal, timeLeftMs, itemsFailed } = stats.whole(1000)
  assert.deepEqual([percent, bytesTotal, timeLeftMs, itemsFailed], [50, 1000, 0, 1])
})
