import type { JournaledRun } from './task-chain.ts'

/** How long it is still told what became of tasks that are all done, in milliseconds: 90 days. */
const toldForMs = 90 * 86_400_000

/**
 * The runs of a journal that nobody needs any more: those of chains of which no task has failure lists,
 * none runs, and the last one ended (or began, where its end is not known) 90 days before
 * `nowMs`. While one list of a chain is there, all its runs stay, for they say what is left of it.
 */
export function findSpentRuns(
  runs: readonly JournaledRun[],
  isListed: (taskId: string) => boolean,
  nowMs: number,
): readonly JournaledRun[] {
  const chainOf = groupByChain(runs)
  const wanted = new Set(
    runs
      .filter(
        (run) =>
          run.state === 'running' ||
          nowMs - (run.endedAtMs ?? run.startedAtMs) < toldForMs ||
          isListed(run.taskId) ||
          isListed(run.resumedTaskId),
      )
      .map(chainOf),
  )
  return runs.filter((run) => !wanted.has(chainOf(run)))
}

/**
 * Tells by one task of it to which chain a run belongs: runs that resumed one another, or the same task, are
 * of one. Each task leads to another one of its chain, and the last one to itself.
 */
function groupByChain(runs: readonly JournaledRun[]): (run: JournaledRun) => string {
  const leads = new Map<string, string>()
  const lastOf = (taskId: string): string => {
    let last = taskId
    for (let next = leads.get(last) ?? last; next !== last; next = leads.get(last) ?? last)
      last = next
    // The way is shorter for whoever asks next.
    for (let at = taskId; at !== last;) {
      const next = leads.get(at) ?? last
      leads.set(at, last)
      at = next
    }
    return last
  }
  for (const { taskId, resumedTaskId } of runs) {
    const last = lastOf(taskId)
    leads.set(last, lastOf(resumedTaskId))
  }
  return ({ taskId }) => lastOf(taskId)
}
