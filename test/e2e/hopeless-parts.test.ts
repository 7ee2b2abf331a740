/** When no part comes any more, the object is given up; as long as some do, it goes on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findGaps } from '../../src/core/part-plan.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import { assertNothingLeft, partRecordOf, rangesAsked, rangeStart } from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'

const PART_BYTES = 1000
const PARTS = 60
const SIZE = PARTS * PART_BYTES
const OBJECT = { key: 'large.bin', body: generated(SIZE, 1) }
const PARALLELS = 3
const FLAGS = ['-threshold=1', `-ps=${PART_BYTES}`, `-p=${PARALLELS}`]
const RESET = { break: { at: 'head', by: 'reset' } } as const

test('cp -recover gives an object up after 2 x p parts that failed in a row', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { server } = bench
  const broken = 20 * PART_BYTES
  server.script.add({ on: (request) => rangeStart(request) >= broken, do: RESET })

  const { code } = await bench.run({ flags: FLAGS })

  assert.equal(code, 8)
  const failure = await failureOf(bench.space, OBJECT.key)
  assert.match(failure.code ?? '', /^(ECONNRESET|EPIPE)$/)
  const tried = server.requests.seen((request) => rangeStart(request) >= broken).length
  assert.ok(tried >= 2 * PARALLELS, `only ${tried} parts were tried`)
  // A good part that is slow to end makes the count begin anew; without a limit it would be 40.
  assert.ok(tried <= 20, `${tried} parts were tried for nothing`)
  const { ranges } = await partRecordOf(bench.space, OBJECT.key)
  assert.deepEqual(findGaps(SIZE, ranges), [{ start: broken, end: SIZE }])
  server.script.clear()
  server.requests.forget()
  assert.equal((await bench.run({ flags: FLAGS })).code, 0)
  assert.deepEqual(joined(rangesAsked(bench, OBJECT.key)), [{ start: broken, end: SIZE }])
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  await assertNothingLeft(bench.space)
})

test('cp -recover fetches all other parts when every third one fails', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  bench.server.script.add({ on: (request) => isBroken(rangeStart(request)), do: RESET })

  const { code } = await bench.run({ flags: [...FLAGS, '-p=1'] })

  assert.equal(code, 8)
  const { ranges } = await partRecordOf(bench.space, OBJECT.key)
  const all = Array.from({ length: PARTS }, (_, at) => at * PART_BYTES)
  const missing = all.filter(isBroken).map((start) => ({ start, end: start + PART_BYTES }))
  assert.deepEqual(findGaps(SIZE, ranges), missing)
})

/** Every third one, from the second on. */
function isBroken(start: number): boolean {
  return (start / PART_BYTES) % 3 === 1
}
