import assert from 'node:assert/strict'
import { rename } from 'node:fs/promises'
import { test } from 'node:test'
import { md5Of } from '../support/test-bytes.ts'
import { leaveBehind } from './support/official-leftovers.ts'
import {
  alter,
  assertArrived,
  assertCleared,
  COMPOUND_ETAG,
  killAfter,
  LEFT_KEY as KEY,
  officialTask,
} from './support/official-task.ts'
import { joined } from '../support/joined-ranges.ts'
import { LARGE_BYTES, PART_BYTES, PART_FLAGS, partRecordOf, rangesAsked } from './support/parts.ts'
import { BUCKET } from './support/task-bench.ts'

const WHOLE = [{ start: 0, end: LARGE_BYTES }]
const REST = [{ start: 2 * PART_BYTES, end: LARGE_BYTES }]

test('cp -recover that is killed while it goes on for the official tool continues with all there is', async (t) => {
  const { bench, body, leftover } = await officialTask(t, { complete: [1, 4] })
  await killAfter(bench, 4)
  assert.equal((await partRecordOf(bench.space, KEY)).header.wholeProof, 'md5')
  await assertCleared(bench, leftover)

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0)
  assert.deepEqual(joined(rangesAsked(bench, KEY)), [{ start: 4 * PART_BYTES, end: LARGE_BYTES }])
  await assertArrived(bench, body)
})

test('cp -recover that is killed while it goes on with wrong parts of the official tool still finds out', async (t) => {
  const { bench, body, leftover } = await officialTask(t, {})
  await alter(leftover.tempPath, 0)
  await killAfter(bench, 3)

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  await assertArrived(bench, body)
})

test('cp -recover believes what it took over no longer where the proof is gone', async (t) => {
  const { bench, body, object } = await officialTask(t, { etag: COMPOUND_ETAG })
  bench.server.objects.put({
    bucket: BUCKET,
    ...object,
    headers: { 'x-obs-meta-md5chksum': md5Of(body) },
  })
  await killAfter(bench, 3, ['-vmd5'])

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  assert.deepEqual(joined(rangesAsked(bench, KEY)), WHOLE)
  await assertArrived(bench, body)
})

test('cp -recover leaves what the official tool left where its own record is of more use', async (t) => {
  const { bench, body, object } = await officialTask(t, { complete: [] })
  await killAfter(bench, 2)
  const later = await leaveBehind(bench, object, { complete: [5] })

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
  await assertArrived(bench, body)
  await assertCleared(bench, later)
})

test('cp -recover that died just before it renamed the temp file goes on with it', async (t) => {
  const { bench, body, object } = await officialTask(t, {})
  await killAfter(bench, 3)
  const { tempFile } = (await partRecordOf(bench.space, KEY)).header
  const again = await leaveBehind(bench, object)
  await rename(tempFile, again.tempPath)

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  // The new record names a file that is not there, so what the old one says counts.
  assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
  await assertArrived(bench, body)
  await assertCleared(bench, again)
})
