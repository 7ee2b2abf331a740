/**
 * The journal of runs: one file a run, `.obsutil_run_<taskId>.json`, beside the lists that the run
 * wrote. It says what no list says: which task the run resumed, and how it ended.
 */

/** How many items of a run ended how, and the bytes of those that were downloaded. */
export interface RunCounts {
  readonly succeeded: number
  readonly failed: number
  /** Of the succeeded ones, those that were up to date. */
  readonly skipped: number
  /** By a filter or an answer; they are in no list of the run. */
  readonly leftOut: number
  /** Lines of the resumed task's lists that could not be read. */
  readonly unreadable: number
  /** Lines that were uploads or copies. */
  readonly foreign: number
  readonly bytes: number
}

/**
 * `running` stands in the file until the run ends: `ended` with every item accounted for,
 * `interrupted` likewise, for what was not done is in the failure list then, or `failed`, when the
 * run as a whole could not be carried out and its lists do not tell all.
 */
export type WrittenState = 'running' | 'ended' | 'interrupted' | 'failed'

/** The process that a run is, or was. */
interface RunOwner {
  readonly pid: number
  readonly host: string
  /** When the process started, in the system's own count; '' where that cannot be found out. */
  readonly started: string
  /** Where the number means something; '' where there is no such thing. */
  readonly space: string
}

/** Flags as they were given; of `cp` none holds a secret. */
type RunFlags = Readonly<Record<string, string | readonly string[] | undefined>>

/** What the journal says of one run. Times are in milliseconds since the epoch. */
export interface RunEntry {
  /** The run's own task id. */
  readonly taskId: string
  readonly resumedTaskId: string
  /** Nothing was downloaded: such a run is no link of a chain. */
  readonly dryRun: boolean
  readonly state: WrittenState
  readonly startedAtMs: number
  readonly endedAtMs: number | undefined
  /** Undefined before the end, and where the run did not get so far. */
  readonly counts: RunCounts | undefined
  /** Undefined where they would not fit. */
  readonly flags: RunFlags | undefined
  readonly owner: RunOwner
}

/** In characters; a journal must stay quick to read, however many patterns a run was given. */
const longestFlags = 16_384
const version = 1
const TASK_ID = /^[0-9A-Za-z-]{36}$/
const STATES = ['running', 'ended', 'interrupted', 'failed'] as const
const COUNTS = [
  'succeeded',
  'failed',
  'skipped',
  'leftOut',
  'unreadable',
  'foreign',
  'bytes',
] as const

/** The name of a run's file. */
export function runFileName(taskId: string): string {
  return `.obsutil_run_${taskId}.json`
}

/** The task id in the name of a run's file; undefined for any other name. */
export function taskIdOfRunFile(name: string): string | undefined {
  return /^\.obsutil_run_([0-9A-Za-z-]{36})\.json$/.exec(name)?.[1]
}

/** The text of a run's file: one line of JSON, with its line end. */
export function formatRun(entry: RunEntry): string {
  const { owner, counts, flags } = entry
  const fits = flags !== undefined && JSON.stringify(flags).length <= longestFlags
  const text = JSON.stringify({
    version,
    taskId: entry.taskId,
    resumedTaskId: entry.resumedTaskId,
    dryRun: entry.dryRun,
    state: entry.state,
    startedAtMs: entry.startedAtMs,
    endedAtMs: entry.endedAtMs ?? null,
    counts: counts ?? null,
    flags: fits ? flags : null,
    owner,
  })
  return `${text}\n`
}

/** Reads a run's file; undefined for another version, and for anything that is not one. */
export function parseRun(text: string): RunEntry | undefined {
  const fields = toObject(parseJson(text))
  if (fields?.['version'] !== version) return undefined
  const { taskId, resumedTaskId, dryRun } = fields
  if (!isTaskId(taskId) || !isTaskId(resumedTaskId) || typeof dryRun !== 'boolean') return undefined
  const course = parseCourse(fields)
  const owner = parseOwner(fields['owner'])
  if (course === undefined || owner === undefined) return undefined
  return { taskId, resumedTaskId, dryRun, ...course, flags: parseFlags(fields['flags']), owner }
}

type Fields = Readonly<Record<string, unknown>>

type Course = Pick<RunEntry, 'state' | 'startedAtMs' | 'endedAtMs' | 'counts'>

function parseCourse(fields: Fields): Course | undefined {
  const { startedAtMs, endedAtMs } = fields
  const state = STATES.find((known) => known === fields['state'])
  const counts = parseCounts(fields['counts'])
  if (state === undefined || counts === 'garbage' || !isCount(startedAtMs)) return undefined
  if (endedAtMs !== null && !isCount(endedAtMs)) return undefined
  return { state, startedAtMs, endedAtMs: endedAtMs ?? undefined, counts }
}

function parseOwner(value: unknown): RunOwner | undefined {
  const { pid, host, started, space } = toObject(value) ?? {}
  // A number that is not above zero would be a whole group of processes.
  if (!isCount(pid) || pid === 0) return undefined
  if (!isText(host) || !isText(started) || !isText(space)) return undefined
  return { pid, host, started, space }
}

function parseCounts(value: unknown): RunCounts | undefined | 'garbage' {
  if (value === null) return undefined
  const fields = toObject(value)
  if (fields === undefined || !hasCounts(fields)) return 'garbage'
  const { succeeded, failed, skipped, leftOut, unreadable, foreign, bytes } = fields
  return { succeeded, failed, skipped, leftOut, unreadable, foreign, bytes }
}

function hasCounts(fields: Fields): fields is Readonly<Record<keyof RunCounts, number>> {
  return COUNTS.every((name) => isCount(fields[name]))
}

function parseFlags(value: unknown): RunFlags | undefined {
  const flags: Record<string, string | readonly string[]> = {}
  for (const [name, one] of Object.entries(toObject(value) ?? {})) {
    if (isText(one)) flags[name] = one
    else if (Array.isArray(one)) flags[name] = one.filter(isText)
  }
  return value === null ? undefined : flags
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Torn by a full disk or a power loss, or nothing of ours: either way it says nothing.
    return undefined
  }
}

function toObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { ...value }
    : undefined
}

function isTaskId(value: unknown): value is string {
  return isText(value) && TASK_ID.test(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}
