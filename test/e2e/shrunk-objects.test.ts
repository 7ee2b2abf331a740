/** Objects that are smaller than they were when their part record was written. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertFileHolds, generated, literal } from '../support/test-bytes.ts'
import { assertNothingLeft, killHalfway, largeBody, PART_FLAGS } from './support/parts.ts'
import { succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

const KEY = 'large.bin'

const SHRUNK = [
  { name: 'nothing', body: literal('') },
  { name: 'one byte', body: generated(1, 2) },
]
const THRESHOLDS = [
  { name: 'under the same flags', flags: PART_FLAGS },
  { name: 'under the default threshold', flags: [] },
]

for (const { name, body } of SHRUNK) {
  for (const { name: when, flags } of THRESHOLDS) {
    for (const listed of ['sized', 'unsized'] as const) {
      test(`cp -recover of an object (${listed}) that shrank to ${name}, ${when}, delivers it and leaves nothing`, async (t) => {
        const objects = [{ key: KEY, body: largeBody(1) }]
        const bench = await prepareTask(t, { objects, listed })
        await killHalfway(bench, [KEY])
        bench.server.objects.put({ bucket: BUCKET, key: KEY, body })

        const { code } = await bench.run({ flags })

        assert.equal(code, 0)
        await assertFileHolds(bench.destinationOf(KEY), body)
        assert.deepEqual(await succeededKeys(bench.space), [KEY])
        await assertNothingLeft(bench.space)
      })
    }
  }
}
