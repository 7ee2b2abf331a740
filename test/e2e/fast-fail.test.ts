/** `fastFailThreshold`: a task without permission is not tried to its end. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'

for (const status of [401, 405]) {
  test(`more than fastFailThreshold failures with ${status} abort what has not started`, async (t) => {
    const bench = await makeBench(t, { config: { fastFailThreshold: 2 } })
    bench.server.script.add({ on: {}, do: errorAnswer(status, 'Refused', { message: 'No' }) })
    const objects = manyObjects(8)
    const taskId = await bench.listObjects(...objects)

    const run = await bench.recover(taskId, '-j=1')

    await bench.assertExit(run, 8)
    assert.equal(bench.asked().length, 3)
    const { failed, succeed } = await bench.readReports()
    assert.deepEqual(succeed, [])
    assert.equal(failed.length, 8)
    assert.equal(failed.filter((line) => line.includes(`, status [${status}], `)).length, 3)
    const aborted = failed.filter((line) =>
      line.endsWith(', n/a, n/a, error code [AbortError], error message [Task is aborted], n/a'),
    )
    assert.equal(aborted.length, 5)
    assert.match(run.stdout, /^Succeed count: +0 +Failed count: +8$/m)

    bench.server.script.clear()
    await bench.assertExit(await bench.recover(newTaskIdOf(run)), 0)
    await bench.assertArrived(...objects)
  })
}

test('fastFailThreshold=0 aborts at the first 401', async (t) => {
  const bench = await makeBench(t, { config: { fastFailThreshold: 0 } })
  bench.server.script.add({ on: {}, do: errorAnswer(401, 'Unauthorized') })
  const taskId = await bench.listObjects(...manyObjects(4))

  const run = await bench.recover(taskId, '-j=1')

  await bench.assertExit(run, 8)
  assert.equal(bench.asked().length, 1)
  assert.equal((await bench.readReports()).failed.length, 4)
})

test('failures with 403 and 404 abort nothing', async (t) => {
  const bench = await makeBench(t, { config: { fastFailThreshold: 0 } })
  bench.server.script.add({ on: { key: 'key-0' }, do: errorAnswer(403, 'AccessDenied') })
  const objects = manyObjects(4)
  const taskId = await bench.listObjects(...objects)
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'key-1' })

  const run = await bench.recover(taskId, '-j=1')

  await bench.assertExit(run, 8)
  await bench.assertArrived(...objects.slice(2))
  assert.equal((await bench.readReports()).failed.length, 2)
})

function manyObjects(count: number) {
  return Array.from({ length: count }, (_, at) => ({ key: `key-${at}`, body: `body of ${at}` }))
}
