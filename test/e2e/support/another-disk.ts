import { mkdtemp, rm } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { areApart } from './small-disk.ts'

/** A folder on another file system; undefined, and the test is skipped, where there is none in memory. */
export async function folderOnAnotherDisk(
  t: TestContext,
  from: string,
): Promise<string | undefined> {
  try {
    const folder = await mkdtemp('/dev/shm/obsutil-test-')
    t.after(() => rm(folder, { recursive: true, force: true }))
    if (await areApart(folder, from)) return folder
  } catch {
    // Not every system has this folder.
  }
  t.skip('there is no other disk')
  return undefined
}
