import { createCauseTally } from '../core/failure-causes.ts'
import { readFailureFields } from '../core/failure-fields.ts'
import { guessedBytes, type Item } from '../core/item.ts'
import type { TaskKind, TaskSurvey } from '../core/task-facts.ts'
import type { ListRecords } from './list-records.ts'

/** Reads all failures of a task, in memory that does not grow with them. `seen` gets each item. */
export async function surveyTask(
  lists: ListRecords,
  seen: (item: Item) => void = () => {},
): Promise<TaskSurvey> {
  const counts = { item: 0, upload: 0, copy: 0, unreadable: 0 }
  const causes = createCauseTally()
  let bytes = 0
  let unsized = 0
  let isRounded = false
  for await (const failures of lists) {
    for (const failure of failures) {
      counts[failure.kind] += 1
      if (failure.kind !== 'item') continue
      const { item, text } = failure
      const { listedSize } = item
      if (listedSize === undefined) unsized += 1
      else isRounded ||= listedSize.minBytes !== listedSize.maxBytes
      bytes += guessedBytes(item)
      const { status, code, message } = readFailureFields(text, item.destination)
      causes.add({ status, code, message, item })
      seen(item)
    }
  }
  const { item: items, upload: uploads, copy: copies, unreadable } = counts
  return {
    kind: kindOf({ items, uploads, copies, unreadable }),
    items,
    uploads,
    copies,
    unreadable,
    bytes,
    isRounded,
    unsized,
    causes,
  }
}

function kindOf({
  items,
  uploads,
  copies,
  unreadable,
}: Pick<TaskSurvey, 'items' | 'uploads' | 'copies' | 'unreadable'>): TaskKind {
  if (items > 0) return uploads + copies > 0 ? 'mixed' : 'download'
  if (uploads + copies > 0) return uploads >= copies ? 'upload' : 'copy'
  return unreadable > 0 ? 'unreadable' : 'empty'
}
