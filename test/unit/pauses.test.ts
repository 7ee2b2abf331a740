import assert from 'node:assert/strict'
import test from 'node:test'
import { createPauses } from '../../src/adapters/pauses.ts'

const hour = 3_600_000

test('a pause that is ended is over at once, and leaves no timer that a process would wait for', async () => {
  const before = timers()
  const pauses = createPauses(hour)
  await pauses.passed()
  const passed = pauses.passed()
  assert.equal(timers(), before + 1)
  pauses.end()
  assert.equal(timers(), before)
  await passed
  await pauses.passed()
})

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
}
