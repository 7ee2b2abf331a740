import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatBarLine, formatPlainLine } from '../../src/cli/progress-line.ts'
import { createStats, type ProgressView } from '../../src/core/stats.ts'

const MB = 1024 * 1024
const AT_END: ProgressView = {
  ...createStats(0).now(0),
  itemsTotal: 1,
  itemsDone: 1,
  bytesTotal: 7.2 * MB,
  bytesPresent: 7.2 * MB,
  percent: 100,
  bytesPerSecond: 2068,
  tps: 35.71,
  timeLeftMs: 0,
}
const HALF_WAY: ProgressView = {
  ...AT_END,
  itemsTotal: 300,
  itemsDone: 120,
  bytesTotal: 2.65 * 1024 * MB,
  bytesPresent: 1.2 * 1024 * MB,
  percent: 45.2,
  bytesPerSecond: 3.1 * MB,
  tps: 12,
  timeLeftMs: 481_001,
}

test('`formatBarLine()` gives the line of the manual, and items, where there is room', () => {
  assert.equal(
    formatBarLine(AT_END, 120),
    '[========================================================] 100.00% tps:35.71 2.02 KB/s 7.20MB/7.20MB 1/1 items 0s',
  )
})

const WIDTHS: readonly (readonly [width: number, line: string])[] = [
  [79, '[====-------] 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items 8m02s'],
  [72, '[=---] 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items 8m02s'],
  [71, '[======--------] 45.20% 3.10 MB/s 1.20GB/2.65GB 120/300 items 8m02s'],
  [55, '[=---] 45.20% 3.10 MB/s 1.20GB/2.65GB 120/300 8m02s'],
  [54, '[=======----------] 45.20% 3.10 MB/s 120/300 8m02s'],
  [41, '[=---] 45.20% 3.10 MB/s 120/300 8m02s'],
  [39, '[======--------] 45.20% 120/300 8m02s'],
  [29, '[=---] 45.20% 120/300 8m02s'],
  [28, '[====-------] 45.20% 8m02s'],
  [21, '[=---] 45.20% 8m02s'],
  [19, '[====-----] 45.20%'],
  [13, '45.20%'],
  [3, '45.'],
  [0, ''],
  [-1, ''],
]
for (const [width, line] of WIDTHS) {
  test(`\`formatBarLine()\` drops what does not fit into ${width} columns`, () => {
    assert.equal(formatBarLine(HALF_WAY, width), line)
  })
}

test('`formatBarLine()` fills the bar only at 100 percent', () => {
  assert.match(formatBarLine({ ...HALF_WAY, percent: 99.99 }, 119), /^\[={50}-\] 99\.99% /)
})

test('`formatBarLine()` says `?` for a time that nobody knows', () => {
  assert.match(formatBarLine({ ...HALF_WAY, timeLeftMs: undefined }, 119), / 120\/300 items \?$/)
})

test('`formatBarLine()` shrinks the bar before it drops a field', () => {
  const long = { ...HALF_WAY, tps: 12_345.67, timeLeftMs: 36_000_000_000 }
  assert.match(formatBarLine(long, 84), /^\[=+-+\] 45\.20% tps:12345\.67 .* 10000h00m00s$/)
})

test('`formatBarLine()` keeps its fields and its bar where they are while figures grow', () => {
  const small = { ...HALF_WAY, itemsDone: 1, percent: 9.5, bytesPerSecond: 9.99 * MB, tps: 9.99 }
  const large = { ...HALF_WAY, itemsDone: 299, bytesPerSecond: 100 * MB, tps: 10, timeLeftMs: 1 }
  for (const width of [80, 60, 40, 30, 20]) {
    const [before, after] = [small, large].map((view) => formatBarLine(view, width))
    assert.equal(before?.indexOf(']'), after?.indexOf(']'))
    assert.equal(before?.split(' ').length, after?.split(' ').length)
  }
})

test('`formatBarLine()` tells what failed, also where there is no room for a bar', () => {
  const failing = { ...HALF_WAY, itemsFailed: 12 }
  assert.match(formatBarLine(failing, 119), / 120\/300 items 12 failed 8m02s$/)
  assert.equal(formatBarLine(failing, 19), '45.20% 12 failed')
})

test('`formatBarLine()` is never longer than its width', () => {
  const amount = fc.double({ min: 0, max: 1e15, noNaN: true })
  fc.assert(
    fc.property(fc.nat(250), fc.nat(10_000), fc.tuple(amount, amount, amount), (width, c, a) => {
      const [tps, bytesPerSecond, timeLeftMs] = a
      const view = { ...HALF_WAY, percent: c / 100, tps, bytesPerSecond, timeLeftMs }
      assert.ok(formatBarLine(view, width).length <= width)
    }),
  )
})

test('`formatPlainLine()` counts items and says how long it takes', () => {
  assert.equal(
    formatPlainLine(HALF_WAY),
    'Progress: 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items, 8m02s left',
  )
})

test('`formatPlainLine()` tells what failed', () => {
  const failing = { ...HALF_WAY, itemsFailed: 2, timeLeftMs: 0 }
  assert.match(formatPlainLine(failing), / 120\/300 items, 2 failed$/)
})

test('`formatPlainLine()` has no time left at the end, and none that is unknown', () => {
  assert.match(formatPlainLine(AT_END), / 1\/1 items$/)
  assert.match(formatPlainLine({ ...HALF_WAY, timeLeftMs: undefined }), / 120\/300 items$/)
})
