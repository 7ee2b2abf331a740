import type { ProgressView } from '../core/stats.ts'
import { formatDuration, formatRate, formatSize } from '../core/units.ts'
import { drawBar } from './draw-bar.ts'

/**
 * One frame of the bar, never longer than `width` characters:
 * `[======------] 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items 2 failed 8m02s`. Where room is
 * short the bar shrinks first; then go tps, bytes, speed, items, time left, the bar itself and what failed,
 * in this order, so that percent stays to the last. `?` is a time nobody knows.
 */
export function formatBarLine(view: ProgressView, width: number): string {
  let fields = fieldsOf(view, width)
  let bar: 'shown' | 'gone' = 'shown'
  for (const next of GOES_FIRST) {
    const needed = columnsOf(fields) + (bar === 'shown' ? BRACKETS + MIN_BAR + 1 : 0)
    if (needed <= width) break
    if (next === 'bar') bar = 'gone'
    else fields = fields.filter(({ name }) => name !== next)
  }
  const text = fields.map(({ text: shown }) => shown).join(' ')
  const room = width - BRACKETS - 1
  const size = Math.min(MAX_BAR, room - columnsOf(fields), room - text.length)
  return bar === 'gone' || size < 1
    ? text.slice(0, Math.max(0, width))
    : `${drawBar(view.percent, size)} ${text}`
}

/**
 * The same for a pipe or a log file:
 * `Progress: 45.20% tps:12.00 3.10 MB/s 1.20GB/2.65GB 120/300 items, 2 failed, 8m02s left`.
 */
export function formatPlainLine(view: ProgressView): string {
  const figures = fieldsOf(view, Infinity).filter(({ name }) => IN_FRONT.has(name))
  const items = [
    itemsOf(view),
    ...(view.itemsFailed > 0 ? [failedOf(view)] : []),
    ...(view.timeLeftMs === undefined || view.timeLeftMs <= 0 ? [] : [`${timeLeft(view)} left`]),
  ]
  return `Progress: ${figures.map(({ text }) => text).join(' ')} ${items.join(', ')}`
}

type Name = 'percent' | 'tps' | 'speed' | 'bytes' | 'items' | 'failed' | 'time'

interface Field {
  readonly name: Name
  readonly text: string
  /**
   * Columns that are kept for it: what is shown must follow the width and not the figures, or it would
   * twitch as they grow.
   */
  readonly columns: number
}

const GOES_FIRST = ['tps', 'bytes', 'speed', 'items', 'time', 'bar', 'failed'] as const
const IN_FRONT: ReadonlySet<Name> = new Set(['percent', 'tps', 'speed', 'bytes'])

const BRACKETS = 2
const MIN_BAR = 4
const MAX_BAR = 56
/** From here on there is room for words that explain a figure. */
const ROOMY = 60

function fieldsOf(view: ProgressView, width: number): readonly Field[] {
  const { percent, tps, bytesPerSecond, itemsFailed } = view
  const total = formatSize(view.bytesTotal)
  const items = width < ROOMY ? countOf(view) : itemsOf(view)
  return [
    field('percent', `${percent.toFixed(2)}%`, '100.00%'.length),
    field('tps', `tps:${tps.toFixed(2)}`, 'tps:100.00'.length),
    field('speed', formatRate(bytesPerSecond), '100.00 MB/s'.length),
    field('bytes', `${formatSize(view.bytesPresent)}/${total}`, 2 * total.length + 1),
    field('items', items, items.length - String(view.itemsDone).length + digits(view.itemsTotal)),
    ...(itemsFailed > 0 ? [field('failed', failedOf(view), digits(itemsFailed))] : []),
    field('time', timeLeft(view), '10m00s'.length),
  ]
}

function field(name: Name, text: string, columns: number): Field {
  return { name, text, columns: Math.max(columns, text.length) }
}

/** With the blanks in between. */
function columnsOf(fields: readonly Field[]): number {
  return fields.reduce((sum, { columns }) => sum + columns + 1, -1)
}

function countOf({ itemsDone, itemsTotal }: ProgressView): string {
  return `${itemsDone}/${itemsTotal}`
}

function itemsOf(view: ProgressView): string {
  return `${countOf(view)} items`
}

function failedOf({ itemsFailed }: ProgressView): string {
  return `${itemsFailed} failed`
}

function digits(count: number): number {
  return String(count).length
}

/** Whole seconds, rounded up: `0s` is for a run that is over. */
function timeLeft({ timeLeftMs }: ProgressView): string {
  return timeLeftMs === undefined ? '?' : formatDuration(Math.ceil(timeLeftMs / 1000) * 1000)
}
