import { join } from 'node:path'
import type { Outcome } from '../core/outcome.ts'
import type { Reports, Warning } from '../core/ports.ts'
import {
  formatFailedLine,
  formatSucceedLine,
  formatWarningLine,
  type LineContext,
  type SizeStyle,
} from '../core/report-format.ts'
import {
  formatEnding,
  formatOpening,
  type ListKind,
  type ReportTotals,
} from '../core/report-frame.ts'
import { formatNameTime } from '../core/utc-time.ts'
import { createListFile, type ListFile } from './list-file.ts'
import { thisPlatform } from './this-system.ts'

/** Where the lists of a run go and how they are written. */
export interface ReportsOptions {
  /** The folder, which exists. */
  readonly folder: string
  /** The new task's id. */
  readonly taskId: string
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number
  now(): number
  readonly sizes: SizeStyle
  /** Size at which a list goes on in a new file (`recordMaxLogSize`). */
  readonly maxLogSizeBytes: number
  /** How many full files a list may leave (`recordBackups`); the last one has no limit. */
  readonly backups: number
}

/** The lists of a run on disk. Everything rejects with `AppError` `execute`. */
export interface ReportFiles extends Reports {
  /**
   * Writes the counts and closes the lists, all of them whatever happens to one; every failure that
   * was added is on disk for good then. Rejects also if any line before was lost: such lists do not
   * tell all.
   */
  finish(end: { readonly endedAtMs: number }): Promise<void>
  /** Where the list is, or would be if it had a line, in words: it may be in several files. */
  whereIs(kind: ListKind): string
  /** The path of the list, if it has a line; its rotated siblings have a number behind that. */
  pathOf(kind: ListKind): string | undefined
}

/**
 * The succeed, failed and warning lists of a run (manual: Result Lists), named
 * `cp_<kind>_report_<time>_<taskId>.txt`; each is made with its first line. Items that were left out
 * stand in no list and in no count.
 */
export function createReports(options: ReportsOptions): ReportFiles {
  const { startedAtMs, sizes } = options
  const lists: Readonly<Record<ListKind, ListFile>> = {
    succeed: createList('succeed', options),
    failed: createList('failed', options),
    warning: createList('warning', options),
  }
  const totals = { ...NOTHING }
  const losses = new Map<ListKind, unknown>()

  function append(kind: ListKind, line: string): Promise<void> {
    return lists[kind].append(line).catch((error: unknown) => {
      if (!losses.has(kind)) losses.set(kind, error)
      throw error
    })
  }

  function context(): LineContext {
    return { atMs: options.now(), sizes, platform: thisPlatform }
  }

  async function end(kind: ListKind, endedAtMs: number): Promise<void> {
    const list = lists[kind]
    if (!list.isStarted()) return
    const lines = formatEnding(kind, totals, { times: { startedAtMs, endedAtMs }, sizes })
    try {
      await Promise.all(lines.map((line) => append(kind, line)))
      // After this the old lists may be deleted, so what failed must not be lost with the power.
      if (kind === 'failed') await list.sync()
    } finally {
      await list.close()
    }
  }

  function hurry(): void {
    for (const kind of KINDS) lists[kind].hurry()
  }

  return {
    async add(outcome) {
      if (outcome.kind === 'left-out') return
      countOutcome(totals, outcome)
      return outcome.kind === 'failed'
        ? append('failed', formatFailedLine(outcome, context()))
        : append('succeed', formatSucceedLine(outcome, context()))
    },
    async warn(warning: Warning) {
      totals.warnings += 1
      await append('warning', formatWarningLine(warning, context()))
    },
    hurry,
    async finish({ endedAtMs }) {
      hurry()
      const ends = await Promise.allSettled(KINDS.map((kind) => end(kind, endedAtMs)))
      const failed = ends.find((result) => result.status === 'rejected')
      for (const loss of losses.values()) throw loss
      if (failed !== undefined) throw failed.reason
    },
    whereIs(kind) {
      const path = listPath(kind, options)
      const turns = lists[kind].turns()
      if (turns === 0) return path
      return turns === 1 ? `${path}.1 and ${path}` : `${path}.1 to .${turns} and ${path}`
    },
    pathOf: (kind) => (lists[kind].isStarted() ? listPath(kind, options) : undefined),
  }
}

const KINDS = ['succeed', 'failed', 'warning'] as const
const NOTHING: ReportTotals = {
  succeeded: 0,
  failed: 0,
  warnings: 0,
  succeededBytes: 0,
  knownBytes: 0,
}

function createList(kind: ListKind, options: ReportsOptions): ListFile {
  return createListFile({
    path: listPath(kind, options),
    opening: formatOpening(kind, options.startedAtMs),
    maxSizeBytes: options.maxLogSizeBytes,
    backups: options.backups,
  })
}

function listPath(kind: ListKind, { folder, startedAtMs, taskId }: ReportsOptions): string {
  return join(folder, `cp_${kind}_report_${formatNameTime(startedAtMs)}_${taskId}.txt`)
}

type Totals = { -readonly [Key in keyof ReportTotals]: ReportTotals[Key] }

function countOutcome(
  totals: Totals,
  outcome: Exclude<Outcome, { readonly kind: 'left-out' }>,
): void {
  const sizeBytes = outcome.sizeBytes ?? 0
  totals.knownBytes += sizeBytes
  if (outcome.kind === 'failed') {
    totals.failed += 1
    return
  }
  totals.succeeded += 1
  if (outcome.kind !== 'unchanged') totals.succeededBytes += sizeBytes
}
