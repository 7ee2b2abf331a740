/** Trouble on the disk that a later run, or nobody at all, has to mind. */
import assert from 'node:assert/strict'
import { chmod, mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { runAsNobody } from './support/as-nobody.ts'
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
import { failureOf, readFailures, succeededKeys } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'

const OBJECT = { key: 'large.bin', body: largeBody(1) }

test('cp -recover that may not open the temp file keeps it with its record until it may', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { server, space } = bench
  await killHalfway(bench, [OBJECT.key])
  const before = await partRecordOf(space, OBJECT.key)
  const { tempFile } = before.header
  await chmod(tempFile, 0)
  const words = ['cp', `-recover=${bench.taskId}`, '-f', `-o=${space.out}`, `-cpd=${space.cpd}`]
  words.push(`-tempFileDir=${space.tmp}`, ...PART_FLAGS)

  const first = await runAsNobody(t, space, words)
  if (first === undefined) return

  assert.equal(first.code, 8)
  const failure = await failureOf(space, OBJECT.key)
  assert.equal(failure.code, 'EACCES')
  assert.equal(failure.message, `Cannot open the temp file [${tempFile}]: permission denied`)
  assert.deepEqual(rangesAsked(bench, OBJECT.key), [])
  assert.deepEqual(await partRecordOf(space, OBJECT.key), before)
  assert.equal((await stat(tempFile)).size, LARGE_BYTES)
  await chmod(tempFile, 0o600)
  assert.equal((await runAsNobody(t, space, words))?.code, 0)
  const missing = [{ start: 2 * PART_BYTES, end: LARGE_BYTES }]
  assert.deepEqual(joined(rangesAsked(bench, OBJECT.key)), missing)
  assert.equal(server.requests.seen({ method: 'HEAD' }).length, 2)
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  await assertNothingLeft(space)
})

test('cp -recover delivers an object though its part record cannot be removed', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { server, space } = bench
  const gate = createGate()
  server.script.add({ on: { method: 'GET' }, do: { hold: { at: 'head', gate } } })
  const run = bench.start({ flags: PART_FLAGS })
  await server.requests.arrived({ method: 'GET' })
  const record = (await partRecordOf(space, OBJECT.key)).path
  await rm(record)
  await mkdir(join(record, 'not-empty'), { recursive: true })
  gate.open()

  const { code, stderr } = await run.done

  assert.equal(code, 0)
  assert.equal(stderr, '')
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  assert.deepEqual(await succeededKeys(space), [OBJECT.key])
  assert.equal((await readFailures(space)).size, 0)
  await rm(record, { recursive: true })
  await assertNothingLeft(space)
})
