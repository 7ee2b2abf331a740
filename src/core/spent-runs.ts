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
  const isWanted = (run: JournaledRun) =>
    run.state === 'running' ||
    nowMs - (run.endedAtMs ?? run.startedAtMs) < toldForMs ||
    [run.taskId, run.resumedTaskId].some(isListed)
  return groupByChain(runs)
    .filter((chain) => !chain.some(isWanted))
    .flat()
}

/** Runs that resumed one another, or the same task, belong together. */
function groupByChain(runs: readonly JournaledRun[]): readonly (readonly JournaledRun[])[] {
  const chains = new Map<string, JournaledRun[]>()
  for (const run of runs) {
    const ids = [run.taskId, run.resumedTaskId]
    const joined = [...new Set(ids.flatMap((id) => chains.get(id) ?? []))]
    const chain = [...joined, run]
    for (const { taskId, resumedTaskId } of chain) {
      chains.set(taskId, chain)
      chains.set(resumedTaskId, chain)
    }
  }
  return [...new Set(chains.values())]
}
