/** What the official tool makes of awkward names, each by its number in docs/compatibility.md. */
import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import test from 'node:test'
import { formatFailureList } from '../support/failure-list.ts'
import { listTree } from '../support/workspace.ts'
import { BUCKET, makeBench } from './support/bench.ts'

const TIME = new Date('2024-01-02T03:04:05Z')

const NAMES: readonly (readonly [title: string, keys: readonly string[]])[] = [
  [
    'B1: keys with commas arrive each at its own path',
    ['w/comma,nospace.txt', 'w/comma, in name.txt', 'w/endcomma,', 'w/Z 1, z.txt'],
  ],
  ['B2: a key with an arrow is asked for whole', ['w/arrow --> x.txt']],
  ['B3: a key with a line feed is no lost item', ['w/nl\nline.txt', 'w/two\nline\nfeeds']],
  ['B7: a literal `?versionId=` is part of the key', ['w/q?versionId=fake.txt']],
]

for (const [title, keys] of NAMES) {
  test(title, async (t) => {
    const bench = await makeBench(t)
    const objects = keys.map((key) => ({ key, body: `body of ${key}` }))
    const taskId = await bench.listObjects(...objects)

    const run = await bench.recover(taskId)

    await bench.assertExit(run, 0)
    await bench.assertArrived(...objects)
    assert.equal((await listTree(bench.pathOf('w'))).length, keys.length)
    const asked = bench.server.requests.all.map(({ key, versionId }) => ({ key, versionId }))
    assert.deepEqual(
      asked.toSorted((one, other) => (one.key < other.key ? -1 : 1)),
      keys.toSorted().map((key) => ({ key, versionId: undefined })),
    )
    assert.equal((await bench.readReports()).succeed.length, keys.length)
  })
}

test('B4: a line that was torn in mid-write is named, and the run does not exit 0', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'sound', body: 'sound' }
  bench.put(object, { key: 'torn.bin', body: 'torn' })
  const sound = formatFailureList({ items: [bench.itemOf(object)], time: TIME, by: 'cp' })
  const torn = `2024-01-02T03:04:05Z 4B, obs://${BUCKET}/torn.bin --> ${bench.pathOf('torn')}`
  const taskId = await bench.writeFailureList({ text: `${sound}${torn}` })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  await bench.assertArrived(object)
  assert.deepEqual(await listTree(bench.dest), ['sound'])
  const { warning } = await bench.readReports()
  assert.equal(warning.length, 1)
  assert.ok(warning[0]?.includes(torn), warning[0])
})

test('B6: a key with `..` goes to the path of its line and nowhere else', async (t) => {
  const bench = await makeBench(t)
  const key = 'w/../../evil1.txt'
  bench.put({ key, body: 'content' })
  const item = { bucket: BUCKET, key, destination: bench.pathOf('w/safe.txt'), size: '7B' }
  const taskId = await bench.writeFailureList({ items: [item] })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.equal(await readFile(item.destination, 'utf8'), 'content')
  const files = await listTree(bench.root)
  assert.deepEqual(
    files.filter((path) => path.includes('evil1')),
    [],
  )
})

test('B6: a key that ends with `..` does not climb out of a folder at its destination', async (t) => {
  const bench = await makeBench(t)
  const items = ['a/..', 'a/.'].map((key) => ({
    bucket: BUCKET,
    key,
    destination: bench.pathOf(`deep/folder-${key.length}`),
    size: '7B',
  }))
  for (const { key, destination } of items) {
    bench.put({ key, body: 'content' })
    await mkdir(destination, { recursive: true })
  }
  const taskId = await bench.writeFailureList({ items })
  const before = await listTree(bench.dest)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), before)
  assert.equal((await bench.readReports()).failed.length, 2)
})
