import { ARROW } from './report-text.ts'

/**
 * The fixed fields that end a line of a failure list, found without a pattern that could backtrack:
 * `, cost [4], status [403], error code [AccessDenied], error message [Access Denied], request id [R]`.
 * The first three and the last may be `n/a`; only the message may hold brackets.
 */

/** More marks of a message than any honest line holds; looking at each costs a walk over the line. */
const MOST_MARKS = 16

/** What begins the message; every line of an item holds it. */
export const MESSAGE_MARK = ', error message ['

/** Where the message ends, or -1 where the text does not end as a whole line of an item does. */
export function messageEnd(text: string): number {
  if (text.endsWith(NO_REQUEST_ID)) return text.length - NO_REQUEST_ID.length
  const end = text.endsWith(']') ? text.lastIndexOf(REQUEST_ID) : -1
  if (end === -1) return end
  // An arrow here would be that of a record whose names hold the beginning of these fields.
  const requestId = text.slice(end + REQUEST_ID.length, -1)
  return /[[\]]/.test(requestId) || requestId.includes(ARROW) ? -1 : end
}

/**
 * All positions from `from` on where the fixed fields may begin, in order. More than one means that
 * a name or a message holds what looks like the fields. Empty for a line that is not whole, and for
 * one with too many to be honest.
 */
export function fieldsStarts(text: string, from: number): readonly number[] {
  const end = messageEnd(text)
  const starts: number[] = []
  let mark = text.indexOf(MESSAGE_MARK, from)
  for (let marks = 1; mark !== -1 && mark + MESSAGE_MARK.length <= end; marks += 1) {
    if (marks > MOST_MARKS) return []
    const start = leadingFieldsStart(text, mark)
    if (start > from) starts.push(start)
    mark = text.indexOf(MESSAGE_MARK, mark + 1)
  }
  return starts
}

/** Whether the text from `start` to its end is exactly the fixed fields. */
export function areFields(text: string, start: number): boolean {
  FIELDS_TO_MESSAGE.lastIndex = start
  return FIELDS_TO_MESSAGE.test(text) && FIELDS_TO_MESSAGE.lastIndex <= messageEnd(text)
}

const FIELDS_TO_MESSAGE =
  /, (?:cost \[\d+\]|n\/a), (?:status \[\d+\]|n\/a), (?:error code \[[^[\]]*\]|n\/a), error message \[/y
const NO_REQUEST_ID = '], n/a'
const REQUEST_ID = '], request id ['
const NOT_KNOWN = ', n/a'

/** Where cost, status and code begin that end at `end`, or -1 where one of them is missing. */
function leadingFieldsStart(text: string, end: number): number {
  const code = fieldStart(text, end, { opening: ', error code [', value: /^[^[\]]*$/ })
  const status = fieldStart(text, code, { opening: ', status [', value: /^\d+$/ })
  return fieldStart(text, status, { opening: ', cost [', value: /^\d+$/ })
}

interface Field {
  readonly opening: string
  readonly value: RegExp
}

function fieldStart(text: string, end: number, { opening, value }: Field): number {
  if (end <= 0) return -1
  if (text.endsWith(NOT_KNOWN, end)) return end - NOT_KNOWN.length
  if (text[end - 1] !== ']') return -1
  const start = text.lastIndexOf(opening, end - 1)
  return start !== -1 && value.test(text.slice(start + opening.length, end - 1)) ? start : -1
}
