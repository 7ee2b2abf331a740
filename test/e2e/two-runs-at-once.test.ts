/** Several runs of one task that are started together. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFileHolds } from '../support/test-bytes.ts'
import { assertNothingLeft, killHalfway, largeBody, PART_FLAGS } from './support/parts.ts'
import { readFailures, succeededKeys } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'

const OBJECTS = Array.from({ length: 8 }, (_, seed) => ({
  key: `object-${seed}.bin`,
  body: largeBody(seed),
}))
const RUNS = 4

test('of four runs at once of a task whose run was killed one has each object at a time, and none is spoilt', async (t) => {
  const bench = await prepareTask(t, { objects: OBJECTS })
  const keys = OBJECTS.map(({ key }) => key)
  // Eight dead locks, which all of them want to take over.
  await killHalfway(bench, keys)
  bench.server.script.add({ on: { method: 'GET' }, do: { delayMs: 30 } })

  const runs = Array.from({ length: RUNS }, () => bench.start({ flags: [...PART_FLAGS, '-j=8'] }))
  const ends = await Promise.all(runs.map(({ done }) => done))

  const ids = ends.map(({ stdout }) => /^Task id: (\S+)$/m.exec(stdout)?.[1] ?? assert.fail(stdout))
  for (const id of ids) {
    const failures = await readFailures(bench.space, id)
    const done = await succeededKeys(bench.space, id)
    // Each run accounts for each object once: it has it, or says who does.
    assert.deepEqual([...failures.keys(), ...done].toSorted(), keys)
    for (const { code, message } of failures.values()) assert.equal(code, 'LockedError', message)
  }
  assert.deepEqual([...new Set(await succeededKeys(bench.space))], keys)
  for (const { key, body } of OBJECTS) await assertFileHolds(bench.destinationOf(key), body)
  await assertNothingLeft(bench.space)
})
