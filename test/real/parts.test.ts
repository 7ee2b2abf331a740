/** Objects that come in parts: whole, resumed after kill -9, and overwritten meanwhile. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { assertFileHolds, generated, type ByteSource } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { failedItem, linesAbout, makeBench } from './bench.ts'
import { findAccount, makeBucket, putObject, putObjectInParts } from './store.ts'
import { tapStore, type TappedRequest } from './tap.ts'

const MIB = 1024 * 1024
const IN_PARTS = ['-threshold=1MB', '-ps=1MB', '-p=2']
/** Four parts a second: time to step in, and 16 MiB still take no longer than four seconds. */
const SLOW = { rateLimitThreshold: 4 * MIB }

test('a large object comes in ranged parts that fetch no byte twice', async (t) => {
  const content = generated(40 * MIB + 1)
  const bench = await makeBench(t)
  const tap = await tapStore(t, findAccount().endpoint)
  const bucket = await makeBucket()
  await putObjectInParts(bucket, { key: 'large', content })
  const destination = join(bench.dest, 'large')
  const taskId = await bench.writeFailureList({
    items: [failedItem({ bucket, key: 'large', destination }, content.sizeBytes)],
  })
  await bench.configure({ endpoint: tap.endpoint })

  const run = await bench.recover(taskId, '-threshold=5MB', '-ps=5MB', '-vlength')

  await bench.assertExit(run, 0)
  await assertFileHolds(destination, content)
  assert.deepEqual(await bench.findRemains(), [])
  assert.deepEqual(await listTree(bench.dest), ['large'])
  const { succeed } = await bench.readReports()
  assert.match(linesAbout(succeed, destination).join(), /, status \[206\], success message \[/)
  assert.equal(sentBytes(tap.requests), content.sizeBytes)
  const gets = tap.requests.filter(({ method }) => method === 'GET')
  assert.equal(gets.length, 9)
  assert.ok(gets.every(({ range, status }) => range !== undefined && status === 206))
})

test('a run killed by SIGKILL is continued with the parts that it had', async (t) => {
  const content = generated(16 * MIB + 123)
  const { bench, bucket, taskId, destination } = await beginSlowly(t, content)
  assert.deepEqual(await listTree(bench.dest), [], 'nothing may be seen before it is whole')
  const tap = await tapStore(t, findAccount().endpoint)
  await bench.configure({ endpoint: tap.endpoint })

  const run = await bench.recover(taskId, ...IN_PARTS)

  await bench.assertExit(run, 0)
  await assertFileHolds(destination, content)
  assert.deepEqual(await bench.findRemains(), [])
  assert.deepEqual(await listTree(bench.dest), ['object'])
  const fetched = sentBytes(tap.requests)
  assert.ok(fetched <= content.sizeBytes - 2 * MIB, `${fetched} bytes fetched again`)
  const { succeed } = await bench.readReports()
  assert.equal(succeed.filter((line) => line.includes(`obs://${bucket}/object `)).length, 1)
})

test('parts of a killed run are thrown away when the object is another one by now', async (t) => {
  const content = generated(16 * MIB)
  const { bench, bucket, taskId, destination } = await beginSlowly(t, content)
  const replacement = generated(16 * MIB, 1)
  await putObject(bucket, { key: 'object', content: replacement })
  await bench.configure({})

  const run = await bench.recover(taskId, ...IN_PARTS)

  await bench.assertExit(run, 0)
  await assertFileHolds(destination, replacement)
  assert.deepEqual(await bench.findRemains(), [])
})

for (const [how, sizeBytes] of [
  ['as long', 8 * MIB],
  ['shorter', 3 * MIB],
  ['longer', 9 * MIB + 7],
] as const) {
  test(`an object overwritten between two parts by one ${how} arrives whole as the new one`, async (t) => {
    const bench = await makeBench(t)
    const bucket = await makeBucket([{ key: 'object', content: generated(8 * MIB) }])
    const destination = join(bench.dest, 'object')
    const taskId = await bench.writeFailureList({
      items: [failedItem({ bucket, key: 'object', destination }, 8 * MIB)],
    })
    const tap = await tapStore(t, findAccount().endpoint)
    await bench.configure({ ...SLOW, endpoint: tap.endpoint })
    const replacement = generated(sizeBytes, 1)

    const run = bench.startRecover(taskId, ...IN_PARTS)
    await bench.waitForParts(1, run)
    await putObject(bucket, { key: 'object', content: replacement })
    const result = await run.done

    await bench.assertExit(result, 0)
    await assertFileHolds(destination, replacement)
    assert.deepEqual(await bench.findRemains(), [])
    const refusals = tap.requests.filter(({ status }) => status === 412)
    assert.ok(refusals.length > 0, 'the store was never asked for the old object again')
    assert.ok(refusals.every(({ ifMatch }) => ifMatch !== undefined))
  })
}

/** A slow download of `object`, killed when two parts are recorded. */
async function beginSlowly(t: TestContext, content: ByteSource) {
  const bench = await makeBench(t)
  const bucket = await makeBucket([{ key: 'object', content }])
  const destination = join(bench.dest, 'object')
  const taskId = await bench.writeFailureList({
    items: [failedItem({ bucket, key: 'object', destination }, content.sizeBytes)],
  })
  await bench.configure(SLOW)
  const run = bench.startRecover(taskId, ...IN_PARTS)
  await bench.waitForParts(2, run)
  const { signal } = await run.kill('SIGKILL')
  assert.equal(signal, 'SIGKILL')
  return { bench, bucket, taskId, destination }
}

/** Bytes of objects that the store sent. */
function sentBytes(requests: readonly TappedRequest[]): number {
  return requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
}
