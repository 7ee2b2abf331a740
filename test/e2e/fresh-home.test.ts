/** What a run makes in a home where the tool has never run. */
import assert from 'node:assert/strict'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { listTree } from '../support/workspace.ts'
import { makeBench } from './support/bench.ts'

const LARGE = { key: 'large', body: 'x'.repeat(5000) }
const FLAGS = ['-threshold=1', '-ps=1000']

for (const [what, isThere, code] of [
  ['can be had', true, 0],
  ['is gone', false, 8],
] as const) {
  test(`\`-dryRun\` of an object that ${what} exits ${code} in a fresh home and makes no folder`, async (t) => {
    const bench = await makeBench(t)
    const taskId = await bench.writeFailureList({ items: [bench.unsizedItemOf(LARGE)] })
    if (isThere) bench.put(LARGE)

    const run = await bench.run(['cp', `-recover=${taskId}`, '-f', `-o=${bench.out}`, '-dryRun'])

    await bench.assertExit(run, code)
    assert.match(run.stderr, isThere ? /^$/ : /^\n1 item failed:\n/)
    const made = (await listTree(bench.home)).filter((path) => !path.startsWith('.obsutil_log'))
    assert.deepEqual(made, ['.obsutilconfig'])
    assert.deepEqual(await listTree(bench.dest), [])
  })
}

test('a run without `-dryRun` makes its folders in a fresh home', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(LARGE)
  const words = ['cp', `-recover=${taskId}`, '-f', `-o=${bench.out}`, ...FLAGS]

  await bench.assertExit(await bench.run(words), 0)

  assert.ok((await stat(join(bench.home, '.obsutil_checkpoint', 'down'))).isDirectory())
  await bench.assertArrived(LARGE)
  assert.deepEqual(await bench.findRemains(), [])
})
