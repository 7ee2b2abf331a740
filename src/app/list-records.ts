import { AppError } from '../core/errors.ts'
import type { Item } from '../core/item.ts'

/** What a line of a failure list is. Lines that are no items at all do not come up here. */
export type ListRecord =
  /** With the line as it stands. */
  | { readonly kind: 'item'; readonly item: Item; readonly text: string }
  /** An item of another kind of task, or one that cannot be read, verbatim. */
  | { readonly kind: 'upload' | 'copy' | 'unreadable'; readonly text: string }

/** The records of lists, in order, some at a time. */
export type ListRecords = AsyncIterable<readonly ListRecord[]>

/**
 * Makes sure that the lists are those of a download. Reads only up to the first line that tells;
 * throws `not-a-download` where there are uploads or copies and nothing else.
 */
export async function assertDownloadTask(lists: ListRecords, taskId: string): Promise<void> {
  let other: 'upload' | 'copy' | undefined
  for await (const records of lists) {
    for (const { kind } of records) {
      if (kind === 'item' || kind === 'unreadable') return
      other ??= kind
    }
  }
  if (other === undefined) return
  throw new AppError('not-a-download', `The task [${taskId}] is ${aTask(other)} task`, {
    hint: 'This tool resumes downloads only; nothing was uploaded, copied or changed.',
  })
}

function aTask(kind: 'upload' | 'copy'): string {
  return kind === 'upload' ? 'an upload' : 'a copy'
}
