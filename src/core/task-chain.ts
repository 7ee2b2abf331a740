import type { RunEntry, WrittenState } from './run-entry.ts'

/**
 * A run as the journal tells it. Of one that never wrote its end: it still runs, its process is gone
 * (`killed`), or it was another computer's or container's, whose processes cannot be asked (`unknown`).
 */
export interface JournaledRun extends Omit<RunEntry, 'state'> {
  readonly state: WrittenState | 'killed' | 'unknown'
}

/** What became of a task since: what the runs that resumed it left, and who has that now. */
export type SinceThen =
  /** No run resumed it, as far as the journal knows. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'running'; readonly run: JournaledRun }
  /** All of it is done; the run is the one that did the last of it. */
  | { readonly kind: 'done'; readonly run: JournaledRun }
  /** So many items are left, after this run, of what the task had. */
  | { readonly kind: 'left'; readonly run: JournaledRun; readonly left: number }
  /** The last run that resumed it did not come to its end. */
  | { readonly kind: 'unfinished'; readonly run: JournaledRun }

/** Who resumed whom. Dry runs are no part of it, for they do nothing. */
export interface TaskChains {
  /** The run that has this task id; undefined for a task of another tool, and where nothing is known. */
  runOf(taskId: string): JournaledRun | undefined
  sinceThen(taskId: string): SinceThen
  /** All runs that the first task of this one's chain led to, the oldest first. */
  chainOf(taskId: string): readonly JournaledRun[]
  /** The task to resume so as to get what is left of this one, and nothing that is done. */
  goOnWith(taskId: string): string
  /** Why resuming the task would be for nothing, or not get all; undefined where it is the one to resume. */
  supersededBy(taskId: string): Superseded | undefined
}

/** Why a task is not the one to resume. */
export type Superseded =
  /** Later runs did all of it, or have what is left in lists of their own. */
  | 'later'
  /** It is a run that broke off, and the task that it worked on, or what came of that, has more. */
  | 'earlier'
  /** It was a dry run. */
  | 'dry-run'

/**
 * Puts the journal of a folder together. `isListed` says whether a task has failure lists there. What
 * the journal says is not relied on to make sense: who resumed whom is told from the last run to the
 * first, so that neither a circle nor a chain of any length does harm.
 */
export function createTaskChains(
  runs: readonly JournaledRun[],
  isListed: (taskId: string) => boolean,
): TaskChains {
  const inOrder = runs.toSorted((one, other) => one.startedAtMs - other.startedAtMs)
  const byId = new Map(inOrder.map((run) => [run.taskId, run]))
  const byResumed = groupByResumed(inOrder.filter((run) => !run.dryRun))
  const runsOf = (taskId: string) => byResumed.get(taskId) ?? []
  const fates = new Map<string, Fate>()
  const fateOf = (taskId: string): Fate => fates.get(taskId) ?? tellFate(taskId)
  for (const { taskId } of inOrder.toReversed()) fates.set(taskId, tellFate(taskId))

  function tellFate(taskId: string): Fate {
    const resumed = runsOf(taskId)
    return { since: tellSince(resumed), heir: resumed.findLast(hasAll) }
  }

  function tellSince(resumed: readonly JournaledRun[]): SinceThen {
    const running = resumed.findLast((run) => run.state === 'running')
    if (running !== undefined) return { kind: 'running', run: running }
    const ends = resumed.flatMap((run) => endOf(run) ?? [])
    const best = ends.toSorted((one, other) => one.left - other.left)[0]
    if (best !== undefined) return best.left === 0 ? { kind: 'done', run: best.run } : best
    const last = resumed.at(-1)
    return last === undefined ? { kind: 'nothing' } : { kind: 'unfinished', run: last }
  }

  /** What is left after a run that came to its end, and after those that resumed it. */
  function endOf(run: JournaledRun): LeftAfter | undefined {
    const kept = notTaken(run)
    if (kept === undefined) return undefined
    const failed = run.counts?.failed ?? 0
    const later = failed === 0 ? undefined : fates.get(run.taskId)?.since
    if (later?.kind === 'done') return { kind: 'left', run: later.run, left: kept }
    if (later?.kind === 'left') return { ...later, left: kept + later.left }
    return { kind: 'left', run, left: kept + failed }
  }

  /** Whether what the run left of its task, if anything, can be resumed by what came of the run. */
  function hasAll(run: JournaledRun): boolean {
    if (notTaken(run) !== 0) return false
    return (
      run.counts?.failed === 0 || isListed(run.taskId) || fates.get(run.taskId)?.heir !== undefined
    )
  }

  /** The task that a run broke off from, or only looked at, where its list or what came of it is there. */
  function widerTask(taskId: string): string | undefined {
    const run = byId.get(taskId)
    const isWhole = run === undefined || (!run.dryRun && notTaken(run) !== undefined)
    if (isWhole) return undefined
    const wider = run.resumedTaskId
    // The list may have been cleared since, once all in it was accounted for.
    return isListed(wider) || fateOf(wider).heir !== undefined ? wider : undefined
  }

  function nextAfter(taskId: string): string | undefined {
    const { heir } = fateOf(taskId)
    return heir === undefined || heir.counts?.failed === 0 ? undefined : heir.taskId
  }

  return {
    runOf: (taskId) => byId.get(taskId),
    sinceThen: (taskId) => fateOf(taskId).since,
    chainOf(taskId) {
      const first = follow(taskId, (id) => byId.get(id)?.resumedTaskId)
      const found = new Set<JournaledRun>()
      const ids = [first]
      for (const id of ids) {
        const fresh = runsOf(id).filter((run) => !found.has(run))
        for (const run of fresh) found.add(run)
        ids.push(...fresh.map((run) => run.taskId))
      }
      return [...found].toSorted((one, other) => one.startedAtMs - other.startedAtMs)
    },
    goOnWith: (taskId) => follow(follow(taskId, widerTask), nextAfter),
    supersededBy(taskId) {
      if (byId.get(taskId)?.dryRun === true) return 'dry-run'
      if (widerTask(taskId) !== undefined) return 'earlier'
      return fateOf(taskId).heir === undefined ? undefined : 'later'
    },
  }
}

/** What is known of a task: what was left, and the run that has all of that. */
interface Fate {
  readonly since: SinceThen
  readonly heir: JournaledRun | undefined
}

/** Where steps lead from there, up to the last one or the first that was made before. */
function follow(from: string, step: (id: string) => string | undefined): string {
  const seen = new Set([from])
  for (let id = from; ;) {
    const next = step(id)
    if (next === undefined || seen.has(next)) return id
    seen.add(next)
    id = next
  }
}

type LeftAfter = Extract<SinceThen, { readonly kind: 'left' }>

function groupByResumed(
  runs: readonly JournaledRun[],
): ReadonlyMap<string, readonly JournaledRun[]> {
  const groups = new Map<string, JournaledRun[]>()
  for (const run of runs) {
    const group = groups.get(run.resumedTaskId)
    if (group === undefined) groups.set(run.resumedTaskId, [run])
    else group.push(run)
  }
  return groups
}

/**
 * Items that the run left to the task it resumed: filters, answers, lines it could not read. Undefined
 * where it did not come to an end that accounts for every item.
 */
function notTaken({ state, counts }: JournaledRun): number | undefined {
  const isAccounted = state === 'ended' || state === 'interrupted'
  return isAccounted && counts !== undefined ? counts.leftOut + counts.unreadable : undefined
}
