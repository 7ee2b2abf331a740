import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createGate, errorAnswer, type Fault, type Rule } from '../support/fault-scripts.ts'
import { startFaultServer } from '../support/fault-server.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { assertNothingLeft, largeBody, PART_FLAGS } from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

const REFUSALS = [
  { status: 503, code: 'SlowDown' },
  { status: 429, code: 'TooManyRequests' },
]
/** What the store answers at a time; it refuses the rest. */
const ADMITTED = 4
const JOBS = 16
const OBJECTS = Array.from({ length: 2 * JOBS }, (_, index) => ({
  key: `object-${index}.bin`,
  body: generated(1000 + index, index),
}))

for (const { status, code } of REFUSALS) {
  test(`cp -recover -j=${JOBS} of a store that admits ${ADMITTED} at a time and answers ${status} otherwise`, async (t) => {
    const bench = await prepareTask(t, {
      objects: OBJECTS,
      listed: 'sized',
      config: { maxRetryCount: 20 },
    })
    bench.server.script.add(refuseAbove(ADMITTED, errorAnswer(status, code)))

    const { code: exitCode, stdout } = await bench.run({ flags: [`-j=${JOBS}`] })

    assert.equal(exitCode, 0, stdout)
    for (const { key, body } of OBJECTS) await assertFileHolds(bench.destinationOf(key), body)
  })

  test(`cp -recover -j=${JOBS} asks for less at a time once it was answered ${status}`, async (t) => {
    const bench = await prepareTask(t, {
      objects: OBJECTS,
      listed: 'sized',
      config: { maxRetryCount: 1 },
    })
    const { script, requests } = bench.server
    const gate = createGate()
    script.add(
      {
        on: { nth: { to: JOBS } },
        do: { ...errorAnswer(status, code), hold: { at: 'head', gate } },
      },
      // Longer than any wait before a first retry: without restraint all jobs would meet here.
      { on: { nth: { to: 2 * JOBS } }, do: { delayMs: 700 } },
    )
    const run = bench.start({ flags: [`-j=${JOBS}`] })
    await requests.arrived({ nth: JOBS })
    gate.open()

    assert.equal((await run.done).code, 0)
    const later = requests.all.slice(JOBS, 2 * JOBS).map(({ concurrency }) => concurrency)
    assert.ok(Math.max(...later) <= JOBS / 2, `at once after the refusals: ${later.join(' ')}`)
  })
}

test('cp -recover gets a large object part by part from a store that answers one request at a time', async (t) => {
  const object = { key: 'large.bin', body: largeBody(1) }
  const bench = await prepareTask(t, { objects: [object], config: { maxRetryCount: 20 } })
  bench.server.script.add(refuseAbove(1, errorAnswer(503, 'SlowDown')))

  const { code, stdout } = await bench.run({ flags: [...PART_FLAGS, '-p=6'] })

  assert.equal(code, 0, stdout)
  await assertFileHolds(bench.destinationOf(object.key), object.body)
  await assertNothingLeft(bench.space)
  assert.match(stdout, /transferred size:58\.59KB\]/)
})

const REQUESTED_WAITS = [
  { name: 'seconds', retryAfter: () => '2', leastMs: 1950 },
  { name: 'a date', retryAfter: () => new Date(Date.now() + 3000).toUTCString(), leastMs: 1900 },
]

for (const { name, retryAfter, leastMs } of REQUESTED_WAITS) {
  test(`cp -recover waits as long as Retry-After says in ${name}, with all requests`, async (t) => {
    const objects = ['a.bin', 'b.bin', 'c.bin'].map((key) => ({ key, body: generated(1000, 1) }))
    const config = { maxRetryCount: 1 }
    const bench = await prepareTask(t, { objects, listed: 'sized', config })
    bench.server.script.add(
      {
        on: { key: 'a.bin', nth: 1 },
        do: () => errorAnswer(503, 'SlowDown', { headers: { 'Retry-After': retryAfter() } }),
      },
      // Answered well after the refusal, also on a machine that is busy, it makes room for the third one.
      { on: { key: 'b.bin' }, do: { delayMs: 1000 } },
    )

    const { code } = await bench.run({ flags: ['-j=2'] })

    assert.equal(code, 0)
    const timeOf = (key: string, nth: number) =>
      bench.server.requests.seen({ key, nth })[0]?.atMs ?? Number.NaN
    const refusedMs = timeOf('a.bin', 1)
    for (const laterMs of [timeOf('a.bin', 2), timeOf('c.bin', 1)]) {
      assert.ok(laterMs - refusedMs >= leastMs, `asked again after ${laterMs - refusedMs} ms`)
    }
  })
}

test('cp -recover with maxRetryCount=0 fails what is refused, with the status and the message', async (t) => {
  const bench = await prepareTask(t, {
    objects: [{ key: 'object.bin', body: generated(1000) }],
    listed: 'sized',
  })
  bench.server.script.add({ on: {}, do: errorAnswer(503, 'SlowDown', { message: 'Please slow' }) })

  const { code } = await bench.run()

  assert.equal(code, 8)
  const { status, code: errorCode, message } = await failureOf(bench.space, 'object.bin')
  assert.deepEqual([status, errorCode, message], [503, 'SlowDown', 'Please slow'])
  assert.equal(bench.server.requests.all.length, 1)
})

test('cp -recover of a store that is away fails every item; the new task id resumes when it is back', async (t) => {
  const objects = ['a.bin', 'b.bin'].map((key) => ({ key, body: generated(1000, 2) }))
  const bench = await prepareTask(t, { objects, config: { maxRetryCount: 1 } })
  await bench.server.close()

  const { code, stdout } = await bench.run()

  assert.equal(code, 8)
  for (const { key } of objects) {
    const { status, code: errorCode, message } = await failureOf(bench.space, key)
    assert.deepEqual([status, errorCode], [0, 'ECONNREFUSED'])
    assert.match(message, /^The connection was refused: .*127\.0\.0\.1:\d+$/)
  }
  const back = await startFaultServer({
    objects: objects.map((object) => ({ bucket: BUCKET, ...object })),
  })
  t.after(() => back.close())
  await bench.space.writeConfig({ endpoint: back.endpoint })
  const taskId = /Task id: (\S{36})/.exec(stdout)?.[1] ?? assert.fail(stdout)
  assert.equal((await bench.run({ taskId })).code, 0)
  for (const { key, body } of objects) await assertFileHolds(bench.destinationOf(key), body)
})

/** Bodies take a moment, so that requests that come together are there together. */
function refuseAbove(count: number, refusal: Fault): Rule {
  return {
    on: {},
    do: ({ concurrency }) => (concurrency > count ? refusal : { drip: SLOW }),
  }
}

/** Every body here is one piece. */
const SLOW = { pieceBytes: 100_000, everyMs: 30 }
