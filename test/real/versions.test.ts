/** Versions of an object, in a bucket that keeps them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { assertFileHolds, generated, literal } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { failedItem, linesAbout, makeBench } from './bench.ts'
import { deleteObject, keepVersions, makeBucket, putObject } from './store.ts'

test('versions of one key arrive by their ids, in one request or in parts', async (t) => {
  const bench = await makeBench(t)
  const bucket = await makeBucket()
  await keepVersions(bucket)
  const contents = [generated(3_000_000, 1), literal('second'), generated(2_500_000, 3)]
  const items = []
  for (const [at, content] of contents.entries()) {
    const versionId = await putObject(bucket, { key: 'a key', content })
    const destination = join(bench.dest, `version-${at}`)
    items.push(failedItem({ bucket, key: 'a key', versionId, destination }, content.sizeBytes))
  }
  // Ids hold even when the latest version is a deletion.
  await deleteObject(bucket, 'a key')
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, '-threshold=1MB', '-ps=1MB')

  await bench.assertExit(run, 0)
  const { succeed } = await bench.readReports()
  for (const [at, content] of contents.entries()) {
    const destination = join(bench.dest, `version-${at}`)
    await assertFileHolds(destination, content)
    const source = `obs://${bucket}/a key?versionId=${items[at]?.versionId} --> `
    assert.ok(linesAbout(succeed, destination).join().includes(source))
  }
})

test('a deleted object and a version that never was fail with 404', async (t) => {
  const bench = await makeBench(t)
  const content = literal('was here')
  const bucket = await makeBucket()
  await keepVersions(bucket)
  await putObject(bucket, { key: 'deleted', content })
  await deleteObject(bucket, 'deleted')
  await putObject(bucket, { key: 'kept', content })
  const destinations = ['deleted', 'no version', 'large'].map((name) => join(bench.dest, name))
  const [deleted = '', unknown = '', large = ''] = destinations
  const versionId = 'A'.repeat(31)
  const taskId = await bench.writeFailureList({
    items: [
      failedItem({ bucket, key: 'deleted', destination: deleted }, 8),
      failedItem({ bucket, key: 'kept', versionId, destination: unknown }, 8),
      failedItem({ bucket, key: 'kept', versionId, destination: large }, 100 * 1024 * 1024),
    ],
  })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), [])
  assert.deepEqual(await bench.findRemains(), [])
  const { failed } = await bench.readReports()
  for (const destination of destinations) {
    assert.match(linesAbout(failed, destination).join(), /, status \[404\], /)
  }
})
