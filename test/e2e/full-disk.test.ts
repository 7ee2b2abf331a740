/** Disks that fill up while a run goes on. */
import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findGaps } from '../../src/core/part-plan.ts'
import { createGate, stallAt } from '../support/fault-scripts.ts'
import type { Matcher } from '../support/request-matcher.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { fillDisk } from './support/fill-disk.ts'
import { joined } from '../support/joined-ranges.ts'
import { assertNothingLeft, partRecordOf, rangesAsked, rangeStart } from './support/parts.ts'
import { failureOf, readFailures } from './support/reported-failure.ts'
import { withSmallDisk } from './support/small-disk.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'
import { until } from './support/until.ts'

const KB = 1024
const BIG = { key: 'big.bin', body: generated(2048 * KB, 1) }

test('cp -recover finishes an object though its part record cannot be written any more', async (t) => {
  // So many parts that their lines need more than the room that the record has already.
  const object = { key: 'many-parts.bin', body: generated(200 * KB, 2) }
  const bench = await prepareTask(t, { objects: [object] })
  const { space, server } = bench

  await onSmallDisk(t, { folder: space.cpd, megabytes: 1 }, async () => {
    const gate = createGate()
    server.script.add({ on: { method: 'GET' }, do: { hold: { at: 'head', gate } } })
    const run = bench.start({ flags: ['-threshold=1', `-ps=${KB}`, '-p=4'] })
    await server.requests.arrived({ method: 'GET' })
    const filler = join(space.cpd, 'filler')
    await fillDisk(filler)
    gate.open()

    const { code } = await run.done

    assert.equal(code, 0)
    await assertFileHolds(bench.destinationOf(object.key), object.body)
    assert.deepEqual(joined(rangesAsked(bench, object.key)), [{ start: 0, end: 200 * KB }])
    await rm(filler)
    await assertNothingLeft(space)
  })
})

test('cp -recover whose disk fills up in one part ends the others at once and keeps what it has', async (t) => {
  const bench = await prepareTask(t, { objects: [BIG] })
  const { space, server } = bench
  const flags = ['-threshold=1', `-ps=${32 * KB}`, '-p=4']
  const late: Matcher = (request) => rangeStart(request) >= 512 * KB

  await onSmallDisk(t, { folder: space.tmp, megabytes: 3 }, async () => {
    const gate = createGate()
    server.script.add({ on: late, do: { hold: { at: 'head', gate } } })
    const run = bench.start({ flags })
    await until('all four wait', async () => server.requests.seen(late).length === 4)
    const filler = join(space.tmp, 'filler')
    await fillDisk(filler)
    gate.open()

    assert.equal((await run.done).code, 8)

    const failure = await failureOf(space, BIG.key)
    assert.equal(failure.code, 'ENOSPC')
    assert.match(failure.message, /^Cannot write the temp file \[.*\]: no space left/)
    const further = server.requests.seen(late).length - 4
    assert.ok(further <= 4, `${further} of 44 more parts were asked for`)
    const { header, ranges } = await partRecordOf(space, BIG.key)
    assert.deepEqual(
      await listTree(space.tmp),
      [header.tempFile, filler].map((path) => basename(path)).toSorted(),
    )
    await rm(filler)
    server.requests.forget()
    assert.equal((await bench.run({ flags })).code, 0)
    assert.deepEqual(joined(rangesAsked(bench, BIG.key)), findGaps(2048 * KB, ranges))
    await assertFileHolds(bench.destinationOf(BIG.key), BIG.body)
    await assertNothingLeft(space)
  })
})

for (const [how, beginsLater] of [
  ['that begin together', false],
  ['that begin one after the other', true],
] as const) {
  test(`of two large objects ${how} and for which there is room only one by one, one fails with what is missing`, async (t) => {
    const objects = [1, 2].map((seed) => ({ key: `${seed}.bin`, body: generated(700 * KB, seed) }))
    const bench = await prepareTask(t, { objects })
    const { space, server } = bench
    const flags = ['-threshold=1', `-ps=${100 * KB}`, '-j=2']

    await onSmallDisk(t, { folder: space.tmp, megabytes: 1 }, async () => {
      const gate = createGate()
      const later = createGate()
      if (beginsLater) {
        const on = { method: 'HEAD', key: '2.bin' }
        server.script.add({ on, do: { hold: { at: 'head', gate: later } } })
      }
      server.script.add({ on: { method: 'GET' }, do: { hold: { at: 'head', gate } } })
      const run = bench.start({ flags })
      await server.requests.arrived({ method: 'GET' })
      later.open()
      await until('one of them has failed', async () => (await readFailures(space)).size === 1)
      gate.open()

      const { code } = await run.done

      assert.equal(code, 8)
      const [failure] = (await readFailures(space)).values()
      assert.equal(failure?.code, 'NoSpaceError')
      assert.equal(
        failure.message,
        `Not enough space in [${space.tmp}]: 700.00KB needed, 324.00KB free, 376.00KB missing`,
      )
      assert.equal(server.requests.seen({ method: 'GET', key: failure.key }).length, 0)
      assert.equal((await bench.run({ flags: [...flags, '-u'] })).code, 0)
      for (const { key, body } of objects) await assertFileHolds(bench.destinationOf(key), body)
      await assertNothingLeft(space)
    })
  })
}

test('cp -recover whose new list cannot be written ends with 6 and says that the old task is to be resumed', async (t) => {
  const stalled = { key: 'stalled', body: generated(10, 3) }
  const others = Array.from({ length: 150 }, (_, at) => ({
    key: `k${at}`,
    body: generated(14, at),
  }))
  const objects = [stalled, ...others]
  const bench = await prepareTask(t, { objects })
  const { space, server } = bench

  await onSmallDisk(t, { folder: space.out, megabytes: 1 }, async () => {
    const items = objects.map(({ key, body }) => ({
      bucket: BUCKET,
      key,
      destination: bench.destinationOf(key),
      size: `${body.sizeBytes}B`,
    }))
    const taskId = await space.writeFailureList({ items })
    const gate = createGate()
    server.script.add(
      { on: { key: stalled.key }, do: stallAt(5) },
      { on: { key: 'k9' }, do: { hold: { at: 'head', gate } } },
    )
    const run = bench.start({ taskId, flags: ['-j=2'] })
    await Promise.all(
      [stalled.key, 'k9'].map((key) => server.requests.arrived({ key, method: 'GET' })),
    )
    const filler = join(space.out, 'filler')
    await fillDisk(filler)
    gate.open()

    const { code, stderr } = await run.done

    assert.equal(code, 6)
    assert.match(stderr, /^Error: Cannot write the list \[.*_succeed_.*\]: ENOSPC/m)
    const hint = `The new lists are not complete: resume the old task again (cp -recover=${taskId}).`
    assert.ok(stderr.includes(`\n${hint}\n`), stderr)
    assert.equal((await server.requests.ended({ key: stalled.key })).ended, 'by-client')
    assert.ok(server.requests.all.length < objects.length, 'it went on for nothing')
    await assertNothingLeft(space)
    await rm(filler)
    server.script.clear()
    assert.equal((await bench.run({ taskId })).code, 0)
    for (const { key, body } of objects) await assertFileHolds(bench.destinationOf(key), body)
  })
})

type Deed = Parameters<typeof withSmallDisk>[2]

interface SmallDiskAt {
  readonly folder: string
  readonly megabytes: number
}

/** Skips the test where nothing can be mounted. */
async function onSmallDisk(
  t: TestContext,
  { folder, megabytes }: SmallDiskAt,
  deed: Deed,
): Promise<void> {
  const result = await withSmallDisk(folder, megabytes, deed)
  if (result === 'cannot mount') t.skip('mounting a small disk takes root')
}
