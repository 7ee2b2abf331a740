/** Without `-f` each object is asked for. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { startCli } from '../support/run-cli.ts'
import { listTree } from '../support/workspace.ts'
import { makeBench } from './support/bench.ts'

const KEYS = ['one', 'two', 'three', 'four']
const OBJECTS = KEYS.map((key) => ({ key, body: `body of ${key}` }))

const ANSWERS: readonly (readonly [stdin: string, kept: readonly string[]])[] = [
  ['y\nn\ny\nn\n', ['one', 'three']],
  ['n\n\ny\n\n', ['four', 'three', 'two']],
  ['yes\nno\nj\n1\n', []],
  [' y \r\nn\r\n\r\nn\r\n', ['one', 'three']],
  ['y\ny\n', ['one', 'two']],
  ['n\ny', ['two']],
  ['', []],
]

for (const [stdin, kept] of ANSWERS) {
  const shown = JSON.stringify(stdin)
  test(`the piped answers ${shown} download [${kept.join(', ')}]`, async (t) => {
    const bench = await makeBench(t)
    const taskId = await bench.listObjects(...OBJECTS)

    const run = await bench.run(bench.words(taskId, '-f=false'), {
      stdin,
    })

    await bench.assertExit(run, 0)
    assert.deepEqual(await listTree(bench.dest), kept)
    assert.equal(bench.asked().length, kept.length)
    const { succeed, failed } = await bench.readReports()
    assert.deepEqual([succeed.length, failed], [kept.length, []])
    if (kept.length === 0) assert.match(run.stdout, /^Warn: No task to run$/m)
  })
}

test('the question names key, bucket and path, in the order of the list', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)

  const run = await bench.run(bench.words(taskId, '-f=false'), {
    stdin: 'y\ny\ny\ny\n',
  })

  const questions = run.stdout.split('\n').filter((line) => line.startsWith('Do you want'))
  assert.deepEqual(
    questions,
    KEYS.map(
      (key) =>
        `Do you want download key [${key}] in the bucket [bucket-a] to [${bench.pathOf(key)}] ? Please input (y/n) to confirm:`,
    ),
  )
})

test('what was answered with yes is downloaded while the next question waits', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)
  const run = startCli(bench.words(taskId, '-f=false'), { home: bench.home })

  await run.waitForStdout(/\[one\].*confirm:\n/)
  run.child.stdin.write('y\n')
  await bench.server.requests.ended({ key: 'one' })
  await run.waitForStdout(/\[two\].*confirm:\n/)
  run.child.stdin.end('n\n')

  await bench.assertExit(await run.done, 0)
  assert.deepEqual(await listTree(bench.dest), ['one'])
})

test('nothing is asked about what the filters leave out or what was asked before', async (t) => {
  const bench = await makeBench(t)
  bench.put(...OBJECTS)
  const items = [...OBJECTS, ...OBJECTS].map(bench.itemOf)
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.run(bench.words(taskId, '-f=false', '-exclude=t*'), {
    stdin: 'y\ny\n',
  })

  await bench.assertExit(run, 0)
  assert.equal(run.stdout.match(/Do you want download key/g)?.length, 2)
  assert.deepEqual(await listTree(bench.dest), ['four', 'one'])
})

test('nothing is asked about what `-timeRange` leaves out', async (t) => {
  const bench = await makeBench(t)
  const [old, ...others] = OBJECTS
  assert.ok(old)
  const taskId = await bench.listObjects(
    { ...old, lastModified: new Date('2020-01-01T00:00:00Z') },
    ...others,
  )

  const run = await bench.run(bench.words(taskId, '-f=false', '-timeRange=2021-*'), {
    stdin: 'n\ny\nn\n',
  })

  await bench.assertExit(run, 0)
  assert.equal(run.stdout.match(/Do you want download key/g)?.length, 3)
  assert.deepEqual(await listTree(bench.dest), ['three'])
})

test('with `-f` nothing is asked and the input is not read', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)
  // The input stays open: a run that read it would never end.
  const run = bench.start(taskId)

  const result = await run.done

  await bench.assertExit(result, 0)
  assert.doesNotMatch(result.stdout, /Do you want/)
  await bench.assertArrived(...OBJECTS)
})

test('a folder is made without a question', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'folder/', body: '' }, ...OBJECTS.slice(0, 1))

  const run = await bench.run(bench.words(taskId, '-f=false'), { stdin: 'y\n' })

  await bench.assertExit(run, 0)
  assert.equal(run.stdout.match(/Do you want/g)?.length, 1)
  assert.deepEqual(await listTree(bench.dest), ['folder/', 'one'])
})
