import { AppError } from './errors.ts'

/** Instants in milliseconds since the epoch, both ends included; an open end is infinite. */
export interface TimeRange {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Reads `-timeRange=t1-t2`. Each end is `*` for open, or UTC digits `yyyyMMddHHmmss` that may stop
 * anywhere after the year; what is missing is the lowest possible. An empty value counts as not
 * given, as with the official tool. Throws a usage `AppError` for anything else.
 */
export function parseTimeRange(text: string): TimeRange | undefined {
  if (text === '') return undefined
  const [start = '', end = '', ...more] = text.split('-')
  if (start === '' || end === '' || more.length > 0) throw malformed(text, 'must be time1-time2')
  const fromMs = start === '*' ? -Infinity : parseInstant(start, text)
  const toMs = end === '*' ? Infinity : parseInstant(end, text)
  if (fromMs > toMs) throw malformed(text, 'start time greater than end time.')
  return { fromMs, toMs }
}

/**
 * What completes a time that was given in part: January 1st, 00:00:00. Also where a field is cut
 * in half, for the official tool takes 202401011 (10:00 that day) and scripts may rely on it.
 */
const LOWEST = '00000101000000'

function parseInstant(digits: string, text: string): number {
  if (!/^\d{4,14}$/.test(digits)) {
    throw malformed(
      text,
      `parsing time "${digits}": must be 4 to 14 digits of yyyyMMddHHmmss, or *`,
    )
  }
  const padded = digits + LOWEST.slice(digits.length)
  const field = (from: number, to: number): number => Number(padded.slice(from, to))
  const year = field(0, 4)
  const month = field(4, 6)
  const day = field(6, 8)
  const hour = field(8, 10)
  const minute = field(10, 12)
  const second = field(12, 14)

  const limits: readonly [name: string, possible: boolean][] = [
    ['month', month >= 1 && month <= 12],
    ['day', day >= 1 && day <= daysInMonth(year, month)],
    ['hour', hour <= 23],
    ['minute', minute <= 59],
    ['second', second <= 59],
  ]
  const wrong = limits.find(([, possible]) => !possible)
  if (wrong) throw malformed(text, `parsing time "${padded}": ${wrong[0]} out of range`)

  const days = daysBeforeYear(year) - daysBeforeYear(1970) + daysBeforeMonth(year, month) + day - 1
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000
}

/** Days from January 1st of the year 0 to that of the year, in the Gregorian calendar. */
function daysBeforeYear(year: number): number {
  return 365 * year + Math.ceil(year / 4) - Math.ceil(year / 100) + Math.ceil(year / 400)
}

function daysBeforeMonth(year: number, month: number): number {
  let days = 0
  for (let earlier = 1; earlier < month; earlier++) days += daysInMonth(year, earlier)
  return days
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return daysBeforeYear(year + 1) - daysBeforeYear(year) - 337
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function malformed(text: string, why: string): AppError {
  return new AppError('usage', `The timeRange pattern [${text}] is not well-formed, ${why}`)
}
