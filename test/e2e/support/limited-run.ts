import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'
import type { Bench } from './bench.ts'

const BIN = fileURLToPath(new URL('../../../bin/obsutil.js', import.meta.url))

export interface LimitedRun {
  readonly taskId: string
  readonly flags?: readonly string[]
  /** What a shell runs before the tool, as `ulimit -f 100`. */
  readonly limit?: string
  readonly nodeFlags?: readonly string[]
}

/** Runs the tool below a limit of the system, or with less of the processor, and returns the exit code. */
export async function runLimited(t: TestContext, bench: Bench, run: LimitedRun): Promise<number> {
  const { taskId, flags = [], limit = ':', nodeFlags = [] } = run
  const words = [process.execPath, ...nodeFlags, BIN, ...bench.words(taskId, ...flags)]
  const limited = ['-c', `${limit} && exec "$@"`, 'sh', ...words]
  try {
    await promisify(execFile)('sh', limited, { env: { HOME: bench.home }, signal: t.signal })
    return 0
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && typeof error.code === 'number')
    return error.code
  }
}
