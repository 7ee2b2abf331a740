import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { listTree } from '../../support/workspace.ts'
import { makeBench, type Bench } from './bench.ts'

/** A bench with a task of one object, which could be resumed if only nothing else were wrong. */
export async function layTask(
  t: TestContext,
): Promise<{ readonly bench: Bench; readonly taskId: string }> {
  const bench = await makeBench(t)
  return { bench, taskId: await bench.listObjects({ key: 'k', body: 'content' }) }
}

/** Throws an AssertionError unless the run says just this on stderr, asks the store nothing and leaves the disk as it was. */
export async function assertRefused(
  bench: Bench,
  words: readonly string[],
  expected: { readonly code: number; readonly stderr: string },
): Promise<void> {
  const before = await listTree(bench.root)
  const { code, stdout, stderr } = await bench.run(words)
  assert.deepEqual({ code, stdout, stderr }, { stdout: '', ...expected })
  assert.deepEqual(bench.asked(), [])
  assert.deepEqual(await listTree(bench.root), before)
}
