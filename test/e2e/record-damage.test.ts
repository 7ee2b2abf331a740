import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
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
import { VICTIM_TEXT } from './support/damage-deeds.ts'
import { DAMAGES, type Damage } from './support/record-damages.ts'
import { prepareTask, type TaskBench } from './support/task-bench.ts'

test('cp -recover after a kill fetches again what its part record cannot prove, and only that:', async (t) => {
  const objects = DAMAGES.map(({ name }, seed) => ({
    key: `${name.replaceAll(/\W+/g, '-')}.bin`,
    body: largeBody(seed),
  }))
  const bench = await prepareTask(t, { objects })
  await killHalfway(
    bench,
    objects.map(({ key }) => key),
  )
  const damaged = []
  for (const [index, damage] of DAMAGES.entries()) {
    const { key, body } = objects[index] ?? assert.fail()
    damaged.push({ damage, key, body, victim: await inflict(damage, bench, key) })
  }

  const { code, stderr } = await bench.run({ flags: PART_FLAGS })

  for (const { damage, key, body, victim } of damaged) {
    await t.test(damage.name, async () => {
      await assertFileHolds(bench.destinationOf(key), body)
      assert.deepEqual(joined(rangesAsked(bench, key)), expectedRanges(damage))
      assert.equal(await readFile(victim, 'utf8'), VICTIM_TEXT)
    })
  }
  assert.equal(stderr, '')
  assert.equal(code, 0)
  await assertNothingLeft(bench.space)
})

const NEVER_FETCHED = { start: 2 * PART_BYTES, end: LARGE_BYTES }

function expectedRanges({ unproven }: Damage): readonly ByteRange[] {
  return joined([...unproven, NEVER_FETCHED])
}

async function inflict({ deed }: Damage, bench: TaskBench, key: string): Promise<string> {
  const record = await partRecordOf(bench.space, key)
  const victim = `${bench.space.root}/victim-of-${key}`
  await writeFile(victim, VICTIM_TEXT)
  await deed({ record, victim })
  return victim
}
