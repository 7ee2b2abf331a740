import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { findGaps } from '../../src/core/part-plan.ts'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import type { CliResult, CliRun } from '../support/run-cli.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  holdPartsFrom,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  partRecordOf,
  partsRecorded,
  rangesAsked,
  tempHolds,
} from './support/parts.ts'
import { readFailures, succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'
import { until } from './support/until.ts'

/** Done, on its way below and above the threshold, and not begun when the signal comes. */
const DONE = { key: 'a-done.bin', body: generated(4000, 1) }
const SMALL = { key: 'b-small.bin', body: generated(5000, 2) }
const LARGE = { key: 'c-large.bin', body: largeBody(3) }
const WAITING = Array.from({ length: 20 }, (_, index) => ({
  key: `d-waiting-${index}.bin`,
  body: generated(100 + index, index),
}))
const OBJECTS = [DONE, SMALL, LARGE, ...WAITING]
const FLAGS = ['-j=2', '-p=2', '-threshold=50000', `-ps=${PART_BYTES}`]
/** Of each of the two parts that are on their way. */
const HELD_BYTES = 3000
/** So many items that writing them down takes far longer than sending a signal. */
const MANY = 60_000

const RESUMES = [
  { signal: 'SIGINT', by: 'new' },
  { signal: 'SIGTERM', by: 'new' },
  { signal: 'SIGHUP', by: 'new' },
  { signal: 'SIGINT', by: 'old' },
] as const

for (const { signal, by } of RESUMES) {
  test(`cp -recover ended by ${signal} writes down what is left; the ${by} task id resumes it`, async (t) => {
    const bench = await prepareTask(t, { objects: OBJECTS, listed: 'sized' })
    const { space, server } = bench
    const interrupted = await interruptHalfway(bench, signal)

    assert.equal(interrupted.code, 9)
    const newTaskId = taskIdOf(interrupted)
    const left = [SMALL, LARGE, ...WAITING]
    await assertInterrupted(bench, newTaskId, left)
    assert.deepEqual(await succeededKeys(space, newTaskId), [DONE.key])
    assert.deepEqual(await readdir(space.dest), [DONE.key])
    const { ranges } = await partRecordOf(space, LARGE.key)
    const missing = [
      { start: 2 * PART_BYTES + HELD_BYTES, end: 3 * PART_BYTES },
      { start: 3 * PART_BYTES + HELD_BYTES, end: LARGE_BYTES },
    ]
    assert.deepEqual(findGaps(LARGE_BYTES, ranges), missing)

    const taskId = by === 'new' ? newTaskId : bench.taskId
    const resumed = await bench.run({ flags: FLAGS, taskId })
    assert.equal(resumed.code, 0)
    assert.deepEqual(joined(rangesAsked(bench, LARGE.key)), missing)
    assert.equal(server.requests.seen({ key: DONE.key }).length, by === 'new' ? 0 : 1)
    for (const { key, body } of OBJECTS) await assertFileHolds(bench.destinationOf(key), body)
    await assertNothingLeft(space)
    assert.match(resumed.stdout, new RegExp(`Succeed count: +${by === 'new' ? 22 : 23} +Failed`))
  })
}

test('cp -recover ended by SIGINT while it waits for Retry-After ends at once', async (t) => {
  const bench = await prepareTask(t, {
    objects: [DONE, SMALL],
    listed: 'sized',
    config: { maxRetryCount: 5 },
  })
  const later = errorAnswer(503, 'SlowDown', { headers: { 'Retry-After': '100' } })
  bench.server.script.add({ on: { key: DONE.key }, do: later })
  const run = bench.start({ flags: ['-j=1'] })
  await bench.server.requests.ended({ key: DONE.key })

  assert.equal((await run.kill('SIGINT')).code, 9)
  await assertInterrupted(bench, undefined, [DONE, SMALL])
  assert.equal(bench.server.requests.all.length, 1)
})

test('cp -recover ended by SIGINT while HEADs are on their way writes all items down', async (t) => {
  const bench = await prepareTask(t, { objects: OBJECTS })
  bench.server.script.add({ on: {}, do: stallAt('head') })
  const run = bench.start({ flags: FLAGS })
  await bench.server.requests.arrived({ nth: 2 })

  assert.equal((await run.kill('SIGINT')).code, 9)
  await assertInterrupted(bench, undefined, OBJECTS)
  assert.equal(bench.server.requests.all.length, 2)
  await assertNothingLeft(bench.space)
})

test('cp -recover ended by SIGINT while a question waits fetches nothing more', async (t) => {
  const bench = await prepareTask(t, { objects: [DONE, SMALL, LARGE], listed: 'sized' })
  const run = bench.startAsking()
  await run.waitForStdout(/download key \[a-done\.bin\]/)
  run.child.stdin.write('y\n')
  await run.waitForStdout(/download key \[b-small\.bin\]/)
  await bench.server.requests.ended({ key: DONE.key })
  await until('the first object is in place', async () => {
    return (await readdir(bench.space.dest)).includes(DONE.key)
  })

  const result = await run.kill('SIGINT')
  assert.equal(result.code, 9)
  assert.doesNotMatch(result.stdout, /c-large/)
  await assertInterrupted(bench, taskIdOf(result), [SMALL, LARGE])
  assert.deepEqual(await succeededKeys(bench.space), [DONE.key])
  assert.equal(bench.server.requests.all.length, 1)
})

test('cp -recover ended by a second signal does not go on writing its list', async (t) => {
  const { bench, run } = await startManyItems(t)

  run.child.kill('SIGINT')
  await run.waitForStderr(/a second signal ends at once/)
  const { code, stdout } = await run.kill('SIGTERM')

  assert.equal(code, 9)
  assert.doesNotMatch(stdout, /Failed count/)
  assert.ok((await bench.space.readReports()).failed.length < MANY)
})

test('cp -recover whose one signal comes twice, as npm passes it on, still writes its whole list', async (t) => {
  const { bench, run } = await startManyItems(t)

  run.child.kill('SIGINT')
  run.child.kill('SIGINT')
  const { code } = await run.done

  assert.equal(code, 9)
  assert.equal((await bench.space.readReports()).failed.length, MANY)
})

test('cp -recover that a disk without an answer keeps from ending is ended by a third signal', async (t) => {
  const { run } = await startManyItems(t, { NODE_OPTIONS: `--import=${await stuckFile(t)}` })

  run.child.kill('SIGINT')
  await run.waitForStderr(/a second signal ends at once/)
  run.child.kill('SIGTERM')
  await run.waitForStderr(/the end has begun/)
  const { signal } = await run.kill('SIGINT')

  assert.equal(signal, 'SIGINT')
})

/** A module that opens what never opens, as a file on a server that is away does, and tells of the end. */
async function stuckFile(t: TestContext): Promise<string> {
  const folder = await makeTempFolder(t)
  const pipe = join(folder, 'pipe')
  await promisify(execFile)('mkfifo', [pipe])
  const text = `import { open, writeSync } from 'node:fs'
    open(${JSON.stringify(pipe)}, 'r', () => {})
    process.on('exit', () => writeSync(2, 'the end has begun'))`
  const module = join(folder, 'stuck.mjs')
  await writeFile(module, text)
  return module
}

/** A run over a long list that waits for the answer to its first request. */
async function startManyItems(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly bench: TaskBench; readonly run: CliRun }> {
  const bench = await prepareTask(t, { objects: [DONE] })
  const items = Array.from({ length: MANY }, (_, index) => ({
    bucket: BUCKET,
    key: `${index}`,
    destination: bench.destinationOf(`${index}`),
    size: '10B',
  }))
  const taskId = await bench.space.writeFailureList({ items })
  bench.server.script.add({ on: {}, do: stallAt('head') })
  const run = bench.start({ taskId, flags: ['-j=1'], env })
  await bench.server.requests.arrived({})
  return { bench, run }
}

/** Sends the signal once the first object is done, and the next two have brought what they will. */
async function interruptHalfway(bench: TaskBench, signal: NodeJS.Signals): Promise<CliResult> {
  const { server, space } = bench
  server.script.add(
    { on: { key: SMALL.key }, do: stallAt(1000) },
    holdPartsFrom(2 * PART_BYTES, HELD_BYTES),
  )
  const run = bench.start({ flags: FLAGS })
  await server.requests.arrived({ key: SMALL.key })
  await partsRecorded(space, [LARGE.key], 2)
  for (const start of [2 * PART_BYTES, 3 * PART_BYTES]) {
    await tempHolds(space, LARGE, { start, end: start + HELD_BYTES })
  }
  const result = await run.kill(signal)
  assert.equal(server.requests.seen({ key: /^d-/ }).length, 0)
  server.script.clear()
  server.requests.forget()
  return result
}

function taskIdOf({ stdout }: CliResult): string {
  return /\nTask id: (\S{36})\n/.exec(stdout)?.[1] ?? assert.fail(stdout)
}

async function assertInterrupted(
  bench: TaskBench,
  taskId: string | undefined,
  objects: readonly { readonly key: string }[],
): Promise<void> {
  const failures = await readFailures(bench.space, taskId)
  assert.deepEqual([...failures.keys()].toSorted(), objects.map(({ key }) => key).toSorted())
  for (const { code, message } of failures.values()) {
    assert.deepEqual([code, message], ['InterruptedError', 'Task is interrupted'])
  }
}
