/** Keys that no request can hold. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import test from 'node:test'
import type { Item } from '../../src/core/item.ts'
import { toFailed } from '../../src/core/outcome.ts'
import { formatFailedLine } from '../../src/core/report-format.ts'
import { formatItemField } from '../../src/core/report-item-field.ts'
import { BUCKET, makeBench, newTaskIdOf } from './support/bench.ts'

const FINE = { key: 'fine', body: 'content' }
const KEYS = [
  { name: 'half a surrogate pair', key: 'half\uD83D.bin' },
  { name: 'the other half of a surrogate pair', key: 'half\uDE00.bin' },
  { name: 'a NUL', key: 'nul\0.bin' },
]

for (const { name, key } of KEYS) {
  test(`a key with ${name} fails its item alone, without a request, and outlives the new list`, async (t) => {
    const bench = await makeBench(t)
    bench.put(FINE)
    const destination = bench.pathOf('impossible')
    const item = { bucket: BUCKET, key, versionId: undefined, destination }
    const fine = { ...item, key: FINE.key, destination: bench.pathOf(FINE.key) }
    const taskId = await bench.writeFailureList({ text: [item, fine].map(lineAbout).join('') })

    const first = await bench.recover(taskId)

    await bench.assertExit(first, 8)
    await bench.assertArrived(FINE)
    await assertFailed(newTaskIdOf(first))
    assert.deepEqual(bench.asked(), ['GET'])
    const second = await bench.recover(newTaskIdOf(first))
    await bench.assertExit(second, 8)
    await assertFailed(newTaskIdOf(second))
    assert.deepEqual(bench.asked(), ['GET'])

    async function assertFailed(newTaskId: string): Promise<void> {
      const { failed } = await bench.readReports(newTaskId)
      assert.equal(failed.length, 1)
      assert.match(failed[0] ?? '', /error code \[InvalidKeyError\]/)
      assert.ok(failed[0]?.endsWith(formatItemField(item)), failed[0])
    }
  })
}

for (const { name, key: path } of KEYS) {
  test(`a destination with ${name} fails its item alone, without a request, and no other file is written`, async (t) => {
    const bench = await makeBench(t)
    bench.put(FINE)
    const item = { bucket: BUCKET, key: FINE.key, versionId: undefined }
    const text = lineAbout({ ...item, destination: bench.pathOf(path) })

    const run = await bench.recover(await bench.writeFailureList({ text }))

    await bench.assertExit(run, 8)
    assert.deepEqual(bench.asked(), [])
    assert.deepEqual(await readdir(bench.dest), [])
    const { failed } = await bench.readReports(newTaskIdOf(run))
    assert.match(failed.join('\n'), /error code \[InvalidNameError\]/)
  })
}

/** As a run of ours writes it down: only its own field can hold such a key. */
function lineAbout(item: Omit<Item, 'listedSize'>): string {
  const failure = toFailed({ ...item, listedSize: { minBytes: 7, maxBytes: 7 } }, new Error('x'), 1)
  return `${formatFailedLine(failure, { atMs: 0, sizes: 'human', platform: 'posix' })}\n`
}
