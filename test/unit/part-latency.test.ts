/** What a download in parts takes for the time that the store needs to answer. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { rangeLength } from '../../src/core/byte-range.ts'
import { setUpParts } from './support/parts-run.ts'

const MIB = 1024 * 1024
const ANSWER_MS = 20
const BYTES_PER_MS = 50_000
const OBJECT = Buffer.alloc(128 * MIB)

test('parts become as small as the store is quick, however long requests wait for a place of ours', async () => {
  let nowMs = 0
  /** Time passes when everybody has done what there was to do. */
  const pass = async (ms: number) => {
    await setImmediate()
    nowMs += ms
  }
  const clock = { now: () => nowMs, random: () => 0, sleep: () => Promise.resolve() }
  const run = setUpParts({
    bytes: OBJECT,
    missing: [{ start: 0, end: OBJECT.length }],
    partSizeBytes: 32 * MIB,
    partSize: 'auto',
    parallels: 2,
    places: 1,
    clock,
  })
  const sizes: number[] = []
  run.hooks.get = async ({ range = assert.fail() }, sink) => {
    sizes.push(rangeLength(range))
    await pass(ANSWER_MS)
    await sink.begin(run.head)
    await pass(rangeLength(range) / BYTES_PER_MS)
    await sink.write(OBJECT.subarray(range.start, range.end))
  }
  // The download of another object has the only place for a while.
  const giveBack = await run.pace.admit(new AbortController().signal)
  const fetching = run.fetch()
  await pass(5000)
  giveBack()
  await fetching

  assert.equal(Math.max(...sizes), 32 * MIB)
  // Four times the wait of 20 ms, at 50 MB/s.
  assert.equal(
    Math.min(...sizes),
    4 * MIB,
    `parts of ${sizes.map((size) => size / MIB).join(', ')}`,
  )
})
