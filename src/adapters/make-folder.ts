import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ItemError, systemCode } from '../core/errors.ts'
import type { Placement } from '../core/ports.ts'
import { onDisk } from './item-trouble.ts'

/** Whether the error says that there is no such path. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(systemCode(error))
}

/** Makes a folder and its parents; `what` names it for the `ItemError` that a file in its place is. */
export async function makeFolder(path: string, what: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new ItemError(`Cannot create ${what} because a file of that name exists`, {
        code,
        cause: error,
      })
    }
    await onDisk(`create ${what}`, () => Promise.reject(error))
  }
}

/** Trouble with the destination's parents must show before the bytes are fetched, not after. */
export async function makeParent({ target }: Placement): Promise<void> {
  const parent = dirname(target)
  await makeFolder(parent, `the parent folder [${parent}]`)
}
