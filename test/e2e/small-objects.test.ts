/** Objects below the threshold: one GET each. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import test from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { generated, literal } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { BUCKET, linesAbout, makeBench, waitForTempFile } from './support/bench.ts'

test('an object whose size the list gives costs one GET and no HEAD', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'hello.txt', body: 'hello world' },
    { key: 'deep/er/300k.bin', body: generated(300_000) },
    { key: 'empty', body: '' },
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  for (const { key } of objects) assert.deepEqual(bench.asked(key), ['GET'], key)
  assert.equal(bench.server.requests.all.length, 3)
  assert.equal(run.stderr, '')
  assert.deepEqual(await bench.findRemains(), [])
  const { succeed, failed, warning } = await bench.readReports()
  assert.deepEqual([succeed.length, failed, warning], [3, [], []])
  const [line = ''] = linesAbout(succeed, bench.pathOf('hello.txt'))
  assert.match(
    line,
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ 11B, n\/a, obs:\/\/bucket-a\/hello\.txt --> \S+, cost \[\d+\], status \[200\], success message \[download succeed\], request id \[REQ\d{9}\]$/,
  )
})

test('an object whose size is `n/a` in the list costs a HEAD and a GET with its ETag', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'content', etag: '"tag-1"' }
  bench.put(object)
  const taskId = await bench.writeFailureList({ items: [bench.unsizedItemOf(object)] })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.deepEqual(bench.asked(), ['HEAD', 'GET'])
  assert.equal(bench.server.requests.all[1]?.ifMatch, '"tag-1"')
})

test('`-j=3` downloads three objects at a time, never four', async (t) => {
  const bench = await makeBench(t, { latencyMs: 30 })
  const objects = manyObjects(12)
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-j=3')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(bench.server.requests.peak(), 3)
})

test('`-j=3` counts HEADs, which run beside the downloads', async (t) => {
  const bench = await makeBench(t, { latencyMs: 30 })
  const objects = manyObjects(9)
  bench.put(...objects)
  const items = objects.map(bench.unsizedItemOf)
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, '-j=3')

  await bench.assertExit(run, 0)
  assert.equal(bench.server.requests.peak(), 3)
  assert.ok(bench.server.requests.peak({ method: 'HEAD' }) > 1)
  const methods = bench.asked()
  assert.ok(methods.indexOf('GET') < methods.lastIndexOf('HEAD'), methods.join())
})

test('an object that is held up does not hold up the others', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const objects = manyObjects(8)
  bench.server.script.add({ on: { key: 'key-0' }, do: { hold: { at: 'head', gate } } })
  const taskId = await bench.listObjects(...objects)

  const run = bench.start(taskId, '-j=2')
  await bench.server.requests.ended({ key: 'key-7' })
  gate.open()

  await bench.assertExit(await run.done, 0)
  await bench.assertArrived(...objects)
})

test('the file that is there stays until the new one is complete', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'file.bin', body: generated(200_000) }
  bench.server.script.add({ on: { key: 'file.bin' }, do: { hold: { at: 150_000, gate } } })
  const taskId = await bench.listObjects(object)
  await writeFile(bench.pathOf('file.bin'), 'precious', { mode: 0o600 })

  const run = bench.start(taskId)
  const hidden = await waitForTempFile(bench.dest)
  assert.match(hidden, /^\.[0-9a-f]{64}\.obs\.temp$/)
  assert.equal((await stat(bench.pathOf(hidden))).mode & 0o777, 0o600)
  assert.equal(await readFile(bench.pathOf('file.bin'), 'utf8'), 'precious')
  gate.open()

  await bench.assertExit(await run.done, 0)
  await bench.assertArrived(object)
  assert.deepEqual(await listTree(bench.dest), ['file.bin'])
  assert.equal((await stat(bench.pathOf('file.bin'))).mode & 0o777, 0o666 & ~process.umask())
})

test('each version of an object is fetched by its own id', async (t) => {
  const bench = await makeBench(t)
  const versions = ['v1', 'G001016A2B+=&%', 'v3']
  for (const versionId of versions) bench.put({ key: 'doc', body: `of ${versionId}`, versionId })
  const destinations = versions.map((_, at) => bench.pathOf(`doc-${at}`))
  const items = versions.map((versionId, at) => ({
    bucket: BUCKET,
    key: 'doc',
    versionId,
    destination: destinations[at] ?? '',
    size: `${literal(`of ${versionId}`).sizeBytes}B`,
  }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  const texts = await Promise.all(destinations.map((path) => readFile(path, 'utf8')))
  assert.deepEqual(
    texts,
    versions.map((versionId) => `of ${versionId}`),
  )
  const { succeed } = await bench.readReports()
  const [line = ''] = linesAbout(succeed, bench.pathOf('doc-0'))
  assert.ok(line.includes(' obs://bucket-a/doc?versionId=v1 --> '), line)
})

test('a body without a Content-Length that ends early is no success', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const object = { key: 'k', body: generated(50_000) }
  bench.server.script.add({
    on: { key: 'k' },
    do: { framing: 'until-close', body: { kind: 'shorten', toBytes: 49_999 } },
  })
  const taskId = await bench.listObjects(object)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), [])
})

function manyObjects(count: number) {
  return Array.from({ length: count }, (_, at) => ({ key: `key-${at}`, body: `body of ${at}` }))
}
