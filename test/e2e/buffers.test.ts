/** `readBufferIoSize` and `writeBufferIoSize`, as the operating system sees them. */
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeBench, type Bench } from './support/bench.ts'
import { canTrace, traceRun } from './support/traced-run.ts'

const SIZE_BYTES = 2_000_000
const OBJECT = { key: 'large', body: generated(SIZE_BYTES) }
const LARGE = { key: 'larger', body: generated(60_000_000, 3) }

test('a connection reads at most `readBufferIoSize` bytes at a time', async (t) => {
  if (!(await canTrace())) return t.skip('strace is not here, or may not trace')
  const { bench, words } = await layTask(t, { readBufferIoSize: '128KB' })

  const calls = await traceRun(bench, words, ['read', 'recvmsg', 'recvfrom'])

  await bench.assertArrived(OBJECT)
  const asked = calls
    .filter(({ name, text }) => name === 'read' && /^\d+<(socket|TCP):/.test(text))
    .map(({ text }) => Number(/, (\d+)\)? *(?:=|<unfinished)/.exec(text)?.[1]))
  assert.equal(Math.max(...asked), 128 * 1024)
})

test('what comes is joined to `writeBufferIoSize` bytes before it is written', async (t) => {
  if (!(await canTrace())) return t.skip('strace is not here, or may not trace')
  const { bench, words } = await layTask(t, { writeBufferIoSize: '1000000' })

  const calls = await traceRun(bench, words, ['pwrite64', 'write'])

  await bench.assertArrived(OBJECT)
  const sizes = calls
    .filter(({ text }) => text.includes(`<${join(bench.dest, '.')}`))
    .map(({ text }) => Number(/ = (\d+)$/.exec(text)?.[1]))
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    SIZE_BYTES,
  )
  // What is held back on a slow line is written after a moment all the same.
  assert.ok(Math.max(...sizes) > 128 * 1024, `the largest write is ${Math.max(...sizes)} bytes`)
})

test('of a large object one thread reads while another one writes, by the page', async (t) => {
  if (!(await canTrace())) return t.skip('strace is not here, or may not trace')
  if (availableParallelism() === 1) return t.skip('one processor alone')
  const { bench, words } = await layTask(t, {}, LARGE)

  const calls = await traceRun(bench, [...words, '-p=1', '-ps=40MB'], ['pwrite64'])

  await bench.assertArrived(LARGE)
  const writes = calls.filter(({ text }) => text.includes('.obs.temp'))
  assert.equal(new Set(writes.map(({ thread }) => thread)).size, 2)
  // A call that begins within a page of memory costs up to twice as much: only a chunk may begin there.
  const begins = writes.map(({ text }) => Number(/, (\d+)(?:\) +=| <unfinished)/.exec(text)?.[1]))
  const astray = begins.filter((at) => at % 4096 !== 0).length
  assert.ok(astray < writes.length / 4, `${astray} of ${writes.length} begin within a page`)
})

async function layTask(
  t: TestContext,
  config: Readonly<Record<string, string>>,
  object = OBJECT,
): Promise<{ readonly bench: Bench; readonly words: readonly string[] }> {
  const bench = await makeBench(t, { config })
  const taskId = await bench.listObjects(object)
  return { bench, words: bench.words(taskId) }
}
