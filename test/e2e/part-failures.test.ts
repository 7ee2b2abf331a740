import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findGaps } from '../../src/core/part-plan.ts'
import { createGate, stallAt } from '../support/fault-scripts.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  rangesAsked,
  startsAt,
} from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { prepareTask, type TaskBench } from './support/task-bench.ts'

const KEY = 'large.bin'
const BODY = largeBody(9)
const SECOND_PART = { key: KEY, range: startsAt(PART_BYTES) }

const ENDING = [
  { status: 401, config: {} },
  { status: 403, config: {} },
  { status: 404, config: {} },
  { status: 405, config: {} },
  { status: 409, config: {} },
  { status: 500, config: { abortHttpStatusForResumableTasks: '403,500' } },
]

for (const { status, config } of ENDING) {
  const list = config.abortHttpStatusForResumableTasks ?? 'the default'
  test(`cp -recover with abortHttpStatusForResumableTasks=${list}: a part's ${status} ends the others at once`, async (t) => {
    const bench = await prepareTask(t, { objects: [{ key: KEY, body: BODY }], config })
    const { requests, script } = bench.server
    const gate = createGate()
    script.add(
      { on: SECOND_PART, do: { answer: { status, code: 'Wanted' }, hold: { at: 'head', gate } } },
      { on: { method: 'GET' }, do: stallAt(3000) },
    )
    const run = bench.start({ flags: [...PART_FLAGS, '-p=3'] })
    const others = [0, 2 * PART_BYTES].map((start) => ({ key: KEY, range: startsAt(start) }))
    await Promise.all(others.map((other) => requests.arrived(other)))
    gate.open()

    assert.equal((await run.done).code, 8)
    const ends = await Promise.all(others.map((other) => requests.ended(other)))
    assert.deepEqual(
      ends.map(({ ended }) => ended),
      ['by-client', 'by-client'],
    )
    assert.equal(requests.seen({ method: 'GET' }).length, 3)
    const failure = await failureOf(bench.space, KEY)
    assert.deepEqual([failure.status, failure.code], [status, 'Wanted'])
    await assertResumes(bench)
  })
}

const SPARING = [
  { status: 500, config: {} },
  { status: 400, config: {} },
  { status: 404, config: { abortHttpStatusForResumableTasks: '401' } },
]

for (const { status, config } of SPARING) {
  const list = config.abortHttpStatusForResumableTasks ?? 'the default'
  test(`cp -recover with abortHttpStatusForResumableTasks=${list}: after a part's ${status} the others finish`, async (t) => {
    const bench = await prepareTask(t, { objects: [{ key: KEY, body: BODY }], config })
    bench.server.script.add({ on: SECOND_PART, do: { answer: { status, code: 'Wanted' } } })

    assert.equal((await bench.run({ flags: PART_FLAGS })).code, 8)

    const { ranges } = await partRecordOf(bench.space, KEY)
    assert.deepEqual(findGaps(LARGE_BYTES, ranges), [{ start: PART_BYTES, end: 2 * PART_BYTES }])
    await assertResumes(bench)
  })
}

/** Asserts that a run without faults fetches exactly what the record does not tell of. */
async function assertResumes(bench: TaskBench): Promise<void> {
  const { ranges } = await partRecordOf(bench.space, KEY)
  bench.server.script.clear()
  bench.server.requests.forget()
  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)
  assert.deepEqual(joined(rangesAsked(bench, KEY)), findGaps(LARGE_BYTES, ranges))
  await assertFileHolds(bench.destinationOf(KEY), BODY)
  await assertNothingLeft(bench.space)
}
