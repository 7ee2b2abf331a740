/** `-rounds`: a run that resumes its own failures. */
import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { assertDocumented, parseEvents } from '../support/json-schema.ts'
import { makeBench, type BenchOptions } from './support/bench.ts'

const FAST: BenchOptions = { config: { maxRetryCount: 0, roundPause: 0 } }
const BUSY = errorAnswer(503, 'SlowDown')
const OBJECTS = ['a', 'b', 'c', 'd'].map((key) => ({ key, body: `body of ${key}` }))

/** The ids in the order in which they were shown. */
function newTaskIds(stdout: string): readonly string[] {
  return [...stdout.matchAll(/^Task id: (\S+)$/gm)].map(([, id = '']) => id)
}

/** As many times as this the store is busy when it is asked for the key. */
function busyTimes(key: string, times: number) {
  return Array.from({ length: times }, (_, at) => ({ on: { key, nth: at + 1 }, do: BUSY }))
}

test('rounds go on until nothing is left, and one summary tells of all of them', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1), ...busyTimes('c', 2), ...busyTimes('d', 3))

  const run = await bench.recover(taskId, '-rounds=5')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...OBJECTS)
  assert.equal(run.stderr, '')
  assert.deepEqual(run.stdout.match(/^\d items? failed; round .*$/gm), [
    '3 items failed; round 2 of at most 6 begins in 0s',
    '2 items failed; round 3 of at most 6 begins in 0s',
    '1 item failed; round 4 of at most 6 begins in 0s',
  ])
  assert.equal(run.stdout.match(/^Succeed count:/gm)?.length, 1)
  assert.match(run.stdout, /^Succeed count: {6}4 {9}Failed count: {7}0$/m)
  const ids = newTaskIds(run.stdout)
  assert.equal(new Set(ids).size, 4)
  assert.equal(ids.at(-1), ids.at(-2))
  const { failed, succeed } = await bench.readReports()
  assert.deepEqual([failed.length, succeed.length], [6, 4])
})

test('what is left after the last round can be resumed by the last id', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('c', 1), ...busyTimes('d', 2))

  const run = await bench.recover(taskId, '-rounds=1', '-j=1')

  assert.equal(run.code, 8)
  assert.match(run.stdout, /^Succeed count: {6}3 {9}Failed count: {7}1$/m)
  const [, lastId = ''] = /^To go on: obsutil cp -recover=(\S+) /m.exec(run.stderr) ?? []
  assert.equal(run.stdout.trimEnd().split('\n').at(-1), `Task id: ${lastId}`)
  await bench.assertExit(await bench.recover(lastId), 0)
  await bench.assertArrived(...OBJECTS)
})

test('what is gone is not asked for again, and stays in the list to the end', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  const gone = {
    on: { key: 'b' },
    do: errorAnswer(404, 'NoSuchKey', { message: 'No, [it is], gone' }),
  }
  bench.server.script.add(gone, ...busyTimes('c', 1), ...busyTimes('d', 2))

  const run = await bench.recover(taskId, '-rounds=5')

  assert.equal(run.code, 8)
  assert.match(run.stdout, /^Succeed count: {6}3 {9}Failed count: {7}1$/m)
  assert.doesNotMatch(run.stdout, /round 4/)
  assert.equal(bench.asked('b').length, 1)
  const { failed } = await bench.readReports(newTaskIds(run.stdout).at(-1))
  assert.equal(failed.length, 1)
  assert.match(
    failed[0] ?? '',
    /status \[404\], error code \[NoSuchKey\], error message \[No, \[it is\], gone\]/,
  )
})

test('an object whose file another one has got does not take it in a later round', async (t) => {
  for (const first of ['a', 'b'] as const) {
    const bench = await makeBench(t, FAST)
    bench.put(...OBJECTS)
    const items = OBJECTS.map(bench.itemOf).map((item) =>
      item.key === 'b' ? { ...item, destination: bench.pathOf('a') } : item,
    )
    const taskId = await bench.writeFailureList({ items })
    bench.server.script.add(...busyTimes(first === 'a' ? 'c' : 'a', 1))

    const run = await bench.recover(taskId, '-rounds=3', '-j=1')

    assert.equal(run.code, 8, run.stdout)
    await bench.assertArrived(...OBJECTS.filter(({ key }) => key !== 'b'))
    assert.match(run.stderr, /^ {2}1 {2}DuplicateDestinationError: /m)
    assert.doesNotMatch(run.stderr, /To go on/)
    assert.equal((await bench.recover('last')).code, 2)
    const lastId = newTaskIds(run.stdout).at(-1) ?? ''
    assert.equal((await bench.recover(lastId)).code, 8)
    await bench.assertArrived(...OBJECTS.filter(({ key }) => key !== 'b'))
  }
})

test('a run that was given up has no further round', async (t) => {
  const bench = await makeBench(t, FAST)
  const many = Array.from({ length: 30 }, (_, at) => ({ key: `key-${at}`, body: 'x' }))
  const taskId = await bench.listObjects(...many)
  bench.server.script.add({ on: {}, do: errorAnswer(401, 'InvalidAccessKeyId') })

  const run = await bench.recover(taskId, '-rounds=3', '-j=1')

  assert.equal(run.code, 8)
  assert.doesNotMatch(run.stdout, /round 2/)
})

test('while a run waits for its next round, nobody else takes the task for free', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0, roundPause: 3600 } })
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1))
  const run = bench.start(taskId, '-rounds=1')
  await run.waitForStdout(/^1 item failed; round 2/m)

  const other = await bench.recover('last')
  await run.kill('SIGTERM')
  const later = await bench.recover('last')

  assert.equal(other.code, 2)
  assert.match(other.stderr, /is being resumed just now/)
  await bench.assertExit(later, 0)
  await bench.assertArrived(...OBJECTS)
})

test('when a further round cannot be carried out, what came before is told', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0, roundPause: 1 } })
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1))
  const run = bench.start(taskId, '-rounds=1')

  await run.waitForStdout(/^1 item failed; round 2/m)
  const [id = ''] = newTaskIds((await run.waitForStdout(/^Task id: .+$/m))[0])
  for (const name of await readdir(bench.out)) {
    if (name.includes(`failed`) && name.includes(id)) await rm(join(bench.out, name))
  }
  const { code, stdout } = await run.done

  assert.equal(code, 6)
  assert.match(stdout, /^Succeed count: {6}3 {9}Failed count: {7}1$/m)
})

test('a round that gets nothing done is the last one', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add({ on: { key: 'b' }, do: BUSY })

  const run = await bench.recover(taskId, '-rounds=5')

  assert.equal(run.code, 8)
  assert.equal(bench.asked('b').length, 2)
})

test('-clear deletes the lists of all rounds but what is left', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('c', 1), { on: { key: 'd' }, do: BUSY })

  const run = await bench.recover(taskId, '-rounds=5', '-clear', '-j=1')

  assert.equal(run.code, 8)
  const { failed } = await bench.readReports()
  assert.deepEqual(failed.length, 1)
  assert.equal((await bench.recover(taskId)).code, 2)
})

test('a dry run has one round', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add({ on: { key: 'b' }, do: BUSY })

  const run = await bench.recover(taskId, '-rounds=5', '-dryRun')

  assert.equal(run.code, 8)
  assert.equal(bench.asked('b').length, 1)
})

test('what was asked for in the first round is not asked again', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1))

  const run = await bench.run(bench.words(taskId, '-rounds=1', '-f=false'), {
    stdin: 'y\ny\ny\nn\n',
  })

  await bench.assertExit(run, 0)
  assert.equal(run.stdout.match(/Do you want download key/g)?.length, 4)
  await bench.assertArrived(...OBJECTS.slice(0, 3))
})

test('Ctrl+C in the pause ends the run at once, and leaves the list of the round before', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0, roundPause: 3600 } })
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1))
  const run = bench.start(taskId, '-rounds=1')

  await run.waitForStdout(/^1 item failed; round 2 of at most 2 begins in 1h00m00s$/m)
  const ended = await run.kill('SIGINT')

  assert.equal(ended.code, 9)
  const [, lastId = ''] = /^To go on: obsutil cp -recover=(\S+) /m.exec(ended.stderr) ?? []
  await bench.assertExit(await bench.recover(lastId), 0)
  await bench.assertArrived(...OBJECTS)
})

test('rounds are events with -json', async (t) => {
  const bench = await makeBench(t, FAST)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.script.add(...busyTimes('b', 1))

  const run = await bench.recover(taskId, '-rounds=2', '-json', '-quiet')

  const events = parseEvents(run.stdout)
  await assertDocumented(events)
  assert.deepEqual(
    events.map(({ event }) => event),
    ['run_started', 'item_failed', 'round_ended', 'round_started', 'run_ended'],
  )
  const [start, , roundEnd, roundStart, end] = events
  assert.equal(roundEnd?.['taskId'], start?.['taskId'])
  assert.equal(roundStart?.['resumedTaskId'], start?.['taskId'])
  assert.deepEqual([end?.['taskId'], end?.['rounds']], [roundStart?.['taskId'], 2])
})
