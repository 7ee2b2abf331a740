import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ItemError, type ItemErrorDetails } from '../../src/core/errors.ts'
import { createPace } from '../../src/transfer/pace.ts'
import { retryDelay, withRetries } from '../../src/transfer/retry.ts'

const never = new AbortController().signal

function context(maxRetries: number) {
  const waits: number[] = []
  const clock = {
    now: () => 0,
    random: () => 0.5,
    async sleep(delayMs: number, signal: AbortSignal) {
      signal.throwIfAborted()
      waits.push(delayMs)
    },
  }
  const silent = { debug() {}, info() {}, warn() {}, error() {} }
  const pace = createPace({ maxConnections: 10, bytesPerSecond: 0, clock })
  return { waits, given: { maxRetries, clock, pace, log: silent, signal: never } }
}

/** Fails so often with this, then succeeds; counts the tries. */
function failing(times: number, details: ItemErrorDetails) {
  const attempts = { count: 0 }
  const attempt = async () => {
    attempts.count += 1
    if (attempts.count <= times) throw new ItemError('trouble', details)
    return 'done'
  }
  return { attempts, attempt }
}

describe('withRetries()', () => {
  it('tries again up to maxRetryCount times', async () => {
    const { given } = context(3)
    const { attempts, attempt } = failing(3, { code: 'X', retry: 'transient' })
    assert.equal(await withRetries(attempt, 'GET b/k', given), 'done')
    assert.equal(attempts.count, 4)
  })

  it('throws the last error when all retries are used up', async () => {
    const { given } = context(3)
    const { attempts, attempt } = failing(9, { code: 'X', retry: 'throttled' })
    await assert.rejects(withRetries(attempt, 'GET b/k', given), ItemError)
    assert.equal(attempts.count, 4)
  })

  for (const retry of ['never', 'changed'] as const) {
    it(`never repeats what is marked ${retry}`, async () => {
      const { given, waits } = context(3)
      const { attempts, attempt } = failing(1, { code: 'X', retry })
      await assert.rejects(withRetries(attempt, 'GET b/k', given), ItemError)
      assert.deepEqual([attempts.count, waits], [1, []])
    })
  }

  it('never repeats a fault of the tool', async () => {
    const { given } = context(3)
    let count = 0
    const attempt = async () => {
      count += 1
      throw new TypeError('x is not a function')
    }
    await assert.rejects(withRetries(attempt, 'GET b/k', given), TypeError)
    assert.equal(count, 1)
  })

  it('does not start another try after an abort', async () => {
    const { given } = context(3)
    const stop = new AbortController()
    let count = 0
    const attempt = async () => {
      count += 1
      stop.abort(new Error('interrupted'))
      throw new ItemError('trouble', { code: 'X', retry: 'transient' })
    }
    await assert.rejects(
      withRetries(attempt, 'GET b/k', { ...given, signal: stop.signal }),
      /interrupted/,
    )
    assert.equal(count, 1)
  })
})

const asked = (retryAfterMs: number) =>
  new ItemError('x', { code: 'X', retry: 'throttled', retryAfterMs })

describe('retryDelay()', () => {
  const plain = new ItemError('x', { code: 'X', retry: 'transient' })
  it('doubles its ceiling from try to try', () => {
    assert.deepEqual(
      [0, 1, 2, 3].map((retries) => retryDelay(retries, plain, 1)),
      [300, 600, 1200, 2400],
    )
  })
  it('is anything from 0 to its ceiling, by chance', () => {
    assert.equal(retryDelay(2, plain, 0), 0)
    assert.equal(retryDelay(2, plain, 0.25), 300)
  })
  it('never waits longer than 30 s by itself', () => {
    assert.equal(retryDelay(50, plain, 1), 30_000)
  })
  it('honours Retry-After, up to two minutes', () => {
    assert.equal(retryDelay(0, asked(5000), 0), 5000)
    assert.equal(retryDelay(0, asked(86_400_000), 0), 120_000)
    assert.equal(retryDelay(6, asked(1000), 1), 19_200)
  })
})
