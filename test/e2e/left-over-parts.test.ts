/** Parts of a killed run, of an object that a later run need not or cannot fetch in parts. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import { assertFileHolds } from '../support/test-bytes.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_FLAGS,
} from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'

const OBJECT = { key: 'large.bin', body: largeBody(1) }

test('cp -recover -u of a file that is current by now takes away what a killed run left of it', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  await killHalfway(bench, [OBJECT.key])
  const destination = bench.destinationOf(OBJECT.key)
  await writeFile(destination, OBJECT.body.read({ start: 0, end: LARGE_BYTES }))

  const { code, stdout } = await bench.run({ flags: [...PART_FLAGS, '-u'] })

  assert.equal(code, 0)
  assert.match(stdout, /Skip count: +1$|Skip count: +1\b/m)
  await assertFileHolds(destination, OBJECT.body)
  await assertNothingLeft(bench.space)
})

test('cp -recover -u -dryRun leaves what a killed run left', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  await killHalfway(bench, [OBJECT.key])
  await writeFile(bench.destinationOf(OBJECT.key), OBJECT.body.read({ start: 0, end: LARGE_BYTES }))

  assert.equal((await bench.run({ flags: [...PART_FLAGS, '-u', '-dryRun'] })).code, 0)

  await assert.rejects(assertNothingLeft(bench.space))
})

test('cp -recover of an object whose ETag is gone takes away what a killed run left of it', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  await killHalfway(bench, [OBJECT.key])
  bench.server.script.add({ on: {}, do: { headers: { ETag: null } } })

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  await assertNothingLeft(bench.space)
})
