/** More at a time than Node expects of one signal or socket. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { assertNothingLeft } from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'

const AT_ONCE = 16

test('`-j=16 -p=16` says nothing on stderr', async (t) => {
  const small = Array.from({ length: 2 * AT_ONCE }, (_, seed) => ({
    key: `small-${seed}.bin`,
    body: generated(1000, seed),
  }))
  const large = [1, 2, 3].map((seed) => ({
    key: `large-${seed}.bin`,
    body: generated(2 * AT_ONCE * 2000, seed),
  }))
  const objects = [...large, ...small]
  const bench = await prepareTask(t, { objects })
  const key = 'large-1.bin'
  const gate = createGate()
  bench.server.script.add(
    { on: { method: 'GET', key }, do: { hold: { at: 'head', gate } } },
    { on: { method: 'GET' }, do: { delayMs: 100 } },
  )

  const flags = [`-j=${AT_ONCE}`, `-p=${AT_ONCE}`, '-threshold=2000', '-ps=2000', '-vlength']
  const running = bench.run({ flags })
  await bench.server.requests.arrived({ method: 'GET', key, nth: AT_ONCE })
  gate.open()
  const { code, stderr } = await running

  assert.equal(stderr, '')
  assert.equal(code, 0)
  assert.equal(bench.server.requests.peak({ method: 'GET', key }), AT_ONCE)
  for (const object of objects) await assertFileHolds(bench.destinationOf(object.key), object.body)
  await assertNothingLeft(bench.space)
})
