/** `-clear`: the old failure lists go when nothing would be lost with them. */
import assert from 'node:assert/strict'
import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { formatFailureList } from '../support/failure-list.ts'
import { makeBench, newTaskIdOf, type Bench } from './support/bench.ts'

const OBJECTS = ['a', 'b', 'c'].map((key) => ({ key, body: `body of ${key}` }))
const TIME = new Date('2024-01-02T03:04:05.678Z')

test('`-clear` deletes the lists, rotated ones too, when everything has arrived', async (t) => {
  const { bench, taskId } = await layTask(t)
  const [name = ''] = await oldLists(bench, taskId)
  await copyFile(join(bench.out, name), join(bench.out, `${name}.1`))
  const other = await bench.writeFailureList({ items: OBJECTS.map(bench.itemOf) })

  const run = await bench.recover(taskId, '-clear')

  await bench.assertExit(run, 0)
  assert.deepEqual(await oldLists(bench, taskId), [])
  assert.equal((await oldLists(bench, other)).length, 1)
  assert.equal(run.stderr, '')
})

test('without `-clear` the lists stay', async (t) => {
  const { bench, taskId } = await layTask(t)

  await bench.assertExit(await bench.recover(taskId), 0)

  assert.equal((await oldLists(bench, taskId)).length, 1)
})

test('`-clear` deletes the lists when what failed is in the new one', async (t) => {
  const { bench, taskId } = await layTask(t)
  bench.server.script.add({ on: { key: 'b' }, do: errorAnswer(403, 'AccessDenied') })

  const run = await bench.recover(taskId, '-clear')

  await bench.assertExit(run, 8)
  assert.deepEqual(await oldLists(bench, taskId), [])
  assert.equal((await bench.readReports(newTaskIdOf(run))).failed.length, 1)
  bench.server.script.clear()
  await bench.assertExit(await bench.recover(newTaskIdOf(run), '-clear'), 0)
  await bench.assertArrived(...OBJECTS)
})

test('`-clear -u` deletes the lists when everything was there already', async (t) => {
  const { bench, taskId } = await layTask(t)
  for (const { key, body } of OBJECTS) await writeFile(bench.pathOf(key), body)

  await bench.assertExit(await bench.recover(taskId, '-clear', '-u'), 0)

  assert.deepEqual(await oldLists(bench, taskId), [])
})

const KEPT: readonly (readonly [flags: readonly string[], count: number])[] = [
  [['-exclude=a'], 1],
  [['-include=a'], 2],
  [['-timeRange=2030-*'], 3],
  [['-f=false'], 3],
]
for (const [flags, count] of KEPT) {
  test(`\`-clear ${flags.join(' ')}\` keeps the lists and says that ${count} are left out`, async (t) => {
    const { bench, taskId } = await layTask(t)

    const run = await bench.recover(taskId, '-clear', ...flags)

    await bench.assertExit(run, 0)
    assert.equal((await oldLists(bench, taskId)).length, 1)
    assert.match(run.stderr, new RegExp(`^Warn: .*-clear.* ${count} .*$`, 'm'))
  })
}

test('`-clear -dryRun` keeps the lists', async (t) => {
  const { bench, taskId } = await layTask(t)

  const run = await bench.recover(taskId, '-clear', '-dryRun')

  await bench.assertExit(run, 0)
  assert.equal((await oldLists(bench, taskId)).length, 1)
  assert.match(run.stderr, /^Warn: .*-clear/m)
})

test('`-clear` keeps a list with a line that cannot be read', async (t) => {
  const { bench, taskId } = await layTask(t, '2024-01-02T03:04:05Z 1B, obs://b/torn --> /d/to')

  const run = await bench.recover(taskId, '-clear')

  await bench.assertExit(run, 8)
  await bench.assertArrived(...OBJECTS)
  assert.equal((await oldLists(bench, taskId)).length, 1)
  assert.match(run.stderr, /^Warn: .*-clear.* 1 /m)
})

test('`-clear` keeps a list that also holds an upload', async (t) => {
  const upload =
    '2024-01-02T03:04:05Z 1B, /data/x --> obs://b/x, cost [1], status [0], error code [], error message [], request id []'
  const { bench, taskId } = await layTask(t, upload)

  const run = await bench.recover(taskId, '-clear')

  await bench.assertExit(run, 0)
  assert.equal((await oldLists(bench, taskId)).length, 1)
  assert.match(run.stderr, /^Warn: .*-clear.* 1 /m)
})

test('`-clear` deletes a list in which one item stands twice', async (t) => {
  const bench = await makeBench(t)
  bench.put(...OBJECTS)
  const items = [...OBJECTS, ...OBJECTS].map(bench.itemOf)
  const taskId = await bench.writeFailureList({ items })

  await bench.assertExit(await bench.recover(taskId, '-clear'), 0)

  assert.deepEqual(await oldLists(bench, taskId), [])
})

/** A task of three objects, with one more line in its list. */
async function layTask(t: TestContext, moreLine = '') {
  const bench = await makeBench(t)
  bench.put(...OBJECTS)
  const items = OBJECTS.map(bench.itemOf)
  const text = formatFailureList({ items, time: TIME, by: 'cp' })
  const taskId = await bench.writeFailureList({ text: `${moreLine}\n${text}` })
  return { bench, taskId }
}

async function oldLists(bench: Bench, taskId: string): Promise<readonly string[]> {
  return (await readdir(bench.out)).filter((name) => name.includes(taskId))
}
