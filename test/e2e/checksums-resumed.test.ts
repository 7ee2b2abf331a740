/** The store's checksums of an object, part of which an earlier run brought. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import test, { type TestContext } from 'node:test'
import type { Rule } from '../support/fault-scripts.ts'
import { assertFileHolds, type ByteSource } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  rangesAsked,
  startsAt,
} from './support/parts.ts'
import { corruptAt, said, SAYINGS, type Saying } from './support/sayings.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

for (const [name, say] of SAYINGS) {
  test(`parts of a killed run count in the ${name} of the whole`, async (t) => {
    const body = largeBody(1)
    const bench = await killedTask(t, body, say(body))

    const { code } = await bench.run({ flags: PART_FLAGS })

    assert.equal(code, 0)
    assert.deepEqual(joined(rangesAsked(bench, 'large')), [
      { start: 2 * PART_BYTES, end: LARGE_BYTES },
    ])
    await assertFileHolds(bench.destinationOf('large'), body)
    await assertNothingLeft(bench.space)
  })

  test(`a part of a killed run that came wrong is found by the ${name} of the whole`, async (t) => {
    const body = largeBody(1)
    const wrong = { on: { method: 'GET', range: startsAt(0) }, do: corruptAt(5) }
    const bench = await killedTask(t, body, { ...say(body), wrong })

    const { code } = await bench.run({ flags: [...PART_FLAGS, '-p=1'] })

    assert.equal(code, 0)
    const starts = bench.server.requests.seen({ method: 'GET' }).map(({ range = '' }) => range)
    assert.equal(starts.length, 4 + 6, 'what was missing, then everything')
    assert.equal(starts[4], `bytes=0-${PART_BYTES - 1}`)
    await assertFileHolds(bench.destinationOf('large'), body)
    await assertNothingLeft(bench.space)
  })
}

test('a file that fails its check in parts twice leaves neither temp file nor record', async (t) => {
  const body = largeBody(1)
  const bench = await killedTask(t, body, said('x-obs-hash-crc64ecma', '1'))
  await writeFile(bench.destinationOf('large'), 'the old file')

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  assert.deepEqual(await listTree(bench.space.dest), ['large'])
  assert.equal(await readFile(bench.destinationOf('large'), 'utf8'), 'the old file')
  await assertNothingLeft(bench.space)
})

/** A task with one object that was killed when its first two parts were recorded. */
async function killedTask(
  t: TestContext,
  body: ByteSource,
  { wrong, ...saying }: Saying & { readonly wrong?: Rule },
): Promise<TaskBench> {
  const bench = await prepareTask(t, { objects: [{ key: 'large', body }] })
  bench.server.objects.put({ bucket: BUCKET, key: 'large', body, ...saying })
  if (wrong !== undefined) bench.server.script.add(wrong)
  await killHalfway(bench, ['large'])
  return bench
}
