import type { ObjectView } from '../core/objects-on-their-way.ts'
import { formatRate, formatSize } from '../core/units.ts'
import { drawBar } from './draw-bar.ts'
import { keepEnd, toPrintable } from './display-text.ts'

/**
 * How many large objects get a line of their own: a third of the terminal's rows, 8 at the most; none
 * where it is lower than 8 rows or narrower than 20 columns. 0 stands for a size that nobody knows.
 */
export function roomForObjects(columns: number, rows: number): number {
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) return 0
  return Math.min(MOST_LINES, Math.floor(rows / 3))
}

/**
 * The line of a large object, never wider than `width` columns: bar, percent, size, speed and key, such as
 * `[====------]  45.20%    2.65GB     3.10 MB/s backup/2024.tar`. The key comes last, for it has no width of
 * its own: so the figures stand below each other. Where room for the key is short, the bar goes first,
 * then the size, then the speed.
 */
export function formatObjectLine(view: ObjectView, width: number): string {
  const { percent } = view
  const share = `${percent.toFixed(2)}%`.padStart(PERCENT_COLUMNS)
  const size = formatSize(view.sizeBytes).padStart(SIZE_COLUMNS)
  const speed = formatRate(view.bytesPerSecond).padStart(RATE_COLUMNS)
  const room = width - BRACKETS - [share, size, speed].join(' ').length - 2 - MIN_NAME
  const barSize = Math.min(MAX_BAR, Math.floor(width / 4), room)
  const figures =
    barSize >= MIN_BAR
      ? [drawBar(percent, barSize), share, size, speed]
      : [
          [share, size, speed],
          [share, speed],
        ].find((fields) => fields.join(' ').length + 1 + MIN_NAME <= width)
  const text = `${(figures ?? [share]).join(' ')} `
  if (text.length >= width) return text.slice(0, Math.max(0, width))
  return `${text}${keepEnd(toPrintable(view.name), width - text.length)}`
}

const MIN_COLUMNS = 20
const MIN_ROWS = 8
const MOST_LINES = 8
const BRACKETS = 2
const MIN_BAR = 8
const MAX_BAR = 30
/** `99.99%`, `1023.99MB`, `1023.99 MB/s` */
const PERCENT_COLUMNS = 6
const SIZE_COLUMNS = 9
const RATE_COLUMNS = 12
/** Less of a key does not tell which one it is. */
const MIN_NAME = 16
