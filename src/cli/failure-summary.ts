import { adviceFor } from '../core/failure-advice.ts'
import type { Cause } from '../core/failure-causes.ts'
import { toOneLine } from '../core/report-text.ts'
import { counted, grouped } from './counts.ts'

/** What a run left undone, and how to go on. */
export interface FailureFields {
  readonly failed: number
  /** The most frequent ones; none where the user is told of them elsewhere. */
  readonly causes: readonly Cause[]
  /** All of them. */
  readonly causeCount: number
  /** Where the list is that has every one of them. */
  readonly list: string
  /** The command line that goes on; undefined where no further try can help. */
  readonly command: string | undefined
}

const longestMessage = 120
const longestCode = 60

/** The last lines of a run in which something failed, for stderr; lines end in a newline. */
export function formatFailures({
  failed,
  causes,
  causeCount,
  list,
  command,
}: FailureFields): string {
  const items = `${counted(failed, 'item')} failed`
  const isSome = causes.length > 0 && causes.length < causeCount
  const some = isSome ? `; the first ${causes.length} of ${causeCount} causes` : ''
  const lines = [
    '',
    `${items}${some}${causes.length === 0 ? '' : ':'}`,
    ...describeCauses(causes),
    `All of them are in ${list}`,
    ...(command === undefined ? [] : [`To go on: ${command}`]),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

/** Of lines that look like items and could not be read; nothing where there are none. */
export function formatUnreadable(count: number, list: string): string {
  if (count === 0) return ''
  return `\n${counted(count, 'line')} of the old lists could not be read; see ${list}\n`
}

/** Causes with their numbers, an example and what is likely to help; lines without their line ends. */
export function describeCauses(causes: readonly Cause[]): readonly string[] {
  const width = Math.max(0, ...causes.map(({ count }) => grouped(count).length))
  return causes.flatMap((cause) => describeCause(cause, width))
}

/** Lines about a cause, its count in so many columns after two blanks. */
export function describeCause(cause: Cause, width: number): readonly string[] {
  const { count, status = 0, code, example } = cause
  const name = [
    ...(status === 0 ? [] : [status]),
    ...(code === undefined ? [] : [shortened(code, longestCode)]),
  ].join(' ')
  const message = shortened(cause.message, longestMessage)
  const told = [name, message].filter((words) => words !== '').join(': ')
  const indent = ' '.repeat(width + 4)
  const advice = adviceFor(cause)
  return [
    `  ${grouped(count).padStart(width)}  ${told === '' ? 'not told' : told}`,
    `${indent}such as ${toOneLine(example)}`,
    ...(advice === undefined ? [] : [`${indent}${advice}`]),
  ]
}

function shortened(text: string, most: number): string {
  return toOneLine(text.length > most ? `${text.slice(0, most)}…` : text)
}
