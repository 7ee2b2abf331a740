import type { ListedSize } from './item.ts'

/**
 * Bytes from a size as the user writes it: an integer, or an integer with B, KB, MB, GB or TB in
 * any case, in powers of 1024, blanks around it ignored. Zero and negative figures are sizes here;
 * undefined is returned for anything else, and for what a number cannot hold exactly.
 */
export function parseSize(text: string): number | undefined {
  const [, figure = '', unit = 'B'] = SIZE.exec(text.trim()) ?? []
  const bytes = figure === '' ? NaN : Number(figure) * unitBytes(unit.toUpperCase())
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** A size as the official tool prints it: `0B`, `123B`, `48.83KB`, `10.00MB`; TB is the last unit. */
export function formatSize(bytes: number): string {
  return scale(bytes).join('')
}

/** A size for a list line: `human` as `formatSize`, `raw` as the plain number of bytes, `123456B`. */
export function formatListedSize(bytes: number, style: 'human' | 'raw'): string {
  return style === 'human' ? formatSize(bytes) : `${bytes}B`
}

/**
 * The size of a list line, back as the bytes it may stand for. `123B` is exact. Two decimals stand
 * for everything that rounds to them, widened to whole bytes, so the true size is always inside.
 * Undefined for `n/a` and for whatever else the official tool would not have written.
 */
export function parseListedSize(text: string): ListedSize | undefined {
  const [, whole = '', hundredths, unit = ''] = LISTED_SIZE.exec(text) ?? []
  if (whole === '') return undefined
  const size = unitBytes(unit)
  const base = Number(whole) * size
  const spread =
    hundredths === undefined
      ? { below: 0, above: 0 }
      : {
          below: Math.floor(((Number(hundredths) - 0.5) * size) / 100),
          above: Math.ceil(((Number(hundredths) + 0.5) * size) / 100),
        }
  const maxBytes = base + spread.above
  if (!Number.isSafeInteger(maxBytes)) return undefined
  return { minBytes: Math.max(0, base + spread.below), maxBytes }
}

/** A span of time for the progress bar, in whole seconds begun: `0s`, `12s`, `3m05s`, `1h02m03s`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (minutes === 0) return `${seconds}s`
  if (hours === 0) return `${minutes}m${twoDigits(seconds % 60)}s`
  return `${hours}h${twoDigits(minutes % 60)}m${twoDigits(seconds % 60)}s`
}

/** A finite speed for the progress bar, fractions of a byte dropped: `0 B/s`, `2.02 KB/s`. */
export function formatRate(bytesPerSecond: number): string {
  return `${scale(Math.floor(bytesPerSecond)).join(' ')}/s`
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const
const SIZE = /^([+-]?\d+)(B|KB|MB|GB|TB)?$/i
const LISTED_SIZE = /^(\d+)(?:(?=B$)|\.(\d\d)(?!B$))(B|KB|MB|GB|TB)$/

function unitBytes(unit: string): number {
  return 1024 ** UNITS.findIndex((known) => known === unit)
}

/** Figure and unit of whole bytes, zero or more: the largest unit that the size reaches. */
function scale(bytes: number): [figure: string, unit: string] {
  const unit = UNITS.findLast((name) => bytes >= unitBytes(name)) ?? 'B'
  return [unit === 'B' ? String(bytes) : twoDecimals(bytes, unitBytes(unit)), unit]
}

/**
 * `%.2f` the way Go rounds it: an exact half goes to the even neighbour, where `toFixed` would go
 * up (1152 bytes are 1.12KB). Lists are compared byte by byte with the official tool's, so this
 * matters. Only the rest is multiplied, so every step stays an exact integer.
 */
function twoDecimals(bytes: number, size: number): string {
  const rest = (bytes % size) * 100
  const down = Math.floor(rest / size)
  const over = rest % size
  const roundsUp = over > size / 2 || (over === size / 2 && down % 2 === 1)
  const hundredths = Math.floor(bytes / size) * 100 + down + (roundsUp ? 1 : 0)
  return `${Math.floor(hundredths / 100)}.${twoDigits(hundredths % 100)}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
