import { streamFailureLists, type ListedRecord } from '../adapters/failure-lists.ts'
import { readFailureFields } from '../core/failure-fields.ts'
import { isTaken } from '../core/failure-prospects.ts'
import { AppError } from '../core/errors.ts'
import { loadKnownTasks } from './known-tasks.ts'

/**
 * The id of the newest task in the folder that is a download, has failures, and was not taken over by
 * a later run. Throws `nothing-left` where there is none, and `no-task` where there is no such folder and
 * where that task is being resumed just now: to resume an older one in its place would be a surprise.
 */
export async function findLatestTask(
  folder: string,
  warn: (text: string) => void,
): Promise<string> {
  const { tasks, chains } = await loadKnownTasks(folder, warn)
  for (const { taskId, lists } of tasks) {
    const since = chains.sinceThen(taskId)
    const own = chains.runOf(taskId)
    const busy = since.kind === 'running' ? since.run : own?.state === 'running' ? own : undefined
    if (busy === undefined && chains.supersededBy(taskId) !== undefined) continue
    if (busy?.dryRun === true || !(await hasDownloads(lists))) continue
    if (busy === undefined) return taskId
    throw new AppError(
      'no-task',
      `The newest task [${busy.resumedTaskId}] is being resumed just now, by process ${busy.owner.pid}`,
      { hint: 'Wait for its end, or name the task to resume: obsutil tasks shows all of them.' },
    )
  }
  throw new AppError(
    'nothing-left',
    `There is no failed download in [${folder}] that is not resumed yet`,
    {
      hint: 'obsutil tasks shows what there is; -o names another folder.',
    },
  )
}

/**
 * Reads up to the first line that tells. An object whose file another one has is no reason to begin: it
 * would take the place of what was delivered.
 */
async function hasDownloads(lists: readonly string[]): Promise<boolean> {
  for await (const records of streamFailureLists(lists)) {
    if (records.some(isDownload)) return true
  }
  return false
}

function isDownload(record: ListedRecord): boolean {
  if (record.kind !== 'item') return record.kind === 'unreadable'
  return !isTaken(readFailureFields(record.text, record.item.destination))
}
