import type { Metrics, Tally } from '../core/tally.ts'
import { formatSize } from '../core/units.ts'

/** What the run is told to do, as the header shows it. Paths are shown as they are. */
export interface HeaderFields {
  readonly taskId: string
  /** Parts of one object at a time. */
  readonly parallels: number
  /** Objects at a time. */
  readonly jobs: number
  readonly thresholdBytes: number
  readonly partSizeBytes: number | 'auto'
  readonly verifyLength: boolean
  readonly verifyMd5: boolean
  readonly exclude: readonly string[]
  readonly include: readonly string[]
  /** As the user wrote it. */
  readonly timeRange: string | undefined
  readonly checkpointDir: string
  readonly outputDir: string
  readonly tempFileDir: string
}

/** How the run ended, as the summary shows it. */
export interface SummaryFields {
  readonly taskId: string
  readonly tally: Pick<Tally, 'succeeded' | 'failed' | 'skipped' | 'succeededBytes'>
  /** Lines in the warning list. */
  readonly warnings: number
  readonly metrics: Metrics
}

/**
 * The first line and the empty one after it, or nothing where the configuration hides it. Always
 * three digits of milliseconds, as the manual has it; only the lists cut zeros off.
 */
export function formatStart(startMs: number, visibility: 'shown' | 'hidden'): string {
  if (visibility === 'hidden') return ''
  const [date, clock = ''] = new Date(startMs).toISOString().split('T')
  return `Start at ${date} ${clock.replace('Z', '')} +0000 UTC\n\n`
}

/** The block before the progress bar, in the manual's wording; lines end in a newline. */
export function formatHeader(fields: HeaderFields): string {
  const partSize = fields.partSizeBytes === 'auto' ? 'auto' : formatSize(fields.partSizeBytes)
  return lines([
    settings(['Parallel:', fields.parallels], ['Jobs:', fields.jobs]),
    settings(['Threshold:', formatSize(fields.thresholdBytes)], ['PartSize:', partSize]),
    settings(['VerifyLength:', fields.verifyLength], ['VerifyMd5:', fields.verifyMd5]),
    ...filter('Exclude:', fields.exclude),
    ...filter('Include:', fields.include),
    ...filter('TimeRange:', fields.timeRange === undefined ? [] : [fields.timeRange]),
    `CheckpointDir: ${fields.checkpointDir}`,
    '',
    `Task id: ${fields.taskId}`,
    `OutputDir: ${fields.outputDir}`,
    `TempFileDir: ${fields.tempFileDir}`,
    '',
  ])
}

/** The block after the progress bar, in the manual's wording; lines end in a newline. */
export function formatSummary(fields: SummaryFields): string {
  const { succeeded, failed, skipped, succeededBytes } = fields.tally
  const isEmpty = succeeded + failed === 0
  const results: readonly Cell[] = [
    ['Succeed count:', succeeded],
    ['Failed count:', failed],
    ...atLeastOne('Skip count:', skipped),
  ]
  return lines([
    isEmpty ? 'Warn: No task to run' : counts(results),
    ...atLeastOne('Warning count:', fields.warnings).map((cell) => counts([cell])),
    counts([['Succeed bytes:', formatSize(succeededBytes)]]),
    ...(isEmpty ? [] : [formatMetrics(fields.metrics), '', `Task id: ${fields.taskId}`]),
  ])
}

type Cell = readonly [label: string, value: string | number | boolean]

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

/** `%-15s%-20s%-15s%-20s`, without the blanks at the end. */
function settings(...cells: readonly Cell[]): string {
  return cells
    .map(([label, value]) => label.padEnd(15) + `${value}`.padEnd(20))
    .join('')
    .trimEnd()
}

/** `%-20s%-10s` for each cell, without the blanks at the end. */
function counts(cells: readonly Cell[]): string {
  return cells
    .map(([label, value]) => label.padEnd(20) + `${value}`.padEnd(10))
    .join('')
    .trimEnd()
}

/** Not trimmed: a blank at the end of a pattern is part of it. */
function filter(label: string, patterns: readonly string[]): string[] {
  return patterns.length === 0 ? [] : [label.padEnd(15) + patterns.join(', ')]
}

function atLeastOne(label: string, count: number): Cell[] {
  return count === 0 ? [] : [[label, count]]
}

function formatMetrics(metrics: Metrics): string {
  const figures = [
    `max cost:${wholeMs(metrics.maxCostMs)}`,
    `min cost:${wholeMs(metrics.minCostMs)}`,
    `average cost:${metrics.averageCostMs.toFixed(2)} ms`,
    `average tps:${metrics.averageTps.toFixed(2)}`,
    `transferred size:${formatSize(metrics.transferredBytes)}`,
  ]
  return `Metrics [${figures.join(', ')}]`
}

function wholeMs(ms: number | undefined): string {
  return ms === undefined ? 'n/a' : `${Math.round(ms)} ms`
}
