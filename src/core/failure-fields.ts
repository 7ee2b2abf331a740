import { fieldsStarts, messageEnd } from './report-fields.ts'
import { findItemField } from './report-item-field.ts'
import { ARROW, toOneLine } from './report-text.ts'

/** What a line of a failure list says of why; undefined and '' are written as `n/a`. */
export interface FailureFields {
  readonly status: number | undefined
  readonly code: string | undefined
  readonly message: string
}

/**
 * The fields of a line that was read as an item that goes to this destination; of an upload or a copy,
 * which have no destination here, those that come first. A name may hold what looks like the fields,
 * and so may a message: the fields are those that the destination comes before.
 */
export function readFailureFields(line: string, destination: string | undefined): FailureFields {
  const whole = line.trimEnd()
  const end = messageEnd(whole)
  // Only a line of ours goes on after what ends it otherwise.
  const text = end === -1 ? whole.slice(0, findItemField(whole)?.start) : whole
  const start = plainStart(text, destination) ?? doubtfulStart(text, destination)
  FIELDS.lastIndex = start
  const found = FIELDS.exec(text)
  if (found === null) return NOTHING
  const [, status, code] = found
  return {
    status: status === undefined ? undefined : Number(status),
    code: code === '' ? undefined : code,
    message: text.slice(FIELDS.lastIndex, end === -1 ? messageEnd(text) : end),
  }
}

/** Nearly all lines hold the destination once, and the fields behind it; lists have millions. */
function plainStart(text: string, destination: string | undefined): number | undefined {
  if (destination === undefined) return undefined
  const route = `${ARROW}${destination}`
  const at = text.indexOf(route)
  if (at === -1) return undefined
  FIELDS.lastIndex = at + route.length
  return FIELDS.test(text) ? at + route.length : undefined
}

function doubtfulStart(text: string, destination: string | undefined): number {
  const starts = fieldsStarts(text, 0)
  return starts.find((at) => isAfter(text, at, destination)) ?? starts[0] ?? text.length
}

const FIELDS =
  /, (?:cost \[\d+\]|n\/a), (?:status \[(\d+)\]|n\/a), (?:error code \[([^[\]]*)\]|n\/a), error message \[/y
const NOTHING: FailureFields = { status: undefined, code: undefined, message: '' }

function isAfter(text: string, at: number, destination: string | undefined): boolean {
  if (destination === undefined) return true
  return text.endsWith(destination, at) || text.endsWith(toOneLine(destination), at)
}
