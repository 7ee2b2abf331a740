/** `checkSourceChange=true`: one more look at the object before its file is put in place. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LoggedRequest } from '../support/request-log.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { assertNothingLeft } from './support/parts.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

const KEY = 'report.bin'
const OLD = generated(50_000, 1)
const NEW = generated(50_000, 2)
const PARTS = ['-threshold=20000', '-ps=30000', '-p=1']

test('an object that is replaced once all of it was sent is fetched again', async (t) => {
  const bench = await prepare(t, 'true')
  bench.server.script.add({ on: { method: 'GET', nth: 1 }, do: { meanwhile: bench.replace } })

  const { code } = await bench.run()

  assert.equal(code, 0)
  assert.deepEqual(bench.server.requests.all.map(inShort), [
    'GET 200',
    'HEAD 200',
    'HEAD 200',
    'GET 200',
    'HEAD 200',
  ])
  await assertFileHolds(bench.destinationOf(KEY), NEW)
  await assertNothingLeft(bench.space)
})

test('an object in parts that is replaced after the last part is fetched again', async (t) => {
  const bench = await prepare(t, 'true')
  bench.server.script.add({
    on: { range: 'bytes=30000-49999', nth: 1 },
    do: { meanwhile: bench.replace },
  })

  const { code } = await bench.run({ flags: PARTS })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), NEW)
  await assertNothingLeft(bench.space)
})

test('without it there is no request after the last byte', async (t) => {
  const bench = await prepare(t, 'false')
  bench.server.script.add({ on: { method: 'GET', nth: 1 }, do: { meanwhile: bench.replace } })

  const { code } = await bench.run()

  assert.equal(code, 0)
  assert.deepEqual(bench.server.requests.all.map(inShort), ['GET 200'])
  await assertFileHolds(bench.destinationOf(KEY), OLD)
})

async function prepare(t: Parameters<typeof prepareTask>[0], checkSourceChange: string) {
  const bench = await prepareTask(t, {
    objects: [{ key: KEY, body: OLD }],
    listed: 'sized',
    config: { checkSourceChange },
  })
  const replace = () => {
    bench.server.objects.put({ bucket: BUCKET, key: KEY, body: NEW })
  }
  return { ...bench, replace }
}

function inShort({ method, status }: LoggedRequest): string {
  return `${method} ${status}`
}
