import assert from 'node:assert/strict'
import { access, open, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { assertFileHolds, type ByteSource } from '../../support/test-bytes.ts'
import { listTree } from '../../support/workspace.ts'
import { leaveBehind, plainObject, type Leftover } from './official-leftovers.ts'
import {
  assertNothingLeft,
  holdPartsFrom,
  largeBody,
  PART_BYTES,
  PART_FLAGS,
  partsRecorded,
} from './parts.ts'
import { prepareTask, type TaskBench } from './task-bench.ts'

/** The one object of `officialTask`. */
export const LEFT_KEY = 'folder/large.bin'
/** As after an upload in parts: no MD5 of anything. */
export const COMPOUND_ETAG = `"${'a'.repeat(32)}-6"`

interface OfficialTask {
  /** Numbers of the complete parts. Default: the first two. */
  readonly complete?: readonly number[]
  readonly folderOf?: (bench: TaskBench) => string
  readonly etag?: string
  readonly config?: Readonly<Record<string, string>>
}

/** A task with one object, `LEFT_KEY`, of which the official tool left some parts. */
export async function officialTask(t: TestContext, task: OfficialTask) {
  const body = largeBody(3)
  const object = {
    ...plainObject(LEFT_KEY, body),
    ...(task.etag !== undefined && { etag: task.etag }),
  }
  const bench = await prepareTask(t, {
    objects: [object],
    ...(task.config !== undefined && { config: task.config }),
  })
  const leftover = await leaveBehind(bench, object, {
    ...(task.complete !== undefined && { complete: task.complete }),
    ...(task.folderOf !== undefined && { folder: task.folderOf(bench) }),
  })
  return { bench, body, object, leftover }
}

/**
 * Kills a run with SIGKILL that has recorded so many parts and is held up in all behind them. Then the
 * script and the request log are empty again.
 */
export async function killAfter(
  bench: TaskBench,
  parts: number,
  flags: readonly string[] = [],
): Promise<void> {
  const { server, space } = bench
  server.script.add(holdPartsFrom(parts * PART_BYTES))
  const run = bench.start({ flags: [...PART_FLAGS, ...flags] })
  await partsRecorded(space, [LEFT_KEY], parts)
  // The record is written first, then the temp file is renamed.
  await server.requests.arrived({ key: LEFT_KEY, method: 'GET' })
  await run.kill('SIGKILL')
  server.script.clear()
  server.requests.forget()
}

/** Asserts that the object is in place, with the mode of a new file, and that nothing of ours is left. */
export async function assertArrived(bench: TaskBench, body: ByteSource): Promise<void> {
  const path = bench.destinationOf(LEFT_KEY)
  await assertFileHolds(path, body)
  assert.equal((await stat(path)).mode & 0o777, 0o666 & ~process.umask())
  assert.deepEqual(await listTree(bench.space.dest), ['folder/', LEFT_KEY])
  await assertNothingLeft(bench.space)
}

/** Asserts that neither the record nor the temp file of the official tool is there any more. */
export async function assertCleared(bench: TaskBench, { tempPath }: Leftover): Promise<void> {
  await assert.rejects(access(tempPath), { code: 'ENOENT' })
  assert.deepEqual(await readdir(join(bench.space.cpd, 'download')), [])
}

/** Flips a bit of a file. */
export async function alter(path: string, position: number): Promise<void> {
  const file = await open(path, 'r+')
  try {
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position)
    await file.write(Buffer.of((buffer[0] ?? 0) ^ 1), 0, 1, position)
  } finally {
    await file.close()
  }
}

/** The tool's log. */
export function logOf({ space }: TaskBench): Promise<string> {
  return readFile(join(space.home, '.obsutil_log', 'obsutil.log'), 'utf8')
}
