/** The plan that `-dryRun` ends with, and that it changes nothing to make it. */
import assert from 'node:assert/strict'
import { chmod, chown, link, mkdir, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { totalLength } from '../../src/core/part-plan.ts'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { newTaskIdOf } from './support/bench.ts'
import { dryRun, planOf } from './support/dry-run.ts'
import { COMPOUND_ETAG, LEFT_KEY, officialTask } from './support/official-task.ts'
import {
  killHalfway,
  largeBody,
  LARGE_BYTES,
  partRecordOf,
  PART_FLAGS,
  rangesAsked,
} from './support/parts.ts'
import { readFailures } from './support/reported-failure.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

const LARGE = { key: 'large.bin', body: largeBody(1) }
const BEGUN = 'begun before  1 item  19.53KB  there already by the record, to be proven'

test('the plan says how much is fetched in which way, and what is replaced and left alone', async (t) => {
  const keys = ['new', 'sub/new', 'old', 'current']
  const bench = await prepareTask(t, {
    objects: [
      ...keys.map((key) => ({ key, body: generated(1024, 1) })),
      { key: 'folder/', body: generated(0, 1) },
      LARGE,
    ],
  })
  await writeFile(bench.destinationOf('old'), Buffer.alloc(3000))
  await writeFile(bench.destinationOf('current'), Buffer.alloc(1024))
  await writeFile(bench.destinationOf(LARGE.key), 'a')
  await utimes(bench.destinationOf('old'), 0, 0)

  const { code, plan, stderr } = await dryRun(bench, ['-u', '-threshold=10KB', '-exclude=*/new'])

  assert.equal(code, 0)
  assert.equal(stderr, '')
  assert.deepEqual(plan.slice(0, -1), [
    'Plan: 4 items, 60.59KB to fetch',
    'directly  2 items  2.00KB',
    'in parts  1 item  58.59KB',
    'folders  1 item',
    'replaced  2 files  2.93KB',
    'unchanged  1 item',
    'left out  1 item',
    'space needed, at most:',
  ])
  // What is replaced stands until the new file is whole: two blocks for the small ones, 15 for the large.
  assert.match(plan.at(-1) ?? '', /^68\.00KB on \/\S*, free: \d+\.\d\d[MGT]B$/)
})

test('bytes that a killed run recorded are there already, and are not fetched by the run', async (t) => {
  const bench = await prepareTask(t, { objects: [LARGE] })
  await killHalfway(bench, [LARGE.key])
  const recorded = totalLength((await partRecordOf(bench.space, LARGE.key)).ranges)

  const { code, plan } = await dryRun(bench, PART_FLAGS)

  assert.equal(code, 0)
  assert.equal(recorded, 20_000)
  assert.deepEqual(plan.slice(0, 3), [
    'Plan: 1 item, 58.59KB to fetch (19.53KB of it is there already)',
    'in parts  1 item  58.59KB',
    BEGUN,
  ])
  assert.match(plan.at(-1) ?? '', /^40\.47KB on /)
  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)
  assert.equal(totalLength(rangesAsked(bench, LARGE.key)), LARGE_BYTES - recorded)
})

test('a record counts also below the threshold, as it does for the run', async (t) => {
  const bench = await prepareTask(t, { objects: [LARGE] })
  await killHalfway(bench, [LARGE.key])
  assert.equal((await dryRun(bench, ['-threshold=1GB'])).plan[2], BEGUN)
})

for (const { what, spoil } of [
  {
    what: 'the object is another one now',
    spoil: async ({ server }) => {
      server.objects.put({ bucket: BUCKET, key: LARGE.key, body: largeBody(2) })
    },
  },
  {
    what: 'the temp file has another size',
    spoil: async ({ space }) =>
      truncate((await partRecordOf(space, LARGE.key)).header.tempFile, 1000),
  },
  {
    what: 'anybody may write to the record',
    spoil: async ({ space }) => chmod((await partRecordOf(space, LARGE.key)).path, 0o666),
  },
  {
    what: 'the temp file may be another user’s',
    spoil: async ({ space }) => {
      const { tempFile } = (await partRecordOf(space, LARGE.key)).header
      // Only root can give it away.
      if (process.getuid?.() === 0) await chown(tempFile, 65_534, 65_534)
      else await chmod(tempFile, 0o622)
    },
  },
] satisfies readonly {
  readonly what: string
  readonly spoil: (bench: Awaited<ReturnType<typeof prepareTask>>) => Promise<void>
}[]) {
  test(`nothing is there already where ${what}`, async (t) => {
    const bench = await prepareTask(t, { objects: [LARGE] })
    await killHalfway(bench, [LARGE.key])
    await spoil(bench)

    const { code, plan } = await dryRun(bench, PART_FLAGS)

    assert.equal(code, 0)
    assert.deepEqual(plan.slice(0, 2), [
      'Plan: 1 item, 58.59KB to fetch',
      'in parts  1 item  58.59KB',
    ])
  })
}

for (const { what, etag, present } of [
  { what: 'that the MD5 of the whole can prove is there already', etag: undefined, present: true },
  { what: 'that nothing can prove is not', etag: COMPOUND_ETAG, present: false },
]) {
  test(`what the official tool left ${what}`, async (t) => {
    const { bench } = await officialTask(t, etag === undefined ? {} : { etag })
    const { code, plan } = await dryRun(bench, PART_FLAGS)
    assert.equal(code, 0)
    assert.equal(plan.includes(BEGUN), present)
    assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)
    const fetched = totalLength(rangesAsked(bench, LEFT_KEY))
    assert.equal(fetched, present ? LARGE_BYTES - 20_000 : LARGE_BYTES)
  })
}

test('items that cannot succeed are told by their cause, apart from those that nothing is known of', async (t) => {
  const keys = ['fine', 'gone/1', 'gone/2', 'secret', 'busy', 'file/below', 'a//b', 'dir']
  const bench = await prepareTask(t, {
    objects: keys.map((key) => ({ key, body: generated(10, 1) })),
  })
  const { server, space } = bench
  for (const key of ['gone/1', 'gone/2']) server.objects.remove({ bucket: BUCKET, key })
  server.script.add({ on: { key: 'secret' }, do: errorAnswer(403, 'AccessDenied') })
  server.script.add({ on: { key: 'busy' }, do: errorAnswer(503, 'SlowDown') })
  await writeFile(bench.destinationOf('file'), 'in the way')
  await mkdir(join(bench.destinationOf('dir'), 'dir'), { recursive: true })

  const run = await dryRun(bench, ['-j=1'])
  const { code, plan, stderr } = run

  assert.equal(code, 8)
  assert.deepEqual(plan.slice(0, 6), [
    'Plan: 1 item, 10B to fetch',
    'directly  1 item  10B',
    'cannot succeed: 6 items',
    '2  404 NotFound: The store answered 404 Not Found',
    'such as obs://bucket-a/gone/1',
    'it is not there, or its bucket is not: if it is so of all, look at the',
  ])
  const text = plan.join('\n')
  assert.match(text, /^1 {2}403 Forbidden: .*\nsuch as obs:\/\/bucket-a\/secret\nthe keys are/m)
  assert.match(text, /^1 {2}EEXIST: Cannot create the parent folder(?:.|\n)*something else/m)
  assert.match(text, /^1 {2}EmptyFolderNameError: /m)
  assert.match(text, /^1 {2}EISDIR: /m)
  assert.match(text, /^could not be found out: 1 item\n1 {2}503 ServiceUnavailable: /m)
  assert.match(text, /^space needed, at most:\n4\.00KB on /m)
  assert.match(stderr, /^7 items failed; the first 3 of 6 causes:$/m)
  const told = await readFailures(space, newTaskIdOf(run))
  const real = await bench.run({ flags: ['-j=1'] })
  assert.equal(real.code, 8)
  const found = await readFailures(space, newTaskIdOf(real))
  assert.deepEqual([...told.keys()], [...found.keys()])
  for (const key of ['file/below', 'a//b', 'dir']) assert.deepEqual(told.get(key), found.get(key))
})

test('a file that is a link or has another name is replaced and gives no room back', async (t) => {
  const bench = await prepareTask(t, {
    objects: ['link', 'name', 'another'].map((key) => ({ key, body: generated(4096, 1) })),
  })
  const { space, destinationOf } = bench
  const apart = join(space.root, 'apart')
  await writeFile(apart, Buffer.alloc(4096))
  await symlink(apart, destinationOf('link'))
  for (const key of ['name', 'another']) await link(apart, destinationOf(key))

  const { plan } = await dryRun(bench, ['-j=1'])

  assert.ok(plan.includes('replaced  3 files  12.00KB'))
  assert.match(plan.at(-1) ?? '', /^12\.00KB on /)
})

test('an object in an archive is asked for as the run would, for only that tells', async (t) => {
  const objects = ['frozen', 'restored'].map((key) => ({ key, body: generated(1024 * 1024, 1) }))
  const bench = await prepareTask(t, { objects })
  const { server } = bench
  const headers = { 'x-obs-storage-class': 'COLD' }
  for (const object of objects) server.objects.put({ bucket: BUCKET, ...object, headers })
  server.script.add({
    on: { key: 'frozen', method: 'GET' },
    do: errorAnswer(403, 'InvalidObjectState'),
  })

  const run = await dryRun(bench, [], ['frozen', 'restored'])

  assert.equal(run.code, 8)
  assert.equal(run.plan[0], 'Plan: 1 item, 1.00MB to fetch')
  assert.ok(run.plan.includes('cannot succeed: 1 item'))
  assert.match(
    run.plan.join('\n'),
    /^1 {2}403 InvalidObjectState: .*\n.*frozen\nit is in an archive/m,
  )
})

test('the plan of an interrupted dry run tells what it has not looked at', async (t) => {
  const objects = ['a', 'b', 'c'].map((key) => ({ key, body: generated(10, 1) }))
  const bench = await prepareTask(t, { objects })
  bench.server.script.add({ on: { key: 'b' }, do: stallAt('head') })
  const run = bench.start({ flags: ['-dryRun', '-j=1'] })
  await bench.server.requests.arrived({ key: 'b' })

  const result = await run.kill('SIGINT')

  assert.equal(result.code, 9)
  const plan = planOf(result)
  assert.equal(plan[0], 'Plan: 1 item, 10B to fetch')
  assert.ok(plan.includes('could not be found out: 2 items'))
})
