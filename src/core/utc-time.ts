import { onceASecond } from './once-a-second.ts'

/** `2026-11-22T18:56:01Z`, the time at the head of each line; `ms` since the epoch, cut off. */
export const formatReportTime = onceASecond((ms) => {
  const { date, clock } = fieldsOf(ms)
  return `${date}T${clock}Z`
})

/**
 * `2026-11-22 18:56:01.338 +0000 UTC`, the way Go prints a time: without the zeros that end the
 * fraction, and without the point where there is none. `ms` since the epoch.
 */
export function formatClock(ms: number): string {
  const { date, clock, milliseconds } = fieldsOf(ms)
  const fraction = `.${padded(milliseconds, 3)}`.replace(/\.?0+$/, '')
  return `${date} ${clock}${fraction} +0000 UTC`
}

/** `2026-11-22T18:56:01.338Z`, the time in JSON; `ms` since the epoch, cut off. */
export function formatIsoTime(ms: number): string {
  const { date, clock, milliseconds } = fieldsOf(ms)
  return `${date}T${clock}.${padded(milliseconds, 3)}Z`
}

/** `20261122185601`, the time in the names of lists, UTC; `ms` since the epoch. */
export function formatNameTime(ms: number): string {
  return formatReportTime(ms).replaceAll(/\D/g, '')
}

const DAY_MS = 86_400_000

interface TimeFields {
  readonly date: string
  readonly clock: string
  readonly milliseconds: number
}

function fieldsOf(ms: number): TimeFields {
  const whole = Math.floor(ms)
  const day = Math.floor(whole / DAY_MS)
  const inDay = whole - day * DAY_MS
  const seconds = Math.floor(inDay / 1000)
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return {
    date: dateOf(day),
    clock: clock.map((part) => padded(part, 2)).join(':'),
    milliseconds: inDay % 1000,
  }
}

/**
 * The Gregorian date of a day counted from 1970-01-01. The count is moved to begin on 1 March of
 * the year 0: a leap day is then the last of its year, and months have lengths that repeat.
 */
function dateOf(day: number): string {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365)
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(dayOfMonth, 2)}`
}

function padded(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
