/** What a run gets of a store that refuses all requests above a rate, and how many it wastes on that. */
import assert from 'node:assert/strict'
import { setMaxListeners } from 'node:events'
import { describe, it } from 'node:test'
import { ItemError } from '../../src/core/errors.ts'
import type { Log } from '../../src/core/ports.ts'
import { createPace } from '../../src/transfer/pace.ts'
import { withRetries } from '../../src/transfer/retry.ts'
import { createVirtualClock } from './support/virtual-clock.ts'

const RUN_SECONDS = 20

describe('the pace of a run of 20 seconds from a store that admits so many requests a second', () => {
  const table: readonly (readonly [admitted: number, answerMs: number, jobs: number])[] = [
    [200, 1, 50],
    [200, 20, 50],
    [200, 1, 10],
    [200, 50, 100],
    [1000, 1, 50],
    [1000, 20, 100],
  ]
  for (const [perSecond, answerMs, jobs] of table) {
    it(`takes nine tenths of ${perSecond}, ${answerMs} ms away, with -j=${jobs}, and few more`, async () => {
      const { share, refused } = await simulate({ perSecond, answerMs, jobs })
      assert.ok(share > 0.9, `${share} of what is admitted`)
      assert.ok(refused < 0.06, `${refused} refused for each that was not`)
    })
  }
})

interface Scene {
  readonly perSecond: number
  readonly answerMs: number
  readonly jobs: number
}

/** Requests that were answered well, of all that could have been, and refused ones for each of them. */
async function simulate({ perSecond, answerMs, jobs }: Scene) {
  const clock = createVirtualClock()
  const pace = createPace({ maxConnections: 1000, bytesPerSecond: 0, clock })
  const stop = new AbortController()
  const { signal } = stop
  setMaxListeners(0, signal)
  const store = createBusyStore(perSecond)
  const counts = { good: 0, refused: 0 }
  const request = async () => {
    await clock.sleep(answerMs / 2, signal)
    const isGood = store.admits(clock.now())
    counts[isGood ? 'good' : 'refused'] += 1
    await clock.sleep(answerMs / 2, signal)
    if (!isGood) throw new ItemError('slow down', { code: 'SlowDown', retry: 'throttled' })
  }
  const work = async () => {
    const context = { maxRetries: Number.POSITIVE_INFINITY, clock, pace, log: SILENT, signal }
    while (!signal.aborted) await withRetries(request, 'GET', context).catch(unlessAborted)
  }
  const unlessAborted = (error: unknown) => {
    if (!signal.aborted) throw error
  }
  const working = Promise.all(Array.from({ length: jobs }, work))
  await clock.pass(RUN_SECONDS * 1000)
  stop.abort(new Error('the time is over'))
  await working
  return { share: counts.good / (perSecond * RUN_SECONDS), refused: counts.refused / counts.good }
}

/** Admits what a tenth of a second may bring at once, and the rest one after the other. */
function createBusyStore(perSecond: number) {
  const burst = perSecond / 10
  let tokens = burst
  let lastMs = 0
  return {
    admits(nowMs: number) {
      tokens = Math.min(burst, tokens + ((nowMs - lastMs) * perSecond) / 1000)
      lastMs = nowMs
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} }
