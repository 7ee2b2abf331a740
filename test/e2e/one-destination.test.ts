/** Two objects for one destination, of which one is left out. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { literal } from '../support/test-bytes.ts'
import { readFailures, succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const OLD = { key: 'a', body: literal('old one'), lastModified: new Date('2020-01-01') }
const NEW = { key: 'b', body: literal('new one'), lastModified: new Date('2024-06-01') }

/** A task of both for one destination; each line stands in the list twice. */
async function listBoth({ space }: TaskBench): Promise<string> {
  const items = [OLD, NEW, OLD, NEW].map(({ key }) => {
    return { bucket: BUCKET, key, destination: `${space.dest}/k`, size: '7B' }
  })
  return space.writeFailureList({ items })
}

test('an object that -timeRange leaves out does not keep its destination from another', async (t) => {
  const bench = await prepareTask(t, { objects: [OLD, NEW] })
  const taskId = await listBoth(bench)

  const { code } = await bench.run({ taskId, flags: ['-timeRange=2024-*'] })

  assert.equal(code, 0)
  assert.equal(await readFile(`${bench.space.dest}/k`, 'utf8'), 'new one')
  assert.deepEqual(await succeededKeys(bench.space), ['b'])
})

test('of two objects that -timeRange keeps, one has the destination', async (t) => {
  const bench = await prepareTask(t, { objects: [OLD, NEW] })
  const taskId = await listBoth(bench)

  const { code } = await bench.run({ taskId, flags: ['-timeRange=2020-*', '-j=1'] })

  assert.equal(code, 8)
  assert.equal(await readFile(`${bench.space.dest}/k`, 'utf8'), 'old one')
  assert.deepEqual(await succeededKeys(bench.space), ['a'])
  assert.deepEqual([...(await readFailures(bench.space)).keys()], ['b'])
})

const ANSWERS = [
  { stdin: 'n\ny\n', content: 'new one', succeeded: ['b'], failed: [] },
  { stdin: 'y\nn\n', content: 'old one', succeeded: ['a'], failed: [] },
  { stdin: 'y\ny\n', content: 'old one', succeeded: ['a'], failed: ['b'] },
]

for (const { stdin, content, succeeded, failed } of ANSWERS) {
  test(`the answers ${JSON.stringify(stdin)} about two objects for one destination are about one each`, async (t) => {
    const bench = await prepareTask(t, { objects: [OLD, NEW] })
    const taskId = await listBoth(bench)

    const { code, stdout } = await bench.startAsking({ taskId, stdin, flags: ['-j=1'] }).done

    assert.equal(code, failed.length === 0 ? 0 : 8)
    assert.equal(stdout.match(/Do you want download key/g)?.length, 2)
    assert.equal(await readFile(`${bench.space.dest}/k`, 'utf8'), content)
    assert.deepEqual(await succeededKeys(bench.space), succeeded)
    assert.deepEqual([...(await readFailures(bench.space)).keys()], failed)
  })
}
