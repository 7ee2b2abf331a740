/** As much of other systems as can be had on this one: the tool takes it for another. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { BUCKET, makeBench, newTaskIdOf, type Bench } from './support/bench.ts'
import { largeBody, PART_FLAGS } from './support/parts.ts'

function on(system: string): { readonly env: Readonly<Record<string, string>> } {
  const preload = new URL('../support/pretended-system.mjs', import.meta.url).href
  return { env: { NODE_OPTIONS: `--import=${preload}`, PRETENDED_SYSTEM: system } }
}

test('taken for macOS, cp -recover delivers small and large objects and leaves nothing', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: 'content' },
    { key: 'caf\u00E9', body: 'content' },
    { key: 'aux.c', body: 'content' },
    { key: 'a:b.', body: 'content' },
    { key: 'large', body: largeBody(1) },
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.run(bench.words(taskId, ...PART_FLAGS), on('darwin'))

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(await bench.findRemains(), [])
})

const UNUSABLE = ['d:\\data\\aux.c', 'd:\\data\\a:b', 'd:\\data\\a.', '\\\\.\\COM1', 'd:/con/a']

test('taken for Windows, cp -recover asks for no object whose path is that of another file or a device', async (t) => {
  const bench = await makeBench(t)
  const taskId = await listTo(bench, UNUSABLE)

  const run = await bench.run(bench.words(taskId), on('win32'))

  await bench.assertExit(run, 8)
  assert.deepEqual(bench.asked(), [])
  assert.deepEqual(await readdir(bench.dest), [])
  const { failed } = await bench.readReports(newTaskIdOf(run))
  assert.equal(failed.length, UNUSABLE.length)
  for (const line of failed) assert.match(line, /error code \[InvalidNameError\]/)
  assert.match(run.stderr, /no file can have that name here/)
})

test('taken for Windows, cp -recover reads no path that depends on where one is', async (t) => {
  const bench = await makeBench(t)
  const taskId = await listTo(bench, ['d:a', '\\a', '/a'])

  const run = await bench.run(bench.words(taskId), on('win32'))

  await bench.assertExit(run, 8)
  assert.match(run.stderr, /3 lines of the old lists could not be read/)
  assert.deepEqual(bench.asked(), [])
})

/** A failure list of objects that go to these paths. */
async function listTo(bench: Bench, paths: readonly string[]): Promise<string> {
  const items = paths.map((destination, at) => ({
    bucket: BUCKET,
    key: `k${at}`,
    destination,
    size: '7B',
  }))
  return bench.writeFailureList({ items })
}
