import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Rule } from '../support/fault-scripts.ts'
import type { LoggedRequest } from '../support/request-log.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  rangesAsked,
  rangeStart,
} from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench, type TaskObject } from './support/task-bench.ts'

const KEY = 'large.bin'
const FIRST = largeBody(1)
const SECOND = largeBody(2)
/** In parts, one after the other, so that it is certain which was asked for before which. */
const ONE_BY_ONE = [...PART_FLAGS, '-p=1']

const REPLACEMENTS: readonly { readonly name: string; readonly by: Omit<TaskObject, 'key'> }[] = [
  { name: 'another object of the same size', by: { body: SECOND } },
  { name: 'a longer object', by: { body: generated(LARGE_BYTES + 5, 3) } },
  { name: 'a shorter object', by: { body: generated(LARGE_BYTES - 5, 4) } },
  {
    name: 'another size under the same ETag',
    by: { body: generated(LARGE_BYTES + 1, 5), etag: '"first"' },
  },
  {
    name: 'a newer object under the same ETag',
    by: { body: SECOND, etag: '"first"', lastModified: new Date('2024-05-05T05:05:05Z') },
  },
]

for (const { name, by } of REPLACEMENTS) {
  test(`cp -recover throws a part record away when a run later there is ${name}`, async (t) => {
    const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST, etag: '"first"' }] })
    await killHalfway(bench, [KEY])
    bench.server.objects.put({ bucket: BUCKET, key: KEY, ...by })

    const { code } = await bench.run({ flags: PART_FLAGS })

    assert.equal(code, 0)
    assert.deepEqual(joined(rangesAsked(bench, KEY)), [{ start: 0, end: by.body.sizeBytes }])
    await assertFileHolds(bench.destinationOf(KEY), by.body)
    await assertNothingLeft(bench.space)
  })
}

test('cp -recover takes the old temp file away also where -tempFileDir is another one now', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
  await killHalfway(bench, [KEY])
  bench.server.objects.put({ bucket: BUCKET, key: KEY, body: SECOND })

  const tempFolder = join(bench.space.root, 'tmp2')
  const { code } = await bench.run({ flags: [...PART_FLAGS, `-tempFileDir=${tempFolder}`] })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), SECOND)
  assert.deepEqual(await readdir(tempFolder), [])
  await assertNothingLeft(bench.space)
})

test('cp -recover throws proven parts away when the object is replaced after the HEAD of the next run', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
  await killHalfway(bench, [KEY])
  bench.server.script.add(replaceOn(bench, { method: 'HEAD', nth: 1 }, { body: SECOND }))

  const { code } = await bench.run({ flags: ONE_BY_ONE })

  assert.equal(code, 0)
  assert.deepEqual(bench.server.requests.all.map(inShort), [
    'HEAD',
    `${2 * PART_BYTES} 412`,
    'HEAD',
    ...allParts(),
  ])
  await assertFileHolds(bench.destinationOf(KEY), SECOND)
  await assertNothingLeft(bench.space)
})

const MOMENTS: readonly {
  readonly name: string
  readonly on: Rule['on']
  readonly requests: readonly string[]
}[] = [
  {
    name: 'between the HEAD and the first part',
    on: { method: 'HEAD', nth: 1 },
    requests: ['HEAD', '0 412', 'HEAD', ...allParts()],
  },
  {
    name: 'between two parts',
    on: { method: 'GET', nth: 2 },
    requests: ['HEAD', '0 206', '10000 206', '20000 412', 'HEAD', ...allParts()],
  },
  {
    name: 'before the last part',
    on: { method: 'GET', nth: 5 },
    requests: ['HEAD', ...allParts().slice(0, 5), '50000 412', 'HEAD', ...allParts()],
  },
]

for (const { name, on, requests } of MOMENTS) {
  test(`cp -recover starts an object again that was replaced ${name}`, async (t) => {
    const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
    bench.server.script.add(replaceOn(bench, on, { body: SECOND }))

    const { code, stdout } = await bench.run({ flags: ONE_BY_ONE })

    assert.equal(code, 0)
    assert.deepEqual(bench.server.requests.all.map(inShort), requests)
    await assertFileHolds(bench.destinationOf(KEY), SECOND)
    await assertNothingLeft(bench.space)
    assert.match(stdout, /Succeed bytes: +58\.59KB\n/)
    assert.match(stdout, /transferred size:58\.59KB\]/)
  })
}

test('cp -recover with many parts at a time never mixes two versions of an object', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
  bench.server.script.add(replaceOn(bench, { method: 'GET', nth: 3 }, { body: SECOND }))

  const { code } = await bench.run({ flags: [...PART_FLAGS, '-p=3'] })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), SECOND)
  await assertNothingLeft(bench.space)
})

test('cp -recover fails an object that was replaced twice, and leaves the old file alone', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
  await writeFile(bench.destinationOf(KEY), 'the old file')
  bench.server.script.add(
    replaceOn(bench, { method: 'GET', nth: 2 }, { body: SECOND }),
    replaceOn(bench, { method: 'GET', nth: 5 }, { body: largeBody(3) }),
  )

  const { code } = await bench.run({ flags: ONE_BY_ONE })

  assert.equal(code, 8)
  const { status, code: errorCode, message } = await failureOf(bench.space, KEY)
  assert.deepEqual([status, errorCode], [412, 'PreconditionFailed'])
  assert.match(message, /preconditions/)
  assert.equal(bench.server.requests.seen({ method: 'HEAD' }).length, 2)
  assert.equal(await readFile(bench.destinationOf(KEY), 'utf8'), 'the old file')
  await assertNothingLeft(bench.space)
})

const UNNOTICED: readonly { readonly name: string; readonly by: Omit<TaskObject, 'key'> }[] = [
  { name: 'another ETag', by: { body: SECOND, etag: '"second"' } },
  { name: 'another size', by: { body: generated(LARGE_BYTES + 5, 2), etag: '"first"' } },
]

for (const { name, by } of UNNOTICED) {
  test(`cp -recover sees ${name} in a part that a server sends although If-Match forbids it`, async (t) => {
    const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST, etag: '"first"' }] })
    const meanwhile = () => void bench.server.objects.put({ bucket: BUCKET, key: KEY, ...by })
    bench.server.script.add(
      { on: { method: 'GET', nth: 2 }, do: { meanwhile } },
      { on: { method: 'GET' }, do: { ignore: ['if-match'] } },
    )

    const { code } = await bench.run({ flags: ONE_BY_ONE })

    assert.equal(code, 0)
    await assertFileHolds(bench.destinationOf(KEY), by.body)
    await assertNothingLeft(bench.space)
  })
}

test('cp -recover fails an object whose every answer has another ETag', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: FIRST }] })
  bench.server.script.add({
    on: { method: 'GET' },
    do: ({ id }) => ({ ignore: ['if-match'], headers: { ETag: `"${id}"` } }),
  })

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  const { status, code: errorCode, message } = await failureOf(bench.space, KEY)
  assert.deepEqual([status, errorCode], [206, 'ObjectChangedError'])
  assert.match(message, /^The object \[large\.bin\] in the bucket \[bucket-a\] changed/)
  assert.deepEqual(await readdir(bench.space.dest), [])
  await assertNothingLeft(bench.space)
})

test('cp -recover keeps the part record of an object that was deleted, and goes on when it is back', async (t) => {
  const object = { bucket: BUCKET, key: KEY, body: FIRST }
  const bench = await prepareTask(t, { objects: [object] })
  const { server, space } = bench
  const meanwhile = () => server.objects.remove(object)
  server.script.add({ on: { method: 'GET', nth: 3 }, do: { meanwhile } })

  const first = await bench.run({ flags: ONE_BY_ONE })
  assert.equal(first.code, 8)
  const { status, code } = await failureOf(space, KEY)
  assert.deepEqual([status, code], [404, 'NoSuchKey'])
  assert.equal((await partRecordOf(space, KEY)).ranges.length, 3)
  assert.deepEqual(await readdir(space.dest), [])

  server.objects.put(object)
  server.requests.forget()
  const second = await bench.run({ flags: ONE_BY_ONE })
  assert.equal(second.code, 0)
  assert.deepEqual(joined(rangesAsked(bench, KEY)), [{ start: 3 * PART_BYTES, end: LARGE_BYTES }])
  await assertFileHolds(bench.destinationOf(KEY), FIRST)
  await assertNothingLeft(space)
})

/** Replaces the object once the answer is settled. */
function replaceOn(bench: TaskBench, on: Rule['on'], by: Omit<TaskObject, 'key'>): Rule {
  const meanwhile = () => void bench.server.objects.put({ bucket: BUCKET, key: KEY, ...by })
  return { on, do: { meanwhile } }
}

function inShort(request: LoggedRequest): string {
  return request.method === 'HEAD' ? 'HEAD' : `${rangeStart(request)} ${request.status}`
}

function allParts(): readonly string[] {
  return [0, 1, 2, 3, 4, 5].map((part) => `${part * PART_BYTES} 206`)
}
