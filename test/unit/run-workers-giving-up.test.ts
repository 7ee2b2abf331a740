import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { feedOf, runWorkers } from '../../src/transfer/run-workers.ts'

const never = new AbortController().signal

/** Runs tasks of which some fail, none of them so that it ends the others; tells which were begun. */
async function begun(
  { tasks, workers }: { readonly tasks: number; readonly workers: number },
  fails: (task: number) => boolean,
): Promise<readonly number[]> {
  const started: number[] = []
  const running = runWorkers(feedOf(Array.from({ length: tasks }, (_, at) => at + 1)), {
    workers,
    signal: never,
    endsOthers: () => false,
    async run(task) {
      started.push(task)
      await new Promise((resolve) => setImmediate(resolve))
      if (fails(task)) throw new Error(`task ${task}`)
    },
  })
  await assert.rejects(running, /task/)
  return started
}

describe('runWorkers() when tasks fail', () => {
  for (const workers of [1, 2, 5]) {
    it(`gives up after ${2 * workers} failures in a row with ${workers} at a time`, async () => {
      const started = await begun({ tasks: 1000, workers }, () => true)
      assert.ok(started.length >= 2 * workers)
      assert.ok(started.length < 3 * workers, `${started.length} were begun`)
    })

    it(`does all tasks with ${workers} at a time as long as one of ${2 * workers} succeeds`, async () => {
      const started = await begun({ tasks: 200, workers }, (task) => task % (2 * workers) !== 0)
      assert.equal(started.length, 200)
    })
  }

  it('counts from a success anew', async () => {
    const started = await begun({ tasks: 100, workers: 1 }, (task) => task !== 2 && task !== 4)
    assert.deepEqual(started, [1, 2, 3, 4, 5, 6])
  })

  it('throws the failure that was one too many', async () => {
    let failures = 0
    const running = runWorkers(feedOf([1, 2, 3, 4]), {
      workers: 1,
      signal: never,
      endsOthers: () => false,
      run: () => Promise.reject(new Error(`failure ${(failures += 1)}`)),
    })
    await assert.rejects(running, /failure 2/)
  })

  it('warns of no leak however many tasks listen to their signal', async (t) => {
    const warnings: Error[] = []
    const note = (warning: Error) => warnings.push(warning)
    process.on('warning', note)
    t.after(() => process.off('warning', note))
    await runWorkers(feedOf(Array.from({ length: 50 }, (_, at) => at)), {
      workers: 50,
      signal: never,
      endsOthers: () => false,
      async run(_, signal) {
        signal.addEventListener('abort', () => {})
        await new Promise((resolve) => setImmediate(resolve))
      },
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(warnings, [])
  })
})
