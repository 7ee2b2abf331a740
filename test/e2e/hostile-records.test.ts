/** Part records that somebody forged, or that are too much for any reader. */
import assert from 'node:assert/strict'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { assertFileHolds } from '../support/test-bytes.ts'
import { VICTIM_TEXT } from './support/damage-deeds.ts'
import { FORGERIES } from './support/forged-records.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  rangesAsked,
} from './support/parts.ts'
import { watchPeakMemory } from './support/peak-memory.ts'
import { failureOf, succeededKeys } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'

/** A run of two objects takes some 90 MB; reading one of the records whole would take far more. */
const MOST_MEMORY_BYTES = 300 * 1024 * 1024

test('cp -recover believes nothing of a part record that cannot be proven, in bounded memory:', async (t) => {
  const isRoot = process.getuid?.() === 0
  const forgeries = FORGERIES.filter(({ by }) => by !== 'root' || isRoot)
  const objects = forgeries.map(({ name }, seed) => ({
    key: `${name.replaceAll(/\W+/g, '-')}.bin`,
    body: largeBody(seed),
  }))
  const bench = await prepareTask(t, { objects })
  await killHalfway(
    bench,
    objects.map(({ key }) => key),
  )
  const victim = `${bench.space.root}/victim`
  await writeFile(victim, VICTIM_TEXT)
  // All are looked up first: the tests read what they find as nobody should.
  const records = await Promise.all(objects.map(({ key }) => partRecordOf(bench.space, key)))
  for (const [index, { deed }] of forgeries.entries()) {
    await deed({ record: records[index] ?? assert.fail(), victim })
  }
  const memory = watchPeakMemory(bench.space)

  const { code, stderr } = await bench.run({
    flags: PART_FLAGS,
    env: memory.env,
    // Some records are huge, and other tests run beside.
    timeoutMs: 180_000,
  })

  for (const [index, { name, unproven }] of forgeries.entries()) {
    await t.test(name, async () => {
      const { key, body } = objects[index] ?? assert.fail()
      await assertFileHolds(bench.destinationOf(key), body)
      const fetched = joined([...unproven, { start: 2 * PART_BYTES, end: LARGE_BYTES }])
      assert.deepEqual(joined(rangesAsked(bench, key)), fetched)
    })
  }
  assert.equal(stderr, '')
  assert.equal(code, 0)
  assert.equal(await readFile(victim, 'utf8'), VICTIM_TEXT)
  const peakBytes = await memory.read()
  assert.ok(peakBytes < MOST_MEMORY_BYTES, `the run held ${peakBytes} bytes`)
  await assertNothingLeft(bench.space)
})

test('cp -recover fails the object alone whose part record is a folder, and says so', async (t) => {
  const objects = ['blocked.bin', 'free.bin'].map((key, seed) => ({ key, body: largeBody(seed) }))
  const bench = await prepareTask(t, { objects })
  await killHalfway(bench, ['blocked.bin', 'free.bin'])
  const { path } = await partRecordOf(bench.space, 'blocked.bin')
  await rm(path)
  await mkdir(path)

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  assert.equal(
    (await failureOf(bench.space, 'blocked.bin')).message,
    `Cannot write the part record [${path}]: it is a folder`,
  )
  assert.deepEqual(await succeededKeys(bench.space), ['free.bin'])
})
