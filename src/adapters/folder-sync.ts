import { dirname } from 'node:path'
import { syncFolder } from './file-bytes.ts'

/** Puts what was made on disk for good, so that a power loss does not take the way to it. */
export interface FolderSync {
  /** Returns once the names in the folder are on disk, and its own name, and those of its parents. */
  settle(folder: string): Promise<void>
}

/**
 * Syncs the names in a folder each time, those above it once: a folder that this run or a killed one
 * made is itself a name that may not be on disk yet. With `cached` nothing is synced.
 */
export function createFolderSync(durability: 'fsync' | 'cached'): FolderSync {
  const settled = new Map<string, Promise<void>>()

  const settleAbove = (folder: string): Promise<void> => {
    const parent = dirname(folder)
    if (parent === folder) return Promise.resolve()
    const known = settled.get(folder)
    if (known !== undefined) return known
    const settling = settleAbove(parent).then(() => syncFolder(parent))
    settled.set(folder, settling)
    // What failed is tried again for the next file.
    settling.catch(() => settled.delete(folder))
    return settling
  }
  return {
    async settle(folder) {
      if (durability === 'cached') return
      await settleAbove(folder)
      await syncFolder(folder)
    },
  }
}
