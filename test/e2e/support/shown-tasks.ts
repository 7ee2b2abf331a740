import assert from 'node:assert/strict'
import type { Bench } from './bench.ts'

/** What `obsutil tasks -json` says of a task, as far as tests look at it. */
export interface ShownTask {
  readonly taskId: string
  readonly kind: string
  readonly failed: number
  readonly dryRun: boolean
  readonly goOnWith: string
  readonly superseded: string | null
  readonly since: { readonly kind: string; readonly taskId?: string; readonly left?: number | null }
}

/** The tasks in the bench's folder of lists. */
export async function readTasks(
  bench: Bench,
  ...flags: readonly string[]
): Promise<readonly ShownTask[]> {
  const run = await bench.run(['tasks', `-o=${bench.out}`, '-limit=0', ...flags])
  assert.equal(run.code, 0, run.stderr)
  return run.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const task: unknown = JSON.parse(line)
      assert.ok(isTask(task), line)
      return task
    })
}

/** The rows of the table for a pipe, below its headings, column by column. */
export function rowsOf(table: string): readonly (readonly string[])[] {
  return table
    .split('\n')
    .slice(1, -1)
    .map((row) => row.split(/ {2,}/))
}

function isTask(value: unknown): value is ShownTask {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'taskId' in value &&
    'since' in value
  )
}
