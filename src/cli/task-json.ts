import { adviceFor } from '../core/failure-advice.ts'
import type { Cause } from '../core/failure-causes.ts'
import { formatListTime } from '../core/list-names.ts'
import type { JournaledRun } from '../core/task-chain.ts'
import type { TaskFacts, TaskSurvey } from '../core/task-facts.ts'
import { formatIsoTime } from '../core/utc-time.ts'
import type { TaskDetails } from './task-details.ts'

/** Of the objects that are printed; it changes when a field changes its meaning or goes. */
export const JSON_VERSION = 1

/** A task as one line of JSON, with its line end; docs/tasks.md has the fields. */
export function formatTaskJson(facts: TaskFacts): string {
  const { survey } = facts
  return toLine(
    typeof survey === 'string'
      ? { ...factFields(facts), trouble: survey }
      : { ...factFields(facts), ...surveyFields(survey, 1) },
  )
}

/** All of one task as one line of JSON, with its line end. */
export function formatDetailsJson({
  facts,
  survey,
  recorded,
  chain,
  command,
}: TaskDetails): string {
  return toLine({
    ...factFields(facts),
    ...surveyFields(survey, Infinity),
    recorded: { items: recorded.items, bytes: recorded.bytes, folder: recorded.folder },
    chain: chain.map(runFields),
    command: command ?? null,
  })
}

function factFields({ taskId, time, lists, run, since, superseded, goOnWith }: TaskFacts): object {
  return {
    version: JSON_VERSION,
    taskId,
    began: toIsoTime(time),
    dryRun: run?.dryRun ?? false,
    resumed: run?.resumedTaskId ?? null,
    since: sinceFields(since),
    superseded: superseded ?? null,
    goOnWith,
    lists,
  }
}

/** Null where the name of the list has no time that could be one. */
function toIsoTime(time: string): string | null {
  const told = formatListTime(time)
  return told === time ? null : `${told.replace(' ', 'T')}Z`
}

function sinceFields(since: TaskFacts['since']): object {
  const { kind } = since
  if (kind === 'nothing') return { kind }
  const left = kind === 'left' ? since.left : kind === 'done' ? 0 : null
  return { kind, taskId: since.run.taskId, state: since.run.state, left }
}

function surveyFields(survey: TaskSurvey, most: number): object {
  const { kind, items, uploads, copies, unreadable, bytes, isRounded, unsized, causes } = survey
  return {
    kind,
    failed: items,
    uploads,
    copies,
    unreadable,
    bytes,
    bytesRounded: isRounded,
    unsized,
    causeCount: causes.size(),
    causes: causes.mostFrequent(most).map(causeFields),
  }
}

function causeFields(cause: Cause): object {
  const { status, code, message, count, example } = cause
  return {
    status: status ?? null,
    code: code ?? null,
    message,
    count,
    example,
    advice: adviceFor(cause) ?? null,
  }
}

function runFields(run: JournaledRun): object {
  const { taskId, resumedTaskId, state, startedAtMs, endedAtMs, counts, flags, owner } = run
  return {
    taskId,
    resumed: resumedTaskId,
    state,
    started: formatIsoTime(startedAtMs),
    ended: endedAtMs === undefined ? null : formatIsoTime(endedAtMs),
    counts: counts ?? null,
    flags: flags ?? null,
    host: owner.host,
    pid: owner.pid,
  }
}

function toLine(fields: object): string {
  return `${JSON.stringify(fields)}\n`
}
