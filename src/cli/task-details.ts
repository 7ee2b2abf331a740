import { formatListTime } from '../core/list-names.ts'
import { toOneLine } from '../core/report-text.ts'
import type { JournaledRun } from '../core/task-chain.ts'
import type { TaskFacts, TaskSurvey } from '../core/task-facts.ts'
import { formatListedSize } from '../core/units.ts'
import { formatNameTime } from '../core/utc-time.ts'
import { counted, grouped } from './counts.ts'
import { describeCauses } from './failure-summary.ts'
import {
  describeFailed,
  describeSince,
  describeSize,
  describeState,
  type TaskStyle,
} from './task-words.ts'

/** One task and all around it. */
export interface TaskDetails {
  readonly facts: TaskFacts
  readonly survey: TaskSurvey
  /** What part records claim of its items, in this folder. */
  readonly recorded: { readonly items: number; readonly bytes: number; readonly folder: string }
  /** The runs of its chain, the oldest first. */
  readonly chain: readonly JournaledRun[]
  /** When the task began that the first of them resumed, where it has lists. */
  readonly originTime: string | undefined
  /** The command line that goes on; undefined where nothing is left that this tool resumes. */
  readonly command: string | undefined
}

/** A store may make up codes; those that are told after so many are rare ones. */
const mostCauses = 20

/** What `obsutil tasks <taskId>` shows; lines end in a newline. */
export function formatTaskDetails(details: TaskDetails, sizes: TaskStyle['sizes']): string {
  const lines = [
    ...formatFigures(details, sizes),
    ...formatCauses(details.survey),
    ...formatChain(details),
    '',
    formatEnd(details),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function formatFigures(
  { facts, survey, recorded }: TaskDetails,
  sizes: TaskStyle['sizes'],
): readonly string[] {
  const { taskId, time, lists, run } = facts
  const since = describeSince(facts, { sizes, ids: 'whole' })
  const parts = `${formatListedSize(recorded.bytes, sizes)} of ${counted(recorded.items, 'item')}`
  return [
    `Task id:    ${taskId}`,
    ...(time === '' ? [] : [`Began:      ${formatListTime(time)} UTC`]),
    `Failed:     ${describeFailed(survey, run)}`,
    ...(survey.items === 0 ? [] : [`Size:       ${describeSizes(survey, sizes)}`]),
    ...(recorded.items === 0
      ? []
      : [`Recorded:   ${parts} in [${recorded.folder}], to be proven when it is resumed`]),
    ...(since === '' ? [] : [`Since then: ${since}`]),
    ...lists.map((path, at) => `${at === 0 ? 'Lists:     ' : '           '} ${toOneLine(path)}`),
  ]
}

function describeSizes(survey: TaskSurvey, sizes: TaskStyle['sizes']): string {
  const { unsized, items, isRounded } = survey
  const notes = [
    ...(isRounded ? ['the lists round sizes'] : []),
    ...(unsized > 0 && unsized < items
      ? [`without ${counted(unsized, 'item')} of unknown size`]
      : []),
  ]
  return `${describeSize(survey, sizes)}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`
}

function formatCauses({ causes, items }: TaskSurvey): readonly string[] {
  if (items === 0) return []
  const more = causes.size() - mostCauses
  return [
    '',
    causes.size() === 1 ? 'The cause:' : `The ${causes.size()} causes, the most frequent first:`,
    ...describeCauses(causes.mostFrequent(mostCauses)),
    ...(more > 0 ? [`  and ${counted(more, 'rarer cause')}`] : []),
  ]
}

function formatChain({ chain, facts, originTime }: TaskDetails): readonly string[] {
  const [first] = chain
  if (first === undefined) return []
  return [
    '',
    'The runs that it belongs to:',
    formatOrigin(first.resumedTaskId, facts.taskId, originTime),
    ...chain.map((run) => formatLink(run, facts.taskId)),
  ]
}

/** Of `2024-10-08 01:10:07`. */
const TIME_COLUMNS = 19

function formatOrigin(taskId: string, shownId: string, time: string | undefined): string {
  const began = time === undefined ? '' : formatListTime(time)
  return `${markFor(taskId, shownId)}${began.padEnd(TIME_COLUMNS)}  ${taskId}`
}

function formatLink(run: JournaledRun, shownId: string): string {
  const mark = markFor(run.taskId, shownId)
  const began = formatListTime(formatNameTime(run.startedAtMs))
  return `${mark}${began}  ${run.taskId} resumed ${run.resumedTaskId.slice(0, 8)}: ${describeRun(run)}`
}

function markFor(taskId: string, shownId: string): string {
  return taskId === shownId ? '  > ' : '    '
}

function describeRun(run: JournaledRun): string {
  const { counts } = run
  if (counts === undefined) return describeState(run)
  const told = [
    `${grouped(counts.succeeded)} succeeded`,
    ...(counts.skipped > 0 ? [`${grouped(counts.skipped)} of them unchanged`] : []),
    `${grouped(counts.failed)} failed`,
    ...(counts.leftOut > 0 ? [`${grouped(counts.leftOut)} left out`] : []),
    ...(counts.unreadable > 0 ? [counted(counts.unreadable, 'unreadable line')] : []),
  ].join(', ')
  return run.state === 'ended' ? told : `${describeState(run)}, ${told}`
}

function formatEnd({ facts, survey, command }: TaskDetails): string {
  if (command !== undefined) return `To go on: ${command}`
  const { kind, items } = survey
  if (facts.since.kind === 'running' || facts.run?.state === 'running') {
    return 'A run is at work on it: wait for its end.'
  }
  if (kind === 'upload' || kind === 'copy') {
    return `Its ${kind === 'upload' ? 'uploads' : 'copies'} are not for this tool, which resumes downloads only.`
  }
  return items === 0 ? 'Nothing of it is listed as failed.' : 'Nothing is left of it.'
}
