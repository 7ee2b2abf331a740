/** Objects at or above the threshold: ranged GETs into a temp file. */
import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { linesAbout, makeBench, waitForTempFile, type Bench } from './support/bench.ts'

const KB = 1024
const FLAGS = ['-threshold=1MB', '-ps=256KB', '-p=3']

test('`-threshold=1MB -ps=256KB` fetches exactly these ranges, each with If-Match', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'big.bin', body: generated(1024 * KB + 1), etag: '"tag-2"' }
  const taskId = await bench.listObjects(object)

  const run = await bench.recover(taskId, ...FLAGS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.deepEqual(rangesOf(bench, 'big.bin'), [
    'bytes=0-262143',
    'bytes=262144-524287',
    'bytes=524288-786431',
    'bytes=786432-1048575',
    'bytes=1048576-1048576',
  ])
  const ranged = bench.server.requests.seen({ range: /./ })
  assert.deepEqual(new Set(ranged.map(({ ifMatch }) => ifMatch)), new Set(['"tag-2"']))
  assert.ok(bench.server.requests.seen({ method: 'HEAD' }).length <= 1)
  assert.deepEqual(await bench.findRemains(), [])
  assert.deepEqual(await listTree(bench.dest), ['big.bin'])
  const { succeed } = await bench.readReports()
  assert.match(
    succeed.join('\n'),
    /Z 1\.00MB, n\/a, .*status \[206\], success message \[download succeed\], request id \[REQ\d+\]$/,
  )
})

test('`-p=3` fetches three parts of an object at a time, never four', async (t) => {
  const bench = await makeBench(t, { latencyMs: 30 })
  const taskId = await bench.listObjects({ key: 'big', body: generated(1500 * KB) })

  const run = await bench.recover(taskId, '-threshold=1MB', '-ps=128KB', '-p=3', '-j=4')

  await bench.assertExit(run, 0)
  assert.equal(bench.server.requests.peak({ key: 'big' }), 3)
})

test('`-j=2 -p=2` has four requests in flight, never five', async (t) => {
  const bench = await makeBench(t, { latencyMs: 30 })
  const objects = ['a', 'b', 'c', 'd'].map((key) => ({ key, body: generated(600 * KB) }))
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-threshold=500KB', '-ps=100KB', '-p=2', '-j=2')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(bench.server.requests.peak(), 4)
})

test('while it runs, the parts lie in a private file of full size in `-tempFileDir`', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'dir/big.bin', body: generated(1200 * KB) }
  bench.server.script.add({ on: { range: 'bytes=262144-524287' }, do: { hold: { at: 99, gate } } })
  const taskId = await bench.listObjects({ key: 'dir/', body: '' }, object)
  const tempFileDir = join(bench.root, 'made', 'if-missing')

  const run = bench.start(taskId, ...FLAGS, '-j=1', `-tempFileDir=${tempFileDir}`)
  await bench.server.requests.ended({ range: /^bytes=1048576-/ })
  const temp = await waitForTempFile(tempFileDir)
  assert.match(temp, /^[0-9a-f]{64}\.obs\.temp$/)
  const { mode, size } = await stat(join(tempFileDir, temp))
  assert.deepEqual([mode & 0o777, size], [0o600, 1200 * KB])
  const records = await listTree(join(bench.cpd, 'down'))
  assert.ok(records.includes(temp.replace('.obs.temp', '.jsonl')), records.join())
  assert.deepEqual(await listTree(bench.dest), ['dir/'])
  gate.open()

  await bench.assertExit(await run.done, 0)
  await bench.assertArrived(object)
  assert.deepEqual(await bench.findRemains(), [])
  assert.deepEqual(await listTree(tempFileDir), [])
})

test('the file that is there stays until all parts are', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'big.bin', body: generated(1200 * KB) }
  bench.server.script.add({ on: { range: /^bytes=1048576-/ }, do: { hold: { at: 'head', gate } } })
  const taskId = await bench.listObjects(object)
  await writeFile(bench.pathOf('big.bin'), 'precious')

  const run = bench.start(taskId, ...FLAGS)
  await bench.server.requests.ended({ range: /^bytes=786432-/ })
  assert.equal(await readFile(bench.pathOf('big.bin'), 'utf8'), 'precious')
  gate.open()

  await bench.assertExit(await run.done, 0)
  await bench.assertArrived(object)
})

test('an object of one byte less than the threshold is not fetched in parts', async (t) => {
  const bench = await makeBench(t)
  const threshold = 1024 * KB
  const objects = [-1, 0, 1].map((more) => ({
    key: `${more}`,
    body: generated(threshold + more),
  }))
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-threshold=1MB', '-ps=1MB')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(rangesOf(bench, '-1'), ['all'])
  assert.deepEqual(rangesOf(bench, '0'), ['bytes=0-1048575'])
  assert.deepEqual(rangesOf(bench, '1'), ['bytes=0-1048575', 'bytes=1048576-1048576'])
})

test('a large object that the list calls small is fetched in parts all the same', async (t) => {
  const bench = await makeBench(t)
  const objects = [1100 * KB, 1024 * KB].map((size) => ({ key: `${size}`, body: generated(size) }))
  bench.put(...objects)
  const items = objects.map((object) => ({ ...bench.itemOf(object), size: '14B' }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...FLAGS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  for (const [at, parts] of [5, 4].entries()) {
    const key = objects[at]?.key ?? ''
    const [first, ...others] = bench.server.requests.seen({ method: 'GET', key })
    assert.equal(first?.range, undefined)
    assert.equal(others.length, parts)
    assert.ok(others.every(({ range, ifMatch }) => range !== undefined && ifMatch !== undefined))
  }
  assert.match((await bench.readReports()).succeed.join(), /Z 1\.07MB, /)
  assert.deepEqual(await listTree(bench.dest), ['1048576', '1126400'])
})

test('a small object that the list calls large is fetched by one GET', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'shrunk', body: 'tiny' },
    { key: 'emptied', body: '' },
  ]
  bench.put(...objects)
  const items = objects.map((object) => ({ ...bench.itemOf(object), size: '9.00GB' }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...FLAGS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(rangesOf(bench, 'shrunk'), ['all'])
  const [line = ''] = linesAbout((await bench.readReports()).succeed, bench.pathOf('emptied'))
  assert.match(line, /Z 0B, /)
})

test('without sizes in the list, `-p` and `-ps` apply to what turns out to be large', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'large', body: generated(1100 * KB) },
    { key: 'small', body: generated(100 * KB) },
    { key: 'empty', body: '' },
  ]
  bench.put(...objects)
  const items = objects.map(bench.unsizedItemOf)
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...FLAGS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(rangesOf(bench, 'large').length, 5)
  assert.deepEqual([rangesOf(bench, 'small'), rangesOf(bench, 'empty')], [['all'], ['all']])
})

test('parts come with the version id of their item', async (t) => {
  const bench = await makeBench(t)
  const old = { key: 'doc', body: generated(600 * KB, 1), versionId: 'v1' }
  bench.put(old, { key: 'doc', body: generated(700 * KB, 2), versionId: 'v2' })
  const taskId = await bench.writeFailureList({ items: [bench.itemOf(old)] })

  const run = await bench.recover(taskId, '-threshold=500KB', '-ps=200KB')

  await bench.assertExit(run, 0)
  await bench.assertArrived(old)
  const asked = new Set(bench.server.requests.all.map(({ versionId }) => versionId))
  assert.deepEqual(asked, new Set(['v1']))
})

test('a part size beyond the object is one range, and one of a byte is raised', async (t) => {
  const bench = await makeBench(t)
  const objects = [{ key: 'big', body: generated(100_001) }]
  const taskId = await bench.listObjects(...objects)

  const beyond = await bench.recover(taskId, '-threshold=1', '-ps=1GB')
  await bench.assertExit(beyond, 0)
  assert.deepEqual(rangesOf(bench, 'big'), ['bytes=0-100000'])
  bench.server.requests.forget()

  // At most 50,000 parts would still be 33,334 requests; enough to see is how it begins.
  bench.server.script.add({ on: { method: 'GET' }, do: { answer: { status: 403 } } })
  const raised = await bench.recover(taskId, '-threshold=1', '-ps=1', '-p=1')
  await bench.assertExit(raised, 8)
  assert.deepEqual(rangesOf(bench, 'big'), ['bytes=0-2'])
})

/** Ranges of the GETs of a key by position; `all` for one without. */
function rangesOf(bench: Bench, key: string): readonly string[] {
  return bench.server.requests
    .seen({ method: 'GET', key })
    .map(({ range = 'all' }) => range)
    .toSorted((left, right) => firstByteOf(left) - firstByteOf(right))
}

function firstByteOf(range: string): number {
  return Number(/\d+/.exec(range)?.[0])
}
