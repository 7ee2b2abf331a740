/** Objects that come in one request, folders, and what the store refuses. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { assertFileHolds, generated, literal, md5Of } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { failedItem, linesAbout, makeBench } from './bench.ts'
import { findAccount, makeBucket } from './store.ts'
import { tapStore } from './tap.ts'

test('small objects come with one GET each, and a folder with none', async (t) => {
  const bench = await makeBench(t)
  const tap = await tapStore(t, findAccount().endpoint)
  const objects = [
    { key: 'small/hello.txt', content: literal('hello world') },
    { key: 'small/300k.bin', content: generated(300_000) },
    { key: 'small/empty', content: literal('') },
    { key: 'small/folder/', content: literal('') },
  ]
  const bucket = await makeBucket(objects)
  const destinationOf = (key: string) => join(bench.dest, key)
  const items = objects.map(({ key, content }) =>
    failedItem(
      // The official tool names a folder's destination without the slash.
      { bucket, key, destination: destinationOf(key).replace(/\/$/, '') },
      content.sizeBytes,
    ),
  )
  const taskId = await bench.writeFailureList({ items })
  await bench.configure({ endpoint: tap.endpoint })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await listTree(bench.dest), [
    'small/',
    'small/300k.bin',
    'small/empty',
    'small/folder/',
    'small/hello.txt',
  ])
  for (const { key, content } of objects.slice(0, 3)) {
    await assertFileHolds(destinationOf(key), content)
    const asked = tap.requests.filter(({ url }) => url.startsWith(`/${bucket}/${key}`))
    assert.deepEqual(
      asked.map(({ method, range, status }) => ({ method, range, status })),
      [{ method: 'GET', range: undefined, status: 200 }],
      key,
    )
  }
  assert.equal(tap.requests.length, 3)
  const { succeed, failed } = await bench.readReports()
  assert.equal(succeed.length, 4)
  assert.deepEqual(failed, [])
  assert.match(succeed.join('\n'), /hello\.txt, cost \[\d+\], status \[200\], .*\[tx[0-9a-f]+-/)
})

test('`-vmd5` takes the store at its word about `md5chksum`', async (t) => {
  const bench = await makeBench(t)
  const content = generated(200_000)
  const bucket = await makeBucket([
    { key: 'right', content, metadata: { md5chksum: md5Of(content) } },
    { key: 'wrong', content, metadata: { md5chksum: md5Of(literal('another')) } },
    { key: 'none', content },
  ])
  const items = ['right', 'wrong', 'none'].map((key) =>
    failedItem({ bucket, key, destination: join(bench.dest, key) }, content.sizeBytes),
  )
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, '-vmd5')

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), ['none', 'right'])
  const { succeed, failed, warning } = await bench.readReports()
  const [right = ''] = linesAbout(succeed, join(bench.dest, 'right'))
  assert.ok(right.includes(`, ${md5Of(content)}, obs://`), right)
  assert.match(linesAbout(failed, join(bench.dest, 'wrong')).join(), /VerifyMd5Error/)
  assert.equal(linesAbout(warning, join(bench.dest, 'none')).length, 1)
})

test('`-u` leaves alone what a run has just fetched', async (t) => {
  const bench = await makeBench(t)
  const content = generated(200_000)
  const bucket = await makeBucket([{ key: 'same', content }])
  const destination = join(bench.dest, 'same')
  const taskId = await bench.writeFailureList({
    items: [failedItem({ bucket, key: 'same', destination }, content.sizeBytes)],
  })
  await bench.recover(taskId)

  const run = await bench.recover(taskId, '-u')

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /Skip count:\s+1\b/)
  const { succeed } = await bench.readReports()
  assert.match(succeed.join('\n'), /skip since the source is not changed/)
})

test('with a wrong secret key every item fails with 403, and the new list resumes them all', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'one', content: generated(1000) },
    { key: 'two', content: generated(300_000) },
    { key: 'parts', content: generated(3 * 1024 * 1024) },
  ]
  const bucket = await makeBucket(objects)
  const taskId = await bench.writeFailureList({
    items: objects.map(({ key, content }) =>
      failedItem({ bucket, key, destination: join(bench.dest, key) }, content.sizeBytes),
    ),
  })
  const wrongSecret = 'wrongwrongwrongwrongwrongwrong'
  await bench.configure({ sk: wrongSecret })

  const refused = await bench.recover(taskId, '-threshold=1MB', '-ps=1MB')

  await bench.assertExit(refused, 8)
  assert.deepEqual(await listTree(bench.dest), [])
  assert.deepEqual(await bench.findRemains(), [])
  const { failed, succeed, files } = await bench.readReports()
  assert.equal(failed.length, 3)
  assert.ok(
    failed.every((line) => line.includes(', status [403], ')),
    failed.join('\n'),
  )
  assert.match(linesAbout(failed, join(bench.dest, 'one')).join(), /\[SignatureDoesNotMatch\]/)
  assert.deepEqual(succeed, [])
  const lists = await Promise.all(files.map((name) => readFile(join(bench.out, name), 'utf8')))
  assert.ok(!`${refused.stdout}${refused.stderr}${lists.join('')}`.includes(wrongSecret))

  await bench.configure({})
  const resumed = await bench.recover(bench.newTaskIdOf(refused))

  await bench.assertExit(resumed, 0)
  for (const { key, content } of objects) await assertFileHolds(join(bench.dest, key), content)
})

test('a missing object and a missing bucket fail with 404 and do not hold up the others', async (t) => {
  const bench = await makeBench(t)
  const content = literal('here')
  const bucket = await makeBucket([{ key: 'here', content }])
  const nowhere = `b-${randomUUID()}`
  const taskId = await bench.writeFailureList({
    items: [
      failedItem({ bucket, key: 'gone', destination: join(bench.dest, 'gone') }, 4),
      failedItem({ bucket: nowhere, key: 'here', destination: join(bench.dest, 'nowhere') }, 4),
      // With no size in the list.
      { bucket, key: 'gone too', destination: join(bench.dest, 'gone too') },
      failedItem({ bucket, key: 'here', destination: join(bench.dest, 'here') }, 4),
    ],
  })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), ['here'])
  await assertFileHolds(join(bench.dest, 'here'), content)
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 3)
  const [gone = ''] = linesAbout(failed, join(bench.dest, 'gone'))
  assert.match(gone, /, status \[404\], error code \[NoSuchKey\], .*request id \[tx[0-9a-f]+-/)
  const [lost = ''] = linesAbout(failed, join(bench.dest, 'nowhere'))
  assert.match(lost, /, status \[404\], error code \[NoSuchBucket\], /)
  assert.match(linesAbout(failed, join(bench.dest, 'gone too')).join(), /, status \[404\], /)
})
