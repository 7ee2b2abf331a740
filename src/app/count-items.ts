import type { Filters } from '../core/filters.ts'
import { guessedBytes } from '../core/item.ts'
import type { Progress } from '../core/ports.ts'
import type { ListRecords } from './list-records.ts'

export interface CountTools {
  /** Reads the task's lists from the start, at each call. */
  readonly readLists: () => ListRecords
  readonly filters: Filters
  readonly progress: Progress
}

/**
 * Goes through the lists beside the downloads, so that the progress knows the whole while the first
 * items are on their way already.
 */
export async function countItems(tools: CountTools, signal: AbortSignal): Promise<void> {
  for await (const records of tools.readLists()) {
    if (signal.aborted) return
    for (const record of records) {
      if (record.kind !== 'item' || !tools.filters.keepsKey(record.item.key)) continue
      tools.progress.itemAdded(guessedBytes(record.item))
    }
  }
  tools.progress.allAdded()
}
