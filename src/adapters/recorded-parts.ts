import { lstat } from 'node:fs/promises'
import type { Item } from '../core/item.ts'
import { totalLength } from '../core/part-plan.ts'
import { isRecordOf, type PartHeader } from '../core/part-record.ts'
import { idOfItem } from './item-ids.ts'
import { loadRecord, recordIdsIn, recordPath } from './part-record-file.ts'

/** What part records claim of some items. Nothing is proven: a resumed run does that. */
interface RecordedTotals {
  readonly items: number
  readonly bytes: number
}

/** Finds the part records of items. */
export interface RecordSearch {
  /** Takes note of the item, if it has a record; twice the same counts once. */
  see(item: Item): void
  /** Reads the records of all items that were seen. */
  total(): Promise<RecordedTotals>
}

/**
 * Looks for part records in the folder (`<cpd>/down`), which need not exist. A record counts only where
 * it is about the item and its temp file is there, of the right size. Throws an `initialise` fault
 * where the folder cannot be read.
 */
export function createRecordSearch(folder: string): RecordSearch {
  const ids = new Set(recordIdsIn(folder))
  const seen = new Map<string, Item>()
  return {
    see(item) {
      // Most folders are empty, and a hash for each of a million items takes seconds.
      if (ids.size === 0) return
      const id = idOfItem(item)
      if (ids.has(id)) seen.set(id, item)
    },
    async total() {
      let items = 0
      let bytes = 0
      for (const [id, item] of seen) {
        // A record that cannot be read claims nothing.
        const found = await loadRecord(recordPath(folder, id), 'forbidden').catch(() => undefined)
        if (found === undefined || !isRecordOf(found.header, item)) continue
        if (!(await hasTempFile(found.header))) continue
        items += 1
        bytes += totalLength(found.ranges)
      }
      return { items, bytes }
    },
  }
}

async function hasTempFile({ tempFile, sizeBytes }: PartHeader): Promise<boolean> {
  try {
    const found = await lstat(tempFile)
    return found.isFile() && found.size === sizeBytes
  } catch {
    // Whatever keeps it from being looked at keeps it from being used as well.
    return false
  }
}
