/** Where items go: folders, parents, and what is in the way. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { BUCKET, linesAbout, makeBench } from './support/bench.ts'

const PARTS = ['-threshold=100KB', '-ps=50KB']
const LARGE = generated(120 * 1024)

test('a folder key makes a directory and asks the store nothing', async (t) => {
  const bench = await makeBench(t)
  await mkdir(bench.pathOf('there'))
  const taskId = await bench.listObjects(
    { key: 'new/deep/', body: '' },
    { key: 'there/', body: '' },
    { key: 'no-size/', body: '' },
  )

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await listTree(bench.dest), ['new/', 'new/deep/', 'no-size/', 'there/'])
  assert.deepEqual(bench.asked(), [])
  const [line = ''] = linesAbout((await bench.readReports()).succeed, bench.pathOf('new/deep'))
  assert.match(line, /Z 0B, n\/a, obs:\/\/bucket-a\/new\/deep\/ --> .*\[download succeed\]/)
})

test('a file in the place of a folder is a failure and stays', async (t) => {
  const bench = await makeBench(t)
  await writeFile(bench.pathOf('taken'), 'precious')
  const taskId = await bench.listObjects({ key: 'taken/', body: '' }, { key: 'free/', body: '' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), ['free/', 'taken'])
  assert.equal(await readFile(bench.pathOf('taken'), 'utf8'), 'precious')
  const { failed, succeed } = await bench.readReports()
  assert.equal(succeed.length, 1)
  assert.match(failed.join('\n'), /obs:\/\/bucket-a\/taken\/ --> .*error message \[.*taken.*file/)
})

test('missing parents are made, of small objects, large ones and folders', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'a/b/c/small', body: 'small' },
    { key: 'd/e/f/large', body: LARGE },
  ]
  const taskId = await bench.listObjects(...objects, { key: 'g/h/i/', body: '' })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.ok((await listTree(bench.dest)).includes('g/h/i/'))
})

test('a file in the place of a parent fails the item before any byte of it is fetched', async (t) => {
  const bench = await makeBench(t)
  await writeFile(bench.pathOf('parent'), 'precious')
  const objects = [
    { key: 'parent/small', body: 'small' },
    { key: 'parent/deep/large', body: LARGE },
    { key: 'parent/folder/', body: '' },
    { key: 'other', body: 'arrives' },
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 8)
  await bench.assertArrived({ key: 'other', body: 'arrives' })
  assert.equal(await readFile(bench.pathOf('parent'), 'utf8'), 'precious')
  assert.deepEqual(bench.server.requests.seen({ method: 'GET', key: /^parent/ }), [])
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 3)
  for (const line of failed)
    assert.match(line, /error message \[Cannot create the .*folder \[.*file/)
  assert.deepEqual(await bench.findRemains(), [])
})

test('a destination that is a folder takes the file inside, named by the end of the key', async (t) => {
  const bench = await makeBench(t)
  await mkdir(bench.pathOf('folder'))
  const items = [
    { key: 'x/small.txt', body: 'small', size: '5B' },
    { key: 'x/large.bin', body: LARGE, size: '120.00KB' },
  ].map(({ key, body, size }) => {
    bench.put({ key, body })
    return { bucket: BUCKET, key, destination: bench.pathOf(key.slice(2, 7)), size }
  })
  await Promise.all(items.map(({ destination }) => mkdir(destination)))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  assert.equal(await readFile(bench.pathOf('small/small.txt'), 'utf8'), 'small')
  await bench.assertArrived({ key: 'large/large.bin', body: LARGE })
  assert.deepEqual(await bench.findRemains(), [])

  const again = await bench.recover(taskId, '-u', ...PARTS)
  assert.match(again.stdout, /^Skip count: +2$|Skip count: +2\b/m)
})

test('a folder in the place of that file is a failure, told before it is fetched', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: 'small' },
    { key: 'large', body: LARGE },
  ]
  for (const { key } of objects) await mkdir(bench.pathOf(`${key}/${key}`), { recursive: true })
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 8)
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 2)
  for (const line of failed) assert.match(line, /error code \[EISDIR\], .*it is a folder\]/)
  assert.deepEqual(bench.server.requests.seen({ method: 'GET' }), [])
})

test('a pipe at the destination is not replaced', async (t) => {
  const bench = await makeBench(t)
  execFileSync('mkfifo', [bench.pathOf('pipe')])
  const taskId = await bench.listObjects({ key: 'pipe', body: 'x' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.ok((await lstat(bench.pathOf('pipe'))).isFIFO())
})

test('a link where the temp file belongs is not followed', async (t) => {
  const bench = await makeBench(t)
  const victim = join(bench.root, 'victim')
  await writeFile(victim, 'precious')
  const object = { key: 'large', body: LARGE }
  bench.server.script.add({ on: { range: /^bytes=0-/, nth: 1 }, do: { answer: { status: 400 } } })
  const taskId = await bench.listObjects(object)
  const failed = await bench.recover(taskId, ...PARTS)
  await bench.assertExit(failed, 8)
  const temp = (await listTree(bench.tmp))[0] ?? ''
  assert.match(temp, /\.obs\.temp$/)
  execFileSync('rm', ['-r', join(bench.tmp, temp), join(bench.cpd, 'down')])
  await symlink(victim, join(bench.tmp, temp))

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.equal(await readFile(victim, 'utf8'), 'precious')
})

test('an item that is listed twice is done once', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'once', body: 'only once' }
  bench.put(object)
  const item = bench.itemOf(object)
  const taskId = await bench.writeFailureList({ items: [item, item, item] })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(bench.asked(), ['GET'])
  assert.equal((await bench.readReports()).succeed.length, 1)
  assert.match(run.stdout, /^Succeed count: +1 +Failed count: +0$/m)
})

test('of two objects for one destination the first wins and the second fails', async (t) => {
  const bench = await makeBench(t)
  bench.put({ key: 'first', body: 'the first' }, { key: 'second', body: 'the second' })
  const destination = bench.pathOf('same')
  const items = [
    { bucket: BUCKET, key: 'first', destination, size: '9B' },
    {
      bucket: BUCKET,
      key: 'second',
      destination: join(bench.dest, 'x', '..', 'same'),
      size: '10B',
    },
    { bucket: BUCKET, key: 'first', versionId: 'v1', destination, size: '9B' },
  ]
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.equal(await readFile(destination, 'utf8'), 'the first')
  assert.deepEqual(bench.asked(), ['GET'])
  const { succeed, failed } = await bench.readReports()
  assert.equal(succeed.length, 1)
  assert.equal(failed.length, 2)
  for (const line of failed) assert.match(line, /error message \[Another object .*came first\]/)
})

test('one object for two destinations arrives at both', async (t) => {
  const bench = await makeBench(t)
  const objects = ['large', 'copy'].map((key) => ({ key, body: LARGE }))
  bench.put({ key: 'large', body: LARGE })
  const items = objects.map(({ key }) => ({
    bucket: BUCKET,
    key: 'large',
    destination: bench.pathOf(key),
    size: '120.00KB',
  }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
})

test('a path that only a folder can have fails an object before it is fetched', async (t) => {
  const bench = await makeBench(t)
  bench.put({ key: 'k', body: 'content' })
  const destination = `${bench.pathOf('new')}/`
  const items = [{ bucket: BUCKET, key: 'k', destination, size: '7B' }]
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  const { failed } = await bench.readReports()
  assert.match(
    failed.join(),
    /error code \[EISDIR\], error message \[Cannot write to .*only a folder/,
  )
  assert.deepEqual(bench.asked(), [])
})
