import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  holdPartsFrom,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  partsRecorded,
  rangesAsked,
  startsAt,
} from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'
import { until } from './support/until.ts'

const KEY = 'large.bin'

const SECOND_RUNS: readonly {
  readonly name: string
  readonly flags: (root: string) => readonly string[]
  readonly config?: Readonly<Record<string, string>>
  readonly listed?: 'sized'
}[] = [
  { name: '(the same command)', flags: () => [] },
  { name: '-ps=7000 after -ps=10000', flags: () => ['-ps=7000'] },
  { name: '-ps=1MB after -ps=10000', flags: () => ['-ps=1MB'] },
  { name: '-p=5 after -p=2', flags: () => ['-p=5'] },
  { name: '-p=1 after -p=2', flags: () => ['-p=1'] },
  { name: '-tempFileDir=<another>', flags: (root) => [`-tempFileDir=${join(root, 'tmp2')}`] },
  { name: '-threshold=1GB after -threshold=1', flags: () => ['-threshold=1GB'] },
  {
    name: '-threshold=1GB after -threshold=1, of a list that tells sizes',
    flags: () => ['-threshold=1GB'],
    listed: 'sized',
  },
  {
    name: 'with fsyncForDownload=true',
    flags: () => [],
    config: { fsyncForDownload: 'true' },
  },
]

for (const { name, flags, ...more } of SECOND_RUNS) {
  test(`cp -recover after kill -9 fetches exactly what is missing: ${name}`, async (t) => {
    const body = largeBody()
    const bench = await prepareTask(t, { objects: [{ key: KEY, body }], ...more })
    await killHalfway(bench, [KEY])

    const { code, stdout } = await bench.run({ flags: [...PART_FLAGS, ...flags(bench.space.root)] })

    assert.equal(code, 0)
    const missing = [{ start: 2 * PART_BYTES, end: LARGE_BYTES }]
    assert.deepEqual(joined(rangesAsked(bench, KEY)), missing)
    await assertFileHolds(bench.destinationOf(KEY), body)
    await assertNothingLeft(bench.space)
    assert.deepEqual(
      (await listTree(bench.space.root)).filter((path) => path.includes('.obs.temp')),
      [],
    )
    assert.match(stdout, /Succeed bytes: +58\.59KB\n/)
    assert.match(stdout, /transferred size:39\.06KB\]/)
  })
}

test('cp -recover killed by SIGKILL leaves a record of finished parts only, and no destination', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: largeBody() }] })
  await killHalfway(bench, [KEY])

  const { header, ranges, path } = await partRecordOf(bench.space, KEY)
  assert.deepEqual(
    ranges
      .map(({ part, start, end }) => ({ part, start, end }))
      .toSorted((left, right) => left.part - right.part),
    [
      { part: 1, start: 0, end: PART_BYTES },
      { part: 2, start: PART_BYTES, end: 2 * PART_BYTES },
    ],
  )
  assert.match(path, /\/down\/[0-9a-f]{64}\.jsonl$/)
  assert.match(header.tempFile, /\/tmp\/[0-9a-f]{64}\.obs\.temp$/)
  assert.deepEqual(await readdir(bench.space.dest), [])
})

test('cp -recover killed again and again fetches each recorded byte once', async (t) => {
  const body = largeBody(7)
  const bench = await prepareTask(t, { objects: [{ key: KEY, body }] })
  const { server, space } = bench

  let recorded = 0
  for (const parts of [1, 2, 3, 5]) {
    server.script.clear()
    server.requests.forget()
    server.script.add(holdPartsFrom(parts * PART_BYTES))
    const run = bench.start({ flags: [...PART_FLAGS, '-p=1'] })
    await partsRecorded(space, [KEY], parts)
    await server.requests.arrived({ key: KEY, range: startsAt(parts * PART_BYTES) })
    await run.kill('SIGKILL')
    assert.equal(rangesAsked(bench, KEY)[0]?.start, recorded * PART_BYTES)
    recorded = parts
  }
  server.script.clear()
  server.requests.forget()
  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0)
  assert.deepEqual(rangesAsked(bench, KEY), [{ start: 5 * PART_BYTES, end: LARGE_BYTES }])
  await assertFileHolds(bench.destinationOf(KEY), body)
  await assertNothingLeft(space)
})

test('cp -recover after a kill in a direct download replaces the temp file that was left', async (t) => {
  const body = generated(5000)
  const bench = await prepareTask(t, { objects: [{ key: KEY, body }], listed: 'sized' })
  const { server, space } = bench
  server.script.add({ on: { nth: 1 }, do: stallAt(2000) })
  const run = bench.start()
  await server.requests.arrived({ key: KEY })
  await run.kill('SIGKILL')
  assert.match((await readdir(space.dest)).join(), /^\.[0-9a-f]{64}\.obs\.temp$/)

  const { code } = await bench.run()
  assert.equal(code, 0)
  assert.deepEqual(await readdir(space.dest), [KEY])
  await assertFileHolds(bench.destinationOf(KEY), body)
  await assertNothingLeft(space)
})

test('cp -recover that is killed has written down what failed before; its task id resumes that', async (t) => {
  const failing = { key: 'failing.bin', body: generated(3000, 1) }
  const held = { key: 'held.bin', body: generated(4000, 2) }
  const bench = await prepareTask(t, { objects: [failing, held], listed: 'sized' })
  const { server, space } = bench
  server.script.add(
    { on: { key: failing.key }, do: errorAnswer(500, 'InternalError') },
    { on: { key: held.key }, do: stallAt(2000) },
  )
  const run = bench.start()
  const [, taskId = ''] = await run.waitForStdout(/Task id: (\S{36})/)
  await until('the failure is listed', async () => {
    return (await space.readReports(taskId)).failed.length === 1
  })
  await run.kill('SIGKILL')
  server.script.clear()

  assert.equal((await bench.run({ taskId })).code, 0)
  await assertFileHolds(bench.destinationOf(failing.key), failing.body)
  assert.equal(server.requests.seen({ key: held.key }).length, 1)
})
