import type { SizeStyle } from './report-format.ts'
import { formatListedSize } from './units.ts'
import { formatClock, formatReportTime } from './utc-time.ts'

/** The three lists of a run, by the word in their names. */
export type ListKind = 'succeed' | 'failed' | 'warning'

/** How many items a run has reported so far, and their sizes in bytes as far as known. */
export interface ReportTotals {
  readonly succeeded: number
  readonly failed: number
  readonly warnings: number
  /** Of what was downloaded, or would have been in a dry run. */
  readonly succeededBytes: number
  readonly knownBytes: number
}

/** When a run began and ended, in milliseconds since the epoch. */
export interface RunTimes {
  readonly startedAtMs: number
  readonly endedAtMs: number
}

/** The lines that open a list; the time is the start of the run, in milliseconds since the epoch. */
export function formatOpening(kind: ListKind, startedAtMs: number): readonly string[] {
  const time = formatReportTime(startedAtMs)
  const header = `${time} [${COLUMNS[kind]}]`
  if (kind === 'warning') return [header]
  return [`${time} Start at ${formatClock(startedAtMs)}`, '', header]
}

/** The lines that end a list: its counts and, but for warnings, when and how long the run was. */
export function formatEnding(
  kind: ListKind,
  totals: ReportTotals,
  { times, sizes }: { readonly times: RunTimes; readonly sizes: SizeStyle },
): readonly string[] {
  const { startedAtMs, endedAtMs } = times
  const time = formatReportTime(endedAtMs)
  const costMs = Math.max(0, Math.round(endedAtMs - startedAtMs))
  const end = `${time} End at ${formatClock(endedAtMs)}, cost [${costMs}]`
  const items = totals.succeeded + totals.failed
  switch (kind) {
    case 'failed':
      return [`${time} Failed count is: ${totals.failed}/${items}`, end]
    case 'succeed': {
      const done = formatListedSize(totals.succeededBytes, sizes)
      const known = formatListedSize(totals.knownBytes, sizes)
      return [
        `${time} Succeed count is: ${totals.succeeded}/${items}`,
        `${time} Succeed bytes is: ${done}/${known}`,
        end,
      ]
    }
    case 'warning':
      return [`${time} Warning count is: ${totals.warnings}`]
  }
}

const COLUMNS = {
  failed: 'src size, src --> dst, cost(ms), status code, error code, error message, request id',
  succeed: 'src size, md5 value, src --> dst, cost(ms), status code, success message, request id',
  warning: 'src size, src --> dst, warn message',
} as const
