/** Room on a disk is promised to one object only, also where it is resumed or copied. */
import assert from 'node:assert/strict'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  partRecordOf,
  PART_BYTES,
  PART_FLAGS,
} from './support/parts.ts'
import { readFailures } from './support/reported-failure.ts'
import { areApart, withSmallDisk } from './support/small-disk.ts'
import { prepareTask, type TaskBench } from './support/task-bench.ts'
import { until } from './support/until.ts'

const KB = 1024
const FLAGS = [...PART_FLAGS, '-j=2']

test('of two large objects that are resumed and for whose rests there is room only one by one, one fails with what is missing', async (t) => {
  const objects = [1, 2].map((seed) => ({ key: `${seed}.bin`, body: largeBody(seed) }))
  const bench = await prepareTask(t, { objects })
  const { space, server } = bench

  await onSmallDisk(t, space.tmp, async () => {
    await killHalfway(
      bench,
      objects.map(({ key }) => key),
    )
    const filler = join(space.tmp, 'filler')
    const { bavail, bsize } = await statfs(space.tmp)
    await writeFile(filler, Buffer.alloc(bavail * bsize - 60 * KB))

    const failure = await runHeld(bench, FLAGS)

    assert.equal(failure.code, 'NoSpaceError')
    assert.equal(
      failure.message,
      `Not enough space in [${space.tmp}]: 39.06KB needed, 20.94KB free, 18.12KB missing`,
    )
    assert.equal(server.requests.seen({ method: 'GET', key: failure.key }).length, 0)
    const { ranges } = await partRecordOf(space, failure.key)
    assert.deepEqual(
      ranges.map(({ end }) => end),
      [PART_BYTES, 2 * PART_BYTES],
    )
    await rm(filler)
    assert.equal((await bench.run({ flags: [...FLAGS, '-u'] })).code, 0)
    for (const { key, body } of objects) await assertFileHolds(bench.destinationOf(key), body)
    await assertNothingLeft(space)
  })
})

test('of two large objects whose copies from another disk fit only one by one, one fails before it is fetched', async (t) => {
  const objects = [1, 2].map((seed) => ({ key: `${seed}.bin`, body: generated(700 * KB, seed) }))
  const bench = await prepareTask(t, { objects })
  const { space, server } = bench
  const flags = ['-threshold=1', `-ps=${100 * KB}`, '-j=2']

  await onSmallDisk(t, space.dest, async () => {
    assert.ok(await areApart(space.tmp, space.dest))

    const failure = await runHeld(bench, flags)

    assert.equal(failure.code, 'NoSpaceError')
    assert.equal(
      failure.message,
      `Not enough space in [${space.dest}]: 700.00KB needed, 324.00KB free, 376.00KB missing`,
    )
    assert.equal(server.requests.seen({ method: 'GET', key: failure.key }).length, 0)
    const done = objects.filter(({ key }) => key !== failure.key)
    for (const { key, body } of done) await assertFileHolds(bench.destinationOf(key), body)
    await assertNothingLeft(space)
  })
})

/** Runs to the end, but sends nothing before one object has failed: the only one that does. */
async function runHeld(bench: TaskBench, flags: readonly string[]) {
  const gate = createGate()
  bench.server.script.add({ on: { method: 'GET' }, do: { hold: { at: 'head', gate } } })
  const run = bench.start({ flags })
  await until('one of them has failed', async () => (await readFailures(bench.space)).size === 1)
  gate.open()
  assert.equal((await run.done).code, 8)
  const [failure, more] = (await readFailures(bench.space)).values()
  assert.ok(failure !== undefined && more === undefined)
  return failure
}

/** A disk of one megabyte; skips the test where nothing can be mounted. */
async function onSmallDisk(t: TestContext, folder: string, deed: () => Promise<void>) {
  const result = await withSmallDisk(folder, 1, deed)
  if (result === 'cannot mount') t.skip('mounting a small disk takes root')
}
