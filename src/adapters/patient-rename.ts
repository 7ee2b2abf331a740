import { rename, unlink } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../core/errors.ts'
import type { System } from '../core/system.ts'
import { thisSystem } from './this-system.ts'

/** On Windows: what is in the way of a name, still after some seconds. */
export class InUseError extends Error {
  override readonly name = 'InUseError'
  readonly code: string

  constructor(code: string, cause: unknown) {
    super(`another program has the file open, or it is read-only (${code})`, { cause })
    this.code = code
  }
}

/** Where there are no such troubles, deeds are done once. */
export interface Patience {
  readonly system: System
  readonly sleep: (delayMs: number) => Promise<unknown>
}

/**
 * Windows neither renames nor deletes a file that somebody has open, nor renames anything onto it, and
 * programs that look for viruses or index texts open every new file for a moment. There the deed is tried
 * again, after 10 ms, then after twice as long each time, for 5 seconds in all; then an `InUseError` is
 * thrown. Anything else that is thrown passes at once.
 */
export function createPatience({ system, sleep: wait }: Patience) {
  return async function patiently<T>(deed: () => Promise<T>): Promise<T> {
    if (system !== 'win32') return deed()
    for (let delayMs = FIRST_DELAY_MS; ; delayMs *= 2) {
      try {
        return await deed()
      } catch (error) {
        const code = systemCode(error)
        if (!IN_USE.has(code)) throw error
        if (delayMs > LAST_DELAY_MS) throw new InUseError(code, error)
      }
      await wait(delayMs)
    }
  }
}

const FIRST_DELAY_MS = 10
const LAST_DELAY_MS = 2560
/** A sharing violation is EBUSY, and what is about to be deleted EPERM or EACCES. */
const IN_USE = new Set(['EBUSY', 'EPERM', 'EACCES'])

const patiently = createPatience({ system: thisSystem, sleep })

/** Renames a file, onto another one where there is one; see `createPatience`. */
export function renameFile(from: string, to: string): Promise<void> {
  return patiently(() => rename(from, to))
}

/** Deletes a file; see `createPatience`. */
export function deleteFile(path: string): Promise<void> {
  return patiently(() => unlink(path))
}
