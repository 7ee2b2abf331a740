import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** The lock that was made first, of those in the folder. */
export async function onlyLock(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((one) => one.endsWith('.lock'))
  return join(folder, name ?? assert.fail('there is no lock'))
}
