import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Fault } from '../support/fault-scripts.ts'
import type { LoggedRequest } from '../support/request-log.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { assertNothingLeft, largeBody } from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench, type TaskObject } from './support/task-bench.ts'

const KEY = 'small.bin'
const FIRST = generated(5000, 1)
const SECOND = generated(5000, 2)
const config = { maxRetryCount: 2 }

/** How a store treats If-Match when a body is continued after the object was replaced. */
const STORES: readonly { readonly name: string; readonly fault: Fault; readonly status: number }[] =
  [
    { name: 'refuses the rest', fault: {}, status: 412 },
    { name: 'sends the rest of the new one', fault: { ignore: ['if-match'] }, status: 206 },
  ]

for (const { name, fault, status } of STORES) {
  test(`cp -recover starts an object again whose body broke off and whose store ${name}`, async (t) => {
    const bench = await prepareTask(t, { objects: [object(FIRST)], listed: 'sized', config })
    bench.server.script.add(
      { on: { nth: 1 }, do: breakAndReplace(bench, { body: SECOND }) },
      { on: {}, do: fault },
    )

    const { code, stdout } = await bench.run()

    assert.equal(code, 0)
    assert.deepEqual(bench.server.requests.all.map(inShort), [
      'GET 200',
      `GET bytes=2000-4999 ${status}`,
      'HEAD 200',
      'GET 200',
    ])
    await assertFileHolds(bench.destinationOf(KEY), SECOND)
    await assertNothingLeft(bench.space)
    assert.match(stdout, /transferred size:4\.88KB\]/)
  })
}

test('cp -recover fails an object that was replaced twice while its body broke off', async (t) => {
  const bench = await prepareTask(t, { objects: [object(FIRST)], listed: 'sized', config })
  await writeFile(bench.destinationOf(KEY), 'the old file')
  bench.server.script.add(
    { on: { range: null, method: 'GET', nth: 1 }, do: breakAndReplace(bench, { body: SECOND }) },
    {
      on: { range: null, method: 'GET', nth: 2 },
      do: breakAndReplace(bench, { body: generated(5000, 3) }),
    },
  )

  const { code } = await bench.run()

  assert.equal(code, 8)
  const { status, code: errorCode, message } = await failureOf(bench.space, KEY)
  assert.deepEqual([status, errorCode], [412, 'PreconditionFailed'])
  assert.match(message, /preconditions/)
  assert.deepEqual(await readdir(bench.space.dest), [KEY])
  assert.equal(await readFile(bench.destinationOf(KEY), 'utf8'), 'the old file')
  await assertNothingLeft(bench.space)
})

test('cp -recover starts an object again that was replaced between its HEAD and its GET', async (t) => {
  const bench = await prepareTask(t, { objects: [object(FIRST)] })
  bench.server.script.add({ on: { nth: 1 }, do: { meanwhile: replace(bench, { body: SECOND }) } })

  const { code } = await bench.run()

  assert.equal(code, 0)
  assert.deepEqual(bench.server.requests.all.map(inShort), [
    'HEAD 200',
    'GET 412',
    'HEAD 200',
    'GET 200',
  ])
  await assertFileHolds(bench.destinationOf(KEY), SECOND)
})

test('cp -recover goes over to parts for an object that was replaced by a large one', async (t) => {
  const bench = await prepareTask(t, { objects: [object(FIRST)], listed: 'sized', config })
  const large = largeBody(4)
  bench.server.script.add({ on: { nth: 1 }, do: breakAndReplace(bench, { body: large }) })

  const { code } = await bench.run({ flags: ['-threshold=50000', '-ps=30000', '-p=1'] })

  assert.equal(code, 0)
  assert.deepEqual(bench.server.requests.all.map(inShort), [
    'GET 200',
    'GET bytes=2000-4999 412',
    'HEAD 200',
    'GET bytes=0-29999 206',
    'GET bytes=30000-59999 206',
  ])
  await assertFileHolds(bench.destinationOf(KEY), large)
  await assertNothingLeft(bench.space)
})

test('cp -recover fails an object that is deleted while its body broke off, and leaves no temp file', async (t) => {
  const bench = await prepareTask(t, { objects: [object(FIRST)], listed: 'sized', config })
  const meanwhile = () => bench.server.objects.remove({ bucket: BUCKET, key: KEY })
  bench.server.script.add({ on: { nth: 1 }, do: { meanwhile, break: { at: 2000, by: 'cut' } } })

  const { code } = await bench.run()

  assert.equal(code, 8)
  assert.equal((await failureOf(bench.space, KEY)).status, 404)
  assert.deepEqual(await readdir(bench.space.dest), [])
  await assertNothingLeft(bench.space)
})

test('cp -recover tells versions apart by their times where the store sends no ETag', async (t) => {
  const bench = await prepareTask(t, { objects: [object(FIRST)], listed: 'sized', config })
  const newer = { body: SECOND, lastModified: new Date('2024-05-05T05:05:05Z') }
  bench.server.script.add(
    { on: { nth: 1 }, do: { ...breakAndReplace(bench, newer), headers: { ETag: null } } },
    { on: {}, do: { headers: { ETag: null } } },
  )

  const { code } = await bench.run()

  assert.equal(code, 0)
  assert.equal(bench.server.requests.seen({ ifMatch: /./ }).length, 0)
  await assertFileHolds(bench.destinationOf(KEY), SECOND)
  await assertNothingLeft(bench.space)
})

function object(body: TaskObject['body']): TaskObject {
  return { key: KEY, body }
}

function replace(bench: TaskBench, by: Omit<TaskObject, 'key'>): () => void {
  return () => void bench.server.objects.put({ bucket: BUCKET, key: KEY, ...by })
}

/** Sends 2000 bytes of the old object; whoever asks for the rest finds the new one. */
function breakAndReplace(bench: TaskBench, by: Omit<TaskObject, 'key'>): Fault {
  return { meanwhile: replace(bench, by), break: { at: 2000, by: 'cut' } }
}

function inShort({ method, range, status }: LoggedRequest): string {
  return [method, range, status].filter((part) => part !== undefined).join(' ')
}
