import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createItemQueue } from '../../src/app/item-queue.ts'

/** Tasks that end when the test says so. */
function gates() {
  const open: (() => void)[] = []
  let running = 0
  let peak = 0
  const task = async () => {
    running += 1
    peak = Math.max(peak, running)
    await new Promise<void>((resolve) => open.push(resolve))
    running -= 1
  }
  return { open, task, peak: () => peak }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('the item queue', () => {
  it('runs so many tasks at a time and never more', async () => {
    const queue = createItemQueue({ jobs: 3, waiting: 100 })
    const { open, task, peak } = gates()
    for (let n = 0; n < 10; n += 1) await queue.add(task)
    let finished = false
    const end = queue.finished().then(() => (finished = true))
    for (let n = 0; n < 10; n += 1) {
      await settled()
      assert.equal(finished, false)
      open.shift()?.()
    }
    await end
    assert.equal(peak(), 3)
  })

  it('holds its feeder back while the queue is full', async () => {
    const queue = createItemQueue({ jobs: 1, waiting: 1 })
    const { open, task } = gates()
    await queue.add(task)
    let admitted = false
    const third = Promise.resolve(queue.add(task)).then(() => (admitted = true))
    await settled()
    assert.equal(admitted, false)
    open.shift()?.()
    await third
    await settled()
    open.shift()?.()
    await queue.finished()
  })

  it('holds many feeders back, and forgets none', async () => {
    const queue = createItemQueue({ jobs: 2, waiting: 0 })
    let done = 0
    const soon = async () => {
      await settled()
      done += 1
    }
    await Promise.all(Array.from({ length: 50 }, async () => queue.add(soon)))
    await queue.finished()
    assert.equal(done, 50)
  })

  it('tells its feeder of the first error, and ends', async () => {
    const queue = createItemQueue({ jobs: 1, waiting: 5 })
    await queue.add(() => Promise.reject(new Error('the list cannot be written')))
    await assert.rejects(queue.finished(), /cannot be written/)
    await assert.rejects(async () => queue.add(async () => {}), /cannot be written/)
  })

  it('is finished at once when nothing was added', async () => {
    await createItemQueue({ jobs: 1, waiting: 0 }).finished()
  })
})
