import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** A new empty folder that is removed with all that is in it when the test is over. */
export async function makeTempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'obsutil-test-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
