import { open } from 'node:fs/promises'
import { systemCode } from '../../../src/core/errors.ts'

/** Writes into the file until its disk has not a byte left; delete it to make room again. */
export async function fillDisk(path: string): Promise<void> {
  const file = await open(path, 'ax')
  try {
    for (;;) await file.appendFile(FILLING)
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error
  } finally {
    await file.close()
  }
}

/** A page: what a file on a small disk grows by. */
const FILLING = Buffer.alloc(4096)
