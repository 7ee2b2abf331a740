import assert from 'node:assert/strict'
import { readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findGaps } from '../../src/core/part-plan.ts'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  partRecordOf,
  PART_FLAGS,
  rangesAsked,
} from './support/parts.ts'
import { failureOf, succeededKeys } from './support/reported-failure.ts'
import { withSmallDisk } from './support/small-disk.ts'
import { prepareTask } from './support/task-bench.ts'

const MB = 1024 * 1024
const BIG = { key: 'big.bin', body: generated(2 * MB, 1) }
const SMALL = { key: 'small.bin', body: generated(5000, 2) }
const IN_PARTS = ['-threshold=1MB', '-ps=256KB', '-p=2', '-j=1']

for (const folder of ['tmp', 'dest'] as const) {
  test(`cp -recover without room for a large object in the ${folder} folder says how much is missing`, async (t) => {
    const bench = await prepareTask(t, { objects: [BIG, SMALL] })
    const { space, server } = bench

    await onSmallDisk(t, space[folder], async () => {
      const { code } = await bench.run({ flags: IN_PARTS })

      assert.equal(code, 8)
      const failure = await failureOf(space, BIG.key)
      assert.equal(failure.code, 'NoSpaceError')
      assert.equal(
        failure.message,
        `Not enough space in [${space[folder]}]: 2.00MB needed, 1.00MB free, 1.00MB missing`,
      )
      assert.equal(server.requests.seen({ key: BIG.key, method: 'GET' }).length, 0)
      await assertFileHolds(bench.destinationOf(SMALL.key), SMALL.body)
      await assertNothingLeft(space)
    })
  })
}

test('cp -recover whose disk fills up in a direct download fails that object and goes on', async (t) => {
  const bench = await prepareTask(t, { objects: [BIG, SMALL], listed: 'sized' })

  await onSmallDisk(t, bench.space.dest, async () => {
    const { code } = await bench.run({ flags: ['-j=1'] })

    assert.equal(code, 8)
    const failure = await failureOf(bench.space, BIG.key)
    assert.equal(failure.code, 'ENOSPC')
    assert.match(
      failure.message,
      /^Cannot write the temp file \[.*\]: no space left on the device$/,
    )
    assert.equal(bench.server.requests.seen({ key: BIG.key }).length, 1)
    assert.deepEqual(await readdir(bench.space.dest), [SMALL.key])
    await assertFileHolds(bench.destinationOf(SMALL.key), SMALL.body)
    await assertNothingLeft(bench.space)
  })
})

test('cp -recover whose disk fills up between parts keeps what it has and goes on when there is room', async (t) => {
  const bench = await prepareTask(t, { objects: [BIG] })
  const { space, server } = bench

  await onSmallDisk(t, space.tmp, async (disk) => {
    await disk.resize(3)
    const gate = createGate()
    server.script.add({ on: { range: /^bytes=1048576-/ }, do: { hold: { at: 'head', gate } } })
    const run = bench.start({ flags: [...IN_PARTS, '-p=1'] })
    await server.requests.arrived({ range: /^bytes=1048576-/ })
    const filler = join(space.tmp, 'filler')
    await writeFile(filler, Buffer.alloc(1.9 * MB))
    gate.open()

    assert.equal((await run.done).code, 8)
    assert.equal((await failureOf(space, BIG.key)).code, 'ENOSPC')
    const { ranges } = await partRecordOf(space, BIG.key)
    assert.ok(ranges.length >= 4)
    server.requests.forget()
    await rm(filler)
    assert.equal((await bench.run({ flags: IN_PARTS })).code, 0)
    assert.deepEqual(joined(rangesAsked(bench, BIG.key)), findGaps(2 * MB, ranges))
    await assertFileHolds(bench.destinationOf(BIG.key), BIG.body)
    await assertNothingLeft(space)
  })
})

test('cp -recover without room for the rest of a large object says how much is missing', async (t) => {
  const large = { key: 'large.bin', body: largeBody(3) }
  const bench = await prepareTask(t, { objects: [large] })
  const { space } = bench

  await onSmallDisk(t, space.tmp, async () => {
    await killHalfway(bench, [large.key])
    const { bavail, bsize } = await statfs(space.tmp)
    await writeFile(join(space.tmp, 'filler'), Buffer.alloc(bavail * bsize - 20_000))

    const { code } = await bench.run({ flags: PART_FLAGS })

    assert.equal(code, 8)
    const failure = await failureOf(space, large.key)
    assert.equal(failure.code, 'NoSpaceError')
    assert.match(failure.message, /missing/)
    assert.equal((await partRecordOf(space, large.key)).ranges.length, 2)
  })
})

test('cp -recover whose destination fills up before the copy from another disk keeps the temp file', async (t) => {
  const bench = await prepareTask(t, { objects: [BIG] })
  const { space, server } = bench

  await onSmallDisk(t, space.dest, async (disk) => {
    await disk.resize(3)
    const gate = createGate()
    server.script.add({ on: { range: /^bytes=1835008-/ }, do: { hold: { at: 'head', gate } } })
    const run = bench.start({ flags: IN_PARTS })
    await server.requests.arrived({ range: /^bytes=1835008-/ })
    await writeFile(join(space.dest, 'filler'), Buffer.alloc(2 * MB))
    gate.open()

    assert.equal((await run.done).code, 8)
    assert.equal((await failureOf(space, BIG.key)).code, 'ENOSPC')
    assert.deepEqual(await listTree(space.dest), ['filler'])
    await rm(join(space.dest, 'filler'))
    server.requests.forget()
    assert.equal((await bench.run({ flags: IN_PARTS })).code, 0)
    assert.deepEqual(rangesAsked(bench, BIG.key), [])
    await assertFileHolds(bench.destinationOf(BIG.key), BIG.body)
    await assertNothingLeft(space)
    assert.deepEqual(await succeededKeys(space), [BIG.key])
  })
})

type Deed = Parameters<typeof withSmallDisk>[2]

/** A disk of one megabyte; skips the test where nothing can be mounted. */
async function onSmallDisk(t: TestContext, folder: string, deed: Deed): Promise<void> {
  const result = await withSmallDisk(folder, 1, deed)
  if (result === 'cannot mount') t.skip('mounting a small disk takes root')
}
