import { describeFileSystem } from '../adapters/file-systems.ts'
import { compareSpace, createPlanTally, type DownloadPlan } from '../core/download-plan.ts'
import type { Options } from '../core/options.ts'
import type { Outcome } from '../core/outcome.ts'

/** Puts together what a dry run finds. */
export interface Planner {
  /** Told of every outcome. */
  note(outcome: Outcome): void
  /** The plan, with the room that there is now: plain data, for the screen and for JSON. */
  plan(): Promise<DownloadPlan>
}

/** The planner of a dry run; undefined for a run that downloads. */
export function createPlanner({ dryRun, jobs }: Options): Planner | undefined {
  if (!dryRun) return undefined
  const tally = createPlanTally(jobs)
  return {
    note: (outcome) => tally.add(outcome),
    async plan() {
      const space = await Promise.all(
        tally
          .needs()
          .map(async (need) => compareSpace(need, await describeFileSystem(need.folder))),
      )
      return tally.plan(space)
    },
  }
}
