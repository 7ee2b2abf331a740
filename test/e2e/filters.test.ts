/** `-include`, `-exclude`, `-timeRange` and `-mf`. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { listTree } from '../support/workspace.ts'
import { makeBench } from './support/bench.ts'

const KEYS = ['a.jpg', 'a.tmp', 'dir/b.jpg', 'dir/b.tmp', 'dir/sub/c.jpg', 'dir/']

const CASES: readonly (readonly [flags: readonly string[], kept: readonly string[]])[] = [
  [['-include=*.jpg'], ['a.jpg', 'dir/', 'dir/b.jpg', 'dir/sub/c.jpg']],
  [
    ['-include=*.jpg', '-mf'],
    ['a.jpg', 'dir/b.jpg', 'dir/sub/c.jpg'],
  ],
  [
    ['-include=a.jpg', '-include=*/c.jpg', '-mf'],
    ['a.jpg', 'dir/sub/c.jpg'],
  ],
  [['-exclude=*.tmp'], ['a.jpg', 'dir/', 'dir/b.jpg', 'dir/sub/c.jpg']],
  [['-exclude=*.tmp', '-exclude=dir/*', '-mf'], ['a.jpg']],
  [
    ['-include=*', '-exclude=*.jpg'],
    ['a.tmp', 'dir/', 'dir/b.tmp'],
  ],
  [['-include=?.jpg', '-mf'], ['a.jpg']],
  [['-include=jpg', '-mf'], []],
  [['-include=b.jpg', '-mf'], []],
  [['-include=dir/**/c.jpg', '-mf'], ['dir/sub/c.jpg']],
  [['-include=dir/{b,c}.jpg', '-mf'], []],
  [['-include=[a-z].jpg', '-mf'], []],
  [['-exclude=!(a.jpg)'], ['a.jpg', 'a.tmp', 'dir/', 'dir/b.jpg', 'dir/b.tmp', 'dir/sub/c.jpg']],
]

for (const [flags, kept] of CASES) {
  test(`\`${flags.join(' ')}\` keeps [${kept.join(', ')}]`, async (t) => {
    const bench = await makeBench(t)
    const taskId = await bench.listObjects(...KEYS.map((key) => ({ key, body: bodyOf(key) })))

    const run = await bench.recover(taskId, ...flags)

    await bench.assertExit(run, 0)
    const arrived = (await listTree(bench.dest)).filter((path) => KEYS.includes(path))
    const isImplied = kept.some((key) => key.startsWith('dir/'))
    assert.deepEqual(
      arrived.filter((path) => path !== 'dir/' || kept.includes(path)),
      kept,
    )
    assert.equal(arrived.includes('dir/'), isImplied)
    assert.deepEqual(
      bench.server.requests.all.map(({ key }) => key).toSorted(),
      kept.filter((key) => !key.endsWith('/')),
      'what is left out is not asked for',
    )
    const { succeed, failed } = await bench.readReports()
    assert.deepEqual([succeed.length, failed], [kept.length, []])
  })
}

test('a filter that leaves nothing is `No task to run`, and no list is written', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'x' })

  const run = await bench.recover(taskId, '-exclude=*')

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /^Warn: No task to run\nSucceed bytes: +0B$/m)
  assert.deepEqual(bench.asked(), [])
  assert.equal((await bench.readReports()).files.length, 1)
})

test('keys with characters of patterns are matched by their own escapes', async (t) => {
  const bench = await makeBench(t)
  const keys = ['star*', 'starry', 'question?', 'questions', 'back\\slash', '#hash', '!bang']
  const taskId = await bench.listObjects(...keys.map((key) => ({ key, body: 'x' })))

  const run = await bench.recover(
    taskId,
    String.raw`-include=star\*`,
    String.raw`-include=question\?`,
    String.raw`-include=back\slash`,
    '-include=#hash',
    '-include=!bang',
  )

  await bench.assertExit(run, 0)
  assert.deepEqual(await listTree(bench.dest), [
    '!bang',
    '#hash',
    'back\\slash',
    'question?',
    'star*',
  ])
})

const TIMES = {
  'in-2023': new Date('2023-12-31T23:59:59Z'),
  'new-year': new Date('2024-01-01T00:00:00Z'),
  'in-may': new Date('2024-05-06T07:08:09Z'),
  'in-june': new Date('2024-06-01T00:00:00Z'),
} as const

const RANGES: readonly (readonly [range: string, kept: readonly string[]])[] = [
  ['2024-*', ['in-june', 'in-may', 'new-year']],
  ['*-20231231235959', ['in-2023']],
  ['2024-202406', ['in-june', 'in-may', 'new-year']],
  ['20240506070809-20240506070809', ['in-may']],
  ['202401010000-2024053123', ['in-may', 'new-year']],
  ['*-*', ['in-2023', 'in-june', 'in-may', 'new-year']],
]

for (const [range, kept] of RANGES) {
  test(`\`-timeRange=${range}\` keeps [${kept.join(', ')}]`, async (t) => {
    const bench = await makeBench(t)
    const objects = Object.entries(TIMES).map(([key, lastModified]) => {
      return { key, body: 'x', lastModified }
    })
    const taskId = await bench.listObjects(...objects)

    const run = await bench.recover(taskId, `-timeRange=${range}`)

    await bench.assertExit(run, 0)
    assert.deepEqual(await listTree(bench.dest), kept)
    assert.equal(bench.server.requests.seen({ method: 'GET' }).length, kept.length)
    const { succeed, failed } = await bench.readReports()
    assert.deepEqual([succeed.length, failed], [kept.length, []])
    assert.ok(run.stdout.includes(`\nTimeRange:     ${range}\n`), run.stdout)
  })
}

test('`-timeRange` applies to folders only with `-mf`', async (t) => {
  const bench = await makeBench(t)
  const folder = { key: 'folder/', body: '', lastModified: TIMES['in-2023'] }
  const taskId = await bench.listObjects(folder)

  await bench.assertExit(await bench.recover(taskId, '-timeRange=2024-*', '-mf'), 0)
  assert.deepEqual(await listTree(bench.dest), [])
  assert.deepEqual(bench.asked(), ['HEAD'])

  await bench.assertExit(await bench.recover(taskId, '-timeRange=2024-*'), 0)
  assert.deepEqual(await listTree(bench.dest), ['folder/'])
  assert.deepEqual(bench.asked(), ['HEAD'])
})

test('an object whose time cannot be asked for is a failure, not left out', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'gone', body: 'x' })
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })

  const run = await bench.recover(taskId, '-timeRange=2024-*')

  await bench.assertExit(run, 8)
  assert.equal((await bench.readReports()).failed.length, 1)
})

test('the header shows the filters that are given, and no others', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'x' })

  const run = await bench.recover(taskId, '-exclude=*.tmp', '-include=*', '-timeRange=2020-*')

  await bench.assertExit(run, 0)
  assert.match(
    run.stdout,
    /^Exclude: +\*\.tmp\nInclude: +\*\nTimeRange: +2020-\*\nCheckpointDir: /m,
  )
  const plain = await bench.recover(taskId)
  assert.doesNotMatch(plain.stdout, /^(?:Exclude|Include|TimeRange):/m)
})

/** Nothing for a folder, else the key itself. */
function bodyOf(key: string): string {
  return key.endsWith('/') ? '' : key
}
