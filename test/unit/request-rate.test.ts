import assert from 'node:assert/strict'
import test from 'node:test'
import { createRequestRate } from '../../src/transfer/request-rate.ts'

const MINUTE_MS = 60_000

/** A minute of requests one after the other to a store that admits so many a second, in its own time. */
function simulate(admittedPerSecond: number) {
  const rate = createRequestRate()
  const burst = admittedPerSecond / 10
  let tokens = burst
  let nowMs = 0
  const late = { good: 0, refused: 0 }
  while (nowMs < MINUTE_MS) {
    const waitedMs = rate.takeTurn(nowMs) + 0.3
    nowMs += waitedMs
    tokens = Math.min(burst, tokens + (waitedMs * admittedPerSecond) / 1000)
    const isGood = tokens >= 1
    if (isGood) {
      tokens -= 1
      rate.wentWell(nowMs)
    } else {
      rate.refused(nowMs)
    }
    if (nowMs > MINUTE_MS / 3) late[isGood ? 'good' : 'refused'] += 1
  }
  return { share: (late.good * 1.5) / (MINUTE_MS / 1000) / admittedPerSecond, ...late }
}

for (const admittedPerSecond of [30, 200, 2000]) {
  test(`of ${admittedPerSecond} requests a second that a store admits, nine tenths are made, and few more`, () => {
    const { share, good, refused } = simulate(admittedPerSecond)
    assert.ok(share > 0.88 && share < 1.02, `${share} of what is admitted`)
    assert.ok(refused < 0.15 * good, `${refused} were refused and ${good} were not`)
  })
}

test('without a refusal no request waits', () => {
  const rate = createRequestRate()
  for (let nowMs = 0; nowMs < 1000; nowMs += 1) {
    assert.equal(rate.takeTurn(nowMs), 0)
    rate.wentWell(nowMs)
  }
})

test('one answer in ten that is a refusal by chance slows nothing down', () => {
  const rate = createRequestRate()
  for (let nowMs = 0; nowMs < 10_000; nowMs += 1) {
    assert.equal(rate.takeTurn(nowMs), 0)
    if (nowMs % 10 === 9) rate.refused(nowMs)
    else rate.wentWell(nowMs)
  }
})

test('a store that refuses everything is asked twenty times a second at the most', () => {
  const rate = createRequestRate()
  for (let first = 0; first < 5; first += 1) rate.refused(0)
  let nowMs = 0
  let count = 0
  for (; nowMs < 10_000; count += 1) {
    nowMs += rate.takeTurn(nowMs)
    rate.refused(nowMs)
  }
  assert.ok(count <= 201, String(count))
})

test('a limit that is gone is forgotten within half a minute', () => {
  const rate = createRequestRate()
  let nowMs = 0
  for (const admitted of [200, 200, 2000]) {
    let good = 0
    const store = { tokens: 20, lastMs: nowMs }
    const endMs = nowMs + MINUTE_MS / 2
    while (nowMs < endMs) {
      nowMs += rate.takeTurn(nowMs) + 0.3
      store.tokens = Math.min(20, store.tokens + ((nowMs - store.lastMs) * admitted) / 1000)
      store.lastMs = nowMs
      if (store.tokens < 1) {
        rate.refused(nowMs)
        continue
      }
      store.tokens -= 1
      rate.wentWell(nowMs)
      if (nowMs > endMs - 1000) good += 1
    }
    assert.ok(good > 0.8 * admitted, `${good} of ${admitted} in the last second`)
  }
})
