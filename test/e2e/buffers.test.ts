/** `readBufferIoSize` and `writeBufferIoSize`, as the operating system sees them. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeBench, type Bench } from './support/bench.ts'
import { canTrace, traceRun } from './support/traced-run.ts'

const SIZE_BYTES = 2_000_000
const OBJECT = { key: 'large', body: generated(SIZE_BYTES) }

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

async function layTask(
  t: TestContext,
  config: Readonly<Record<string, string>>,
): Promise<{ readonly bench: Bench; readonly words: readonly string[] }> {
  const bench = await makeBench(t, { config })
  const taskId = await bench.listObjects(OBJECT)
  return { bench, words: bench.words(taskId) }
}
