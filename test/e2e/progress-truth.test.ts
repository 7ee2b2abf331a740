/** That what is shown of a run's progress is so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate, errorAnswer } from '../support/fault-scripts.ts'
import { NO_TERMINAL, startOnTerminal } from '../support/on-terminal.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'

const MB = 1024 * 1024
const IN_PARTS = ['-threshold=1MB', '-ps=1MB', '-p=1']

test('what came of an object that failed in one piece is gone, and does not count', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  bench.server.script.add({ on: { key: 'b' }, do: { break: { at: 500_000, by: 'cut' } } })
  const taskId = await bench.listObjects(
    { key: 'a', body: generated(MB) },
    { key: 'b', body: generated(MB) },
  )

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.match(run.stdout, /^Progress: 50\.00% tps.* 1\.00MB\/2\.00MB 1\/2 items, 1 failed$/m)
})

test('an object without a size that is gone keeps the run below 100 percent', async (t) => {
  const bench = await makeBench(t)
  const gone = { key: 'gone', body: 'x' }
  bench.put({ key: 'a', body: generated(MB) })
  const items = [bench.itemOf({ key: 'a', body: generated(MB) }), bench.unsizedItemOf(gone)]
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.match(run.stdout, /^Progress: 99\.99% .* 1\.00MB\/1\.00MB 1\/2 items, 1 failed$/m)
})

test(
  'parts of an object that failed are there, and the next run starts with them',
  { skip: NO_TERMINAL },
  async (t) => {
    const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
    const large = { key: 'large', body: generated(4 * MB) }
    const busy = errorAnswer(500, 'InternalError')
    const gate = createGate()
    bench.server.script.add(
      { on: { key: 'large', method: 'GET', nth: 4 }, do: busy },
      { on: { key: 'large', method: 'GET', nth: { from: 5 } }, do: { hold: { at: 'head', gate } } },
    )
    const first = await bench.recover(await bench.listObjects(large), ...IN_PARTS)
    await bench.assertExit(first, 8)
    assert.match(first.stdout, /^Progress: 75\.00% .* 3\.00MB\/4\.00MB 0\/1 items, 1 failed$/m)

    const size = { columns: 80, rows: 24, home: bench.home }
    const words = bench.words(newTaskIdOf(first), ...IN_PARTS)
    const { shows, terminal, done } = startOnTerminal(t, words, size)
    await shows(
      /^\[=+-+\] 75\.00% tps:0\.00 0 B\/s 3\.00MB\/4\.00MB 0\/1 items \?\n\[=+-+\] 75\.00% .* large$/m,
    )
    gate.open()
    const { code } = await done
    assert.equal(code, 0)
    assert.match(terminal.rows().join('\n'), /^\[=+\] 100\.00% .* 4\.00MB\/4\.00MB 1\/1 items 0s$/m)
    await bench.assertArrived(large)
  },
)

test('bytes of an object that changed are taken back, and end at 100 percent', async (t) => {
  const bench = await makeBench(t)
  const changed = { key: 'large', body: generated(3 * MB, 1) }
  bench.server.script.add({
    on: { key: 'large', method: 'GET', nth: 2 },
    do: {
      meanwhile: () => bench.put(changed),
      answer: { status: 412, code: 'PreconditionFailed' },
    },
  })
  const taskId = await bench.listObjects({ key: 'large', body: generated(2 * MB) })

  const run = await bench.recover(taskId, ...IN_PARTS)

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /^Progress: 100\.00% .* 3\.00MB\/3\.00MB 1\/1 items$/m)
  await bench.assertArrived(changed)
})
