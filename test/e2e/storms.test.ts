import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createGate,
  errorAnswer,
  type Fault,
  type Gate,
  type Rule,
} from '../support/fault-scripts.ts'
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

for (const { status, code } of REFUSALS) {
  test(`cp -recover -j=${JOBS} of a store that admits ${ADMITTED} at a time and answers ${status} otherwise`, async (t) => {
    const objects = Array.from({ length: 3 * JOBS }, (_, index) => ({
      key: `object-${index}.bin`,
      body: generated(1000 + index, index),
    }))
    const config = { maxRetryCount: 20 }
    const bench = await prepareTask(t, { objects, listed: 'sized', config })
    const { script, requests } = bench.server
    const allJobsAreHere = createGate()
    script.add(refuseAbove(ADMITTED, errorAnswer(status, code), allJobsAreHere))
    const run = bench.start({ flags: [`-j=${JOBS}`] })
    await requests.arrived({ nth: JOBS })
    allJobsAreHere.open()

    const { code: exitCode, stdout } = await run.done
    assert.equal(exitCode, 0, stdout)
    for (const { key, body } of objects) await assertFileHolds(bench.destinationOf(key), body)
    const later = requests.all.slice(JOBS).map(({ concurrency }) => concurrency)
    assert.ok(Math.max(...later) < JOBS, `at once after the refusals: ${later.join(' ')}`)
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
  { name: 'seconds', retryAfter: () => '1', leastMs: 950 },
  { name: 'a date', retryAfter: () => new Date(Date.now() + 2000).toUTCString(), leastMs: 900 },
]

for (const { name, retryAfter, leastMs } of REQUESTED_WAITS) {
  test(`cp -recover waits as long as Retry-After says in ${name}, with all requests`, async (t) => {
    const objects = ['a.bin', 'b.bin'].map((key) => ({ key, body: generated(1000, 1) }))
    const config = { maxRetryCount: 1 }
    const bench = await prepareTask(t, { objects, listed: 'sized', config })
    bench.server.script.add({
      on: { nth: 1 },
      do: () => errorAnswer(503, 'SlowDown', { headers: { 'Retry-After': retryAfter() } }),
    })

    const { code } = await bench.run({ flags: ['-j=1'] })

    assert.equal(code, 0)
    const [refused, again, other] = bench.server.requests.all
    assert.deepEqual([again?.key, other?.key], ['a.bin', 'b.bin'])
    const waitedMs = (again?.atMs ?? 0) - (refused?.atMs ?? 0)
    assert.ok(waitedMs >= leastMs, `it waited for ${waitedMs} ms`)
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

/**
 * Refuses what comes while so many requests are being answered. Nothing is answered before the gate
 * is open, and bodies take a moment, so that requests that come together are there together.
 */
function refuseAbove(count: number, refusal: Fault, gate?: Gate): Rule {
  return {
    on: {},
    do: ({ concurrency }) => ({
      ...(concurrency > count ? refusal : { drip: { pieceBytes: PIECE_BYTES, everyMs: 50 } }),
      ...(gate && { hold: { at: 'head', gate } }),
    }),
  }
}

/** Every body here is one piece. */
const PIECE_BYTES = 100_000
