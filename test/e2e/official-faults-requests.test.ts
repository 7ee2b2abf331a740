/** What the official tool makes of answers, each by its number in docs/compatibility.md. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { makeBench } from './support/bench.ts'
import { readFailures } from './support/reported-failure.ts'

const LARGE = generated(96 * 1024, 3)
const PARTS = ['-threshold=64KB', '-ps=32KB']

for (const flags of [[], ['-vlength']]) {
  const named = flags.length === 0 ? 'without -vlength' : 'with -vlength'
  test(`B12: answers that hold too few bytes are no success ${named}`, async (t) => {
    const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
    const objects = [
      { key: 'large', body: LARGE },
      { key: 'small', body: generated(5000, 4) },
    ]
    bench.put(...objects)
    const taskId = await bench.writeFailureList({ items: objects.map(bench.unsizedItemOf) })
    const shorten = { kind: 'shorten', toBytes: 1000 } as const
    bench.server.script.add({ on: { method: 'GET' }, do: { body: shorten } })

    const run = await bench.recover(taskId, ...PARTS, ...flags)

    await bench.assertExit(run, 8)
    assert.deepEqual(await listTree(bench.dest), [])
    assert.equal((await readFailures(bench)).size, 2)
  })
}

test('B13: an object that is replaced between two parts arrives as the new one', async (t) => {
  const bench = await makeBench(t)
  const next = generated(LARGE.sizeBytes, 99)
  const taskId = await bench.listObjects({ key: 'k', body: LARGE, etag: '"first"' })
  bench.server.script.add({
    on: { method: 'GET', nth: 1 },
    do: { meanwhile: () => bench.put({ key: 'k', body: next, etag: '"second"' }) },
  })

  const run = await bench.recover(taskId, ...PARTS, '-p=1', '-vlength')

  await bench.assertExit(run, 0)
  await bench.assertArrived({ key: 'k', body: next })
})

for (const [status, code] of [
  [429, 'TooManyRequests'],
  [503, 'SlowDown'],
] as const) {
  test(`B21: ${status} costs maxRetryCount more requests and no multiple of that`, async (t) => {
    const bench = await makeBench(t, { config: { maxRetryCount: 2 } })
    const taskId = await bench.listObjects(
      { key: 'small', body: 'content' },
      { key: 'large', body: LARGE },
    )
    const refuse = errorAnswer(status, code)
    bench.server.script.add(
      { on: { method: 'GET', key: 'small' }, do: refuse },
      { on: { method: 'GET', range: /^bytes=0-/ }, do: refuse },
    )

    const run = await bench.recover(taskId, ...PARTS)

    await bench.assertExit(run, 8)
    assert.deepEqual(bench.asked('small'), ['GET', 'GET', 'GET'])
    const first = bench.asked('large').filter((asked) => asked === 'GET bytes=0-32767')
    assert.equal(first.length, 3)
  })
}
