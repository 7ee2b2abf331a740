import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { feedOf, runWorkers } from '../../src/transfer/run-workers.ts'

const never = new AbortController().signal
const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('runWorkers()', () => {
  it('does every task once, in order, so many at a time', async () => {
    const started: number[] = []
    let running = 0
    let peak = 0
    await runWorkers(feedOf([1, 2, 3, 4, 5, 6, 7]), {
      workers: 3,
      signal: never,
      endsOthers: () => true,
      async run(task) {
        started.push(task)
        peak = Math.max(peak, (running += 1))
        await tick()
        running -= 1
      },
    })
    assert.deepEqual(started, [1, 2, 3, 4, 5, 6, 7])
    assert.equal(peak, 3)
  })

  it('goes on with the other tasks after a failure that does not end them', async () => {
    const done: number[] = []
    const running = runWorkers(feedOf([1, 2, 3, 4]), {
      workers: 2,
      signal: never,
      endsOthers: () => false,
      async run(task) {
        await tick()
        if (task < 3) throw new Error(`task ${task}`)
        done.push(task)
      },
    })
    await assert.rejects(running, /task 1/)
    assert.deepEqual(done, [3, 4])
  })

  it('aborts the others after a failure that ends them, and throws that one', async () => {
    const aborted: number[] = []
    const running = runWorkers(feedOf([1, 2, 3, 4]), {
      workers: 3,
      signal: never,
      endsOthers: (error) => error instanceof RangeError,
      async run(task, signal) {
        if (task === 1) throw new Error('mild')
        if (task === 2) {
          await tick()
          throw new RangeError('decisive')
        }
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
        aborted.push(task)
        throw new Error('aborted')
      },
    })
    await assert.rejects(running, /decisive/)
    assert.deepEqual(
      aborted.toSorted((a, b) => a - b),
      [3, 4],
    )
  })

  it('returns only when nothing runs any more, and starts nothing after an abort', async () => {
    const stop = new AbortController()
    const started: number[] = []
    let running = 0
    const run = runWorkers(feedOf([1, 2, 3, 4]), {
      workers: 2,
      signal: stop.signal,
      endsOthers: () => true,
      async run(task, signal) {
        started.push(task)
        running += 1
        if (task === 2) stop.abort(new Error('interrupted'))
        await tick()
        await tick()
        running -= 1
        signal.throwIfAborted()
      },
    })
    await assert.rejects(run, /interrupted/)
    assert.equal(running, 0)
    assert.deepEqual(started, [1, 2])
  })
})
