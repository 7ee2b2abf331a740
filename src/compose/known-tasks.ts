import { readJournal, removeRun } from '../adapters/run-journal.ts'
import { findTasks, type ListedTask } from '../adapters/task-lists.ts'
import { compareListTimes } from '../core/list-names.ts'
import { findSpentRuns } from '../core/spent-runs.ts'
import { createTaskChains, type TaskChains } from '../core/task-chain.ts'

/** What a folder of lists says of tasks, without a look into the lists. */
export interface KnownTasks {
  /** The newest first. */
  readonly tasks: readonly ListedTask[]
  readonly chains: TaskChains
  /** Ids of all tasks that have a list, or that the journal tells of. */
  readonly ids: readonly string[]
}

/**
 * Reads names and journal of the folder; `warn` gets what is wrong with the journal. Throws `no-task`
 * where there is no such folder, `execute` where it cannot be read.
 */
export async function loadKnownTasks(
  folder: string,
  warn: (text: string) => void,
): Promise<KnownTasks> {
  const { found, listed, runs, warning } = await readFolder(folder)
  if (warning !== undefined) warn(`Warn: ${warning}`)
  const chains = createTaskChains(runs, (taskId) => listed.has(taskId))
  return {
    tasks: found.toSorted((one, other) => compareByAge(one, other, chains)),
    chains,
    ids: [...new Set([...listed, ...runs.flatMap((run) => [run.taskId, run.resumedTaskId])])],
  }
}

/**
 * Deletes what the journal of the folder says of chains that nobody needs any more. Rejects where the
 * folder cannot be read, or a file of the journal not be deleted.
 */
export async function clearJournal(folder: string): Promise<void> {
  const { listed, runs } = await readFolder(folder)
  for (const { taskId } of findSpentRuns(runs, (id) => listed.has(id), Date.now())) {
    await removeRun(folder, taskId)
  }
}

async function readFolder(folder: string) {
  const found = await findTasks(folder)
  const journal = await readJournal(folder)
  return { found, listed: new Set(found.map(({ taskId }) => taskId)), ...journal }
}

/** Names tell seconds, and a run that is resumed at once begins in the same one. */
function compareByAge(one: ListedTask, other: ListedTask, chains: TaskChains): number {
  const byName = compareListTimes(other.time, one.time)
  if (byName !== 0) return byName
  const startOf = ({ taskId }: ListedTask) => chains.runOf(taskId)?.startedAtMs ?? 0
  return startOf(other) - startOf(one) || (one.taskId < other.taskId ? -1 : 1)
}
