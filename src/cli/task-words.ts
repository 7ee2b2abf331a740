import type { Cause } from '../core/failure-causes.ts'
import { formatListTime } from '../core/list-names.ts'
import { toOneLine } from '../core/report-text.ts'
import type { JournaledRun, SinceThen } from '../core/task-chain.ts'
import type { TaskFacts, TaskSurvey } from '../core/task-facts.ts'
import { formatListedSize } from '../core/units.ts'
import { grouped } from './counts.ts'

/** How what is known of a task is written. */
export interface TaskStyle {
  /** `human` rounds sizes, `raw` does not (`humanReadableFormat`). */
  readonly sizes: 'human' | 'raw'
  /** Whole ids, for who goes on with them, or what is enough of them for `obsutil tasks`. */
  readonly ids: 'whole' | 'short'
}

/** A task in a few words each. */
export interface TaskWords {
  readonly taskId: string
  readonly began: string
  readonly failed: string
  readonly size: string
  readonly cause: string
  readonly since: string
}

/** What a row of the table says of a task. */
export function describeTask(facts: TaskFacts, style: TaskStyle): TaskWords {
  const { survey, taskId, time } = facts
  const told =
    typeof survey === 'string'
      ? { failed: '?', size: '?', cause: toOneLine(survey) }
      : {
          failed: describeFailed(survey, facts.run),
          size: describeSize(survey, style.sizes),
          cause: describeMostFrequent(survey),
        }
  return { taskId, began: formatListTime(time), ...told, since: describeSince(facts, style) }
}

/** Items, by their kind where they are no downloads, and lines that cannot be read. */
export function describeFailed(survey: TaskSurvey, run: JournaledRun | undefined): string {
  const { items, uploads, copies, unreadable } = survey
  const counts = [
    ...(items > 0 || uploads + copies + unreadable === 0 ? [grouped(items)] : []),
    ...(uploads > 0 ? [`${grouped(uploads)} upload`] : []),
    ...(copies > 0 ? [`${grouped(copies)} copy`] : []),
    ...(unreadable > 0 ? [`${grouped(unreadable)} unreadable`] : []),
  ].join(' + ')
  return run?.dryRun === true ? `${counts} (dry run)` : counts
}

/** `≈` for a sum of rounded sizes, `≥` for one that lacks some, `n/a` where none is known. */
export function describeSize(
  { items, unsized, isRounded, bytes }: TaskSurvey,
  sizes: TaskStyle['sizes'],
): string {
  if (unsized === items) return 'n/a'
  const mark = unsized > 0 ? '≥' : isRounded ? '≈' : ''
  return `${mark}${formatListedSize(bytes, sizes)}`
}

/** Status and code, or what the message says where there is neither. */
function describeCause({ status = 0, code, message }: Cause): string {
  const name = [...(status === 0 ? [] : [status]), ...(code === undefined ? [] : [code])].join(' ')
  if (code !== undefined) return toOneLine(name)
  return toOneLine([name, message].filter((words) => words !== '').join(': ')) || 'not told'
}

/** What later runs made of the task. */
export function describeSince(facts: TaskFacts, style: TaskStyle): string {
  const { since, superseded, run, goOnWith } = facts
  if (run?.state === 'running') return `still running (${describeOwner(run)})`
  if (since.kind !== 'nothing') return describeRun(since, facts, style)
  if (superseded !== 'earlier') return ''
  return `broke off, ${idIn(goOnWith, style)} has all of it`
}

/** How a run ended, in so far as it was not told by counts. */
export function describeState(run: JournaledRun): string {
  switch (run.state) {
    case 'running':
      return `still running (${describeOwner(run)})`
    case 'killed':
      return 'killed before its end'
    case 'unknown':
      return `without an end so far (${describeOwner(run)})`
    case 'failed':
      return 'could not be carried out'
    case 'interrupted':
      return 'interrupted'
    case 'ended':
      return 'ended'
  }
}

/** The id, or the characters of it that are enough to tell it. */
function idIn(taskId: string, { ids }: TaskStyle): string {
  return ids === 'whole' ? taskId : taskId.slice(0, SHORT_ID)
}

const SHORT_ID = 8

function describeMostFrequent({ causes, items }: TaskSurvey): string {
  const [cause] = causes.mostFrequent(1)
  if (cause === undefined) return ''
  const of = cause.count === items ? '' : ` (${grouped(cause.count)})`
  return `${describeCause(cause)}${of}`
}

function describeRun(
  since: Exclude<SinceThen, { readonly kind: 'nothing' }>,
  { survey }: TaskFacts,
  style: TaskStyle,
): string {
  const by = idIn(since.run.taskId, style)
  switch (since.kind) {
    case 'running':
      return `being resumed by ${by} (${describeOwner(since.run)})`
    case 'done':
      // Uploads and copies are never done by a run of ours.
      return `resumed by ${by}, ${isMixed(survey) ? 'downloads done' : 'done'}`
    case 'left':
      return `resumed by ${by}, ${grouped(since.left)} left`
    case 'unfinished':
      return `resumed by ${by}, ${describeState(since.run)}`
  }
}

function isMixed(survey: TaskFacts['survey']): boolean {
  return typeof survey !== 'string' && survey.kind === 'mixed'
}

function describeOwner({ owner, state }: JournaledRun): string {
  const process = `process ${owner.pid}`
  return state === 'unknown' ? `${process} on ${toOneLine(owner.host)}` : process
}
