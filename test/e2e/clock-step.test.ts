/** A clock that is set back while the run waits by it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { prepareTask } from './support/task-bench.ts'

const ENV = {
  NODE_OPTIONS: `--import=${new URL('../support/clock-step.mjs', import.meta.url).href}`,
}
const OBJECT = { key: 'a', body: generated(300_000, 1) }
/** Far longer than it takes, and far shorter than the hour. */
const timeoutMs = 60_000

test('a clock that is set back does not hold up a run with rateLimitThreshold', async (t) => {
  const config = { rateLimitThreshold: 250_000 }
  const bench = await prepareTask(t, { objects: [OBJECT], config })
  const { code } = await bench.run({ env: ENV, timeoutMs })
  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf('a'), OBJECT.body)
})

test('a clock that is set back does not hold up a run that a Retry-After holds', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT], config: { maxRetryCount: 1 } })
  const busy = errorAnswer(503, 'SlowDown', { headers: { 'Retry-After': '1' } })
  bench.server.script.add({ on: { method: 'GET', nth: 1 }, do: busy })
  const { code } = await bench.run({ env: ENV, timeoutMs })
  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf('a'), OBJECT.body)
})
