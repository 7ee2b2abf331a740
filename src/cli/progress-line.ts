import type { ProgressView } from '../core/stats.ts'
import { formatDuration, formatRate, formatSize } from '../core/units.ts'

/**
 * One frame of the bar, never longer than `width` characters:
 * `[======------] 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 8m02s`. Where room is short the bar
 * shrinks first, then fields go from the right, and at last the bar. `?` is a time nobody knows.
 */
export function formatBarLine(view: ProgressView, width: number): string {
  const fields = [...figures(view), timeLeft(view) ?? '?']
  const kept = fields.filter((_, index) => {
    const upToHere = fields.slice(0, index + 1).join(' ')
    return BRACKETS + MIN_BAR + 1 + upToHere.length <= width
  })
  if (kept.length === 0) return (fields[0] ?? '').slice(0, Math.max(0, width))
  const text = kept.join(' ')
  // The bar's size follows the width and not the text, or it would twitch as figures grow.
  const wanted = clamp(width - BRACKETS - USUAL_TEXT, MIN_BAR, MAX_BAR)
  const size = Math.min(wanted, width - BRACKETS - 1 - text.length)
  const full = Math.floor((size * view.percent) / 100)
  return `[${'='.repeat(full)}${'-'.repeat(size - full)}] ${text}`
}

/**
 * The same for a pipe or a log file, with items, which a reader of a log cannot count:
 * `Progress: 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items, 8m02s left`.
 */
export function formatPlainLine(view: ProgressView): string {
  const left = view.percent < 100 ? timeLeft(view) : undefined
  const items = `${view.itemsDone}/${view.itemsTotal} items`
  return `Progress: ${figures(view).join(' ')} ${items}${left === undefined ? '' : `, ${left} left`}`
}

const BRACKETS = 2
const MIN_BAR = 8
const MAX_BAR = 56
/** Room for the fields when their figures are long, the blank before them included. */
const USUAL_TEXT = 54

function figures(view: ProgressView): string[] {
  return [
    `${view.percent.toFixed(2)}%`,
    `tps:${view.tps.toFixed(2)}`,
    formatRate(view.bytesPerSecond),
    `${formatSize(view.bytesPresent)}/${formatSize(view.bytesTotal)}`,
  ]
}

/** Whole seconds, rounded up: `0s` is for a run that is over. */
function timeLeft({ timeLeftMs }: ProgressView): string | undefined {
  return timeLeftMs === undefined ? undefined : formatDuration(Math.ceil(timeLeftMs / 1000) * 1000)
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value))
}
