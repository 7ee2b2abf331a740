import { readJournal } from '../adapters/run-journal.ts'
import { findTasks, type ListedTask } from '../adapters/task-lists.ts'
import { compareListTimes } from '../core/list-names.ts'
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
  const found = await findTasks(folder)
  const { runs, warning } = await readJournal(folder)
  if (warning !== undefined) warn(`Warn: ${warning}`)
  const listed = new Set(found.map(({ taskId }) => taskId))
  const chains = createTaskChains(runs, (taskId) => listed.has(taskId))
  return {
    tasks: found.toSorted((one, other) => compareByAge(one, other, chains)),
    chains,
    ids: [...new Set([...listed, ...runs.flatMap((run) => [run.taskId, run.resumedTaskId])])],
  }
}

/** Names tell seconds, and a run that is resumed at once begins in the same one. */
function compareByAge(one: ListedTask, other: ListedTask, chains: TaskChains): number {
  const byName = compareListTimes(other.time, one.time)
  if (byName !== 0) return byName
  const startOf = ({ taskId }: ListedTask) => chains.runOf(taskId)?.startedAtMs ?? 0
  return startOf(other) - startOf(one) || (one.taskId < other.taskId ? -1 : 1)
}
