/** `-json` and `-quiet`: what a script sees of a run. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import {
  assertDocumented,
  parseEvents,
  readDocumentedKinds,
  type JsonEvent,
} from '../support/json-schema.ts'
import { generated } from '../support/test-bytes.ts'
import { BUCKET, makeBench } from './support/bench.ts'

function ofKind(events: readonly JsonEvent[], kind: string): readonly JsonEvent[] {
  return events.filter(({ event }) => event === kind)
}

function without(event: JsonEvent | undefined, ...names: readonly string[]): JsonEvent {
  return Object.fromEntries(Object.entries(event ?? {}).filter(([name]) => !names.includes(name)))
}

/** The values of these fields. */
function pick(event: JsonEvent | undefined, ...names: readonly string[]): readonly unknown[] {
  return names.map((name) => event?.[name])
}

test('-json prints one documented object a line, from start to end, and nothing else', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const large = { key: 'large 对象', body: generated(2_097_152) }
  const taskId = await bench.listObjects(
    { key: 'small', body: 'x'.repeat(100) },
    large,
    { key: 'gone', body: 'y' },
    { key: 'left out', body: 'z' },
  )
  bench.server.script.add({ on: { key: 'gone' }, do: errorAnswer(404, 'NoSuchKey') })

  const flags = ['-threshold=1MB', '-ps=512KB', '-j=1', '-vmd5', '-exclude=left*', '-json']
  const run = await bench.recover(taskId, ...flags)

  assert.equal(run.code, 8, run.stderr)
  assert.equal(run.stderr, '')
  const events = parseEvents(run.stdout)
  await assertDocumented(events)
  const [start] = events
  const end = events.at(-1)
  const newTaskId = String(start?.['taskId'])
  assert.deepEqual(pick(start, 'event', 'resumedTaskId', 'partSizeBytes', 'exclude'), [
    'run_started',
    taskId,
    524_288,
    ['left*'],
  ])
  assert.ok(events.every((event) => event['taskId'] === newTaskId && event['version'] === 1))
  const done = ofKind(events, 'item_done').map((event) => [event['key'], event['fetchedBytes']])
  assert.deepEqual(done, [
    ['small', 100],
    ['large 对象', 2_097_152],
  ])
  assert.deepEqual(
    ofKind(events, 'item_failed').map((event) => without(event, 'time', 'costMs', 'requestId')),
    [
      {
        version: 1,
        event: 'item_failed',
        taskId: newTaskId,
        bucket: BUCKET,
        key: 'gone',
        versionId: null,
        destination: bench.pathOf('gone'),
        sizeBytes: 1,
        status: 404,
        code: 'NoSuchKey',
        message: ofKind(events, 'item_failed')[0]?.['message'],
        advice: 'it is gone, and no further run will get it',
      },
    ],
  )
  // No object has an md5chksum here, so that each of them is a warning.
  assert.equal(ofKind(events, 'warning').length, 2)
  const progress = ofKind(events, 'progress').at(-1)
  assert.deepEqual(pick(progress, 'itemsDone', 'itemsFailed', 'itemsTotal'), [2, 1, 3])
  assert.deepEqual(pick(end, 'event', 'exitCode', 'succeeded', 'failed', 'leftOut'), [
    'run_ended',
    8,
    2,
    1,
    1,
  ])
  assert.match(String(end?.['resumeCommand']), new RegExp(`^obsutil cp -recover=${newTaskId} `))
  const { lists } = end ?? {}
  assert.ok(typeof lists === 'object' && lists !== null && 'failed' in lists)
  assert.match(await readFile(String(lists.failed), 'utf8'), /NoSuchKey/)
})

test('-json -quiet has the start, the failures and the end', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'a', body: 'x' }, { key: 'b', body: 'y' })
  bench.server.script.add({ on: { key: 'b' }, do: errorAnswer(403, 'AccessDenied') })

  const run = await bench.recover(taskId, '-json', '-quiet')

  assert.deepEqual([run.code, run.stderr], [8, ''])
  const kinds = parseEvents(run.stdout).map(({ event }) => event)
  assert.deepEqual(kinds, ['run_started', 'item_failed', 'run_ended'])
})

test('-quiet says nothing on stdout; what failed is on stderr', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'a', body: 'x' }, { key: 'b', body: 'y' })
  const refusal = { on: { key: 'b' }, do: errorAnswer(403, 'AccessDenied') }
  bench.server.script.add(refusal)

  const failing = await bench.recover(taskId, '-quiet')
  bench.server.script.clear()
  const good = await bench.recover(taskId, '-quiet')

  assert.deepEqual([failing.code, failing.stdout], [8, ''])
  assert.match(failing.stderr, /^\n1 item failed:\n {2}1 {2}403 AccessDenied/)
  assert.match(failing.stderr, /^To go on: obsutil cp -recover=[0-9a-f-]{36} .*-quiet/m)
  assert.deepEqual([good.code, good.stdout, good.stderr], [0, '', ''])
})

test('an interrupted run ends its lines properly, and tells what is left', async (t) => {
  const bench = await makeBench(t, { latencyMs: 60_000 })
  const taskId = await bench.listObjects({ key: 'a', body: 'x' }, { key: 'b', body: 'y' })
  const run = bench.start(taskId, '-json')

  await run.waitForStdout(/"run_started"/)
  await bench.server.requests.arrived({ key: 'b' })
  const { code, stdout } = await run.kill('SIGTERM')

  assert.equal(code, 9)
  const events = parseEvents(stdout)
  await assertDocumented(events)
  const failed = ofKind(events, 'item_failed').map((event) => event['code'])
  assert.deepEqual(failed, ['InterruptedError', 'InterruptedError'])
  const end = events.at(-1)
  assert.deepEqual(pick(end, 'event', 'interrupted', 'failed'), ['run_ended', true, 2])
})

for (const [what, flags, expected] of [
  ['a mistyped flag', ['-jobs=3'], [3, 'usage']],
  ['a list folder that is not there', ['-o=/nowhere/at/all'], [2, 'no-task']],
] as const) {
  test(`${what} is one object with -json, and an error for people on stderr`, async (t) => {
    const bench = await makeBench(t)
    const taskId = await bench.listObjects({ key: 'a', body: 'x' })

    const run = await bench.recover(taskId, '-json', ...flags)

    const events = parseEvents(run.stdout)
    await assertDocumented(events)
    assert.deepEqual([run.code, events[0]?.['fault']], expected)
    assert.deepEqual([events.length, events[0]?.['exitCode']], [1, run.code])
    assert.equal(run.stderr.split('\n')[0], `Error: ${String(events[0]?.['message'])}`)
  })
}

test('the questions of a run with -json are asked on stderr', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'a', body: 'x' }, { key: 'b', body: 'y' })
  const words = bench.words(taskId, '-json', '-f=false')

  const run = await bench.run(words, { stdin: 'y\nn\n' })

  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stderr.match(/Do you want download key/g)?.length, 2)
  const events = parseEvents(run.stdout)
  assert.deepEqual([events.at(-1)?.['succeeded'], events.at(-1)?.['leftOut']], [1, 1])
})

test('a dry run tells what it would download', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'a', body: 'xyz' })

  const run = await bench.recover(taskId, '-json', '-dryRun')

  const events = parseEvents(run.stdout)
  await assertDocumented(events)
  const [done] = ofKind(events, 'item_done')
  assert.deepEqual(pick(done, 'result', 'sizeBytes'), ['would-download', 3])
  const { plan } = events.at(-1) ?? {}
  assert.ok(typeof plan === 'object' && plan !== null && 'items' in plan && 'missingBytes' in plan)
  assert.deepEqual([plan.items, plan.missingBytes], [1, 3])
})

test('docs/json.md tells of the events that there are', async () => {
  const kinds = [...(await readDocumentedKinds()).keys()]
  const known = ['run_started', 'item_done', 'item_failed', 'warning', 'progress']
  assert.deepEqual(kinds, [...known, 'round_ended', 'round_started', 'run_ended', 'run_failed'])
})
