import assert from 'node:assert/strict'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { listTree } from '../../support/workspace.ts'
import type { CliResult } from '../../support/run-cli.ts'
import type { TaskBench } from './task-bench.ts'

/** A dry run that was proven to change nothing, and the plan that it ended with. */
export interface DryRun extends CliResult {
  /** Its lines, without blanks around them and with two between columns. */
  readonly plan: readonly string[]
}

/**
 * Runs the task with `-dryRun`, and asserts that it only asked with HEAD, and that all but its new lists
 * and the logs is as it was: names, sizes, modes, owners, and the times of the last change.
 */
export async function dryRun(
  bench: TaskBench,
  flags: readonly string[],
  /** Keys of objects that may be asked for with GET. */
  askedWhole: readonly string[] = [],
): Promise<DryRun> {
  bench.server.requests.forget()
  const { root } = bench.space
  const lists = (await listTree(root)).filter(isInLists)
  const before = await lookAtAll(root, lists)
  const run = await bench.run({ flags: [...flags, '-dryRun'] })
  assert.deepEqual(await lookAtAll(root, lists), before)
  for (const { method, key } of bench.server.requests.seen({})) {
    assert.ok(method === 'HEAD' || askedWhole.includes(key ?? ''), `${method} ${key}`)
  }
  return { ...run, plan: planOf(run) }
}

/** The plan that a dry run ended with. */
export function planOf({ stdout }: CliResult): readonly string[] {
  const lines = stdout.trimEnd().split('\n')
  const at = lines.findIndex((line) => line.startsWith('Plan: '))
  assert.notEqual(at, -1, `there is no plan:\n${stdout}`)
  return lines.slice(at).map((line) => line.trim().replaceAll(/ {2,}/g, '  '))
}

async function lookAtAll(root: string, lists: readonly string[]): Promise<readonly string[]> {
  const paths = (await listTree(root)).filter(
    (path) => !path.startsWith('home/.obsutil_log') && (!isInLists(path) || lists.includes(path)),
  )
  return Promise.all(
    paths.map(async (path) => {
      const { ino, mode, uid, size, mtimeMs, ctimeMs } = await lstat(join(root, path))
      // A folder that gets the logs or the lists changes with them.
      const times = path === 'home/' || path === 'out/' ? [] : [size, mtimeMs, ctimeMs]
      return [path, ino, mode, uid, ...times].join(' ')
    }),
  )
}

function isInLists(path: string): boolean {
  return path.startsWith('out/')
}
