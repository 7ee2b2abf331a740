import { MESSAGE_MARK } from './report-fields.ts'
import { closesItem, isRecordStart, parseFailureLine, type FailureLine } from './report-line.ts'
import type { Platform } from './report-text.ts'

/** A line of a file, as it stands between two line feeds. */
export interface ListLine {
  /** Counted from 1. */
  readonly lineNumber: number
  readonly text: string
  /** The bytes were not UTF-8, or more than is read: nothing in it can be relied on. */
  readonly isDamaged: boolean
}

/** A record whose first line is not all of it. */
export interface OpenRecord {
  readonly lines: readonly ListLine[]
  /** Characters of all lines. */
  readonly length: number
  /** What the first line already says, if it breaks off inside the message; else a name broke it. */
  readonly beforeMessage: FailureLine | undefined
  /** Set once a line tells that the record may not be what its first line says. */
  readonly isDoubtful: boolean
}

/** What a further line means to an open record. */
export type Continuation =
  | { readonly kind: 'more'; readonly record: OpenRecord }
  | { readonly kind: 'whole'; readonly parsed: FailureLine }
  /** The lines, this one included, cannot be told apart. */
  | { readonly kind: 'given-up'; readonly lines: readonly ListLine[] }
  /** The record ended before this line, which is to be read by itself. */
  | { readonly kind: 'broken-off' }

/** Opens the record that this line begins and does not end. */
export function openRecord(line: ListLine, platform: Platform): OpenRecord {
  const closed = `${line.text}], n/a`
  const parsed = line.text.includes(MESSAGE_MARK) ? parseFailureLine(closed, platform) : undefined
  return {
    lines: [line],
    length: line.text.length,
    beforeMessage: parsed?.kind === 'unreadable' ? undefined : parsed,
    isDoubtful: false,
  }
}

/** Goes on with a record; the bounds are 64 lines and 64 Ki characters. */
export function continueRecord(
  record: OpenRecord,
  line: ListLine,
  platform: Platform,
): Continuation {
  const isName = record.beforeMessage === undefined
  if (isName && !record.isDoubtful && isWholeRecord(line, platform)) return { kind: 'broken-off' }
  const grown = {
    ...record,
    lines: [...record.lines, line],
    length: record.length + 1 + line.text.length,
  }
  const isTooLong = grown.lines.length > MOST_LINES || grown.length > MOST_CHARACTERS
  if (line.isDamaged || isTooLong) return { kind: 'given-up', lines: grown.lines }
  return isName ? continueName(grown, line, platform) : continueMessage(grown, line)
}

/**
 * The text of lines that belong together, with the line feeds between them. Where the last ends with
 * a carriage return, a text tool has put one before every line feed; they are taken out again.
 */
export function joinLines(lines: readonly ListLine[]): string {
  const isConverted = lines.at(-1)?.text.endsWith('\r') === true
  return lines
    .map(({ text }) => (isConverted && text.endsWith('\r') ? text.slice(0, -1) : text))
    .join('\n')
}

const MOST_LINES = 64
const MOST_CHARACTERS = 65_536

/** A line that stands by itself, so that the line before it must have been torn. */
function isWholeRecord({ text }: ListLine, platform: Platform): boolean {
  if (!isRecordStart(text)) return false
  return closesItem(text) || parseFailureLine(text, platform).kind === 'other'
}

/** A second record that breaks off may be the name of the first, and so may what follows. */
function continueName(record: OpenRecord, line: ListLine, platform: Platform): Continuation {
  const isDoubtful = record.isDoubtful || isRecordStart(line.text)
  if (!closesItem(line.text)) return { kind: 'more', record: { ...record, isDoubtful } }
  if (isDoubtful) return { kind: 'given-up', lines: record.lines }
  const parsed = parseFailureLine(joinLines(record.lines), platform)
  return parsed.kind === 'unreadable' ? { kind: 'more', record } : { kind: 'whole', parsed }
}

/**
 * Lines that look like whole records are words of the message here. But fields that begin in a line
 * of their own mean that the first line was a name made to look like a record: then these are the
 * true fields, and who goes where cannot be told.
 */
function continueMessage(record: OpenRecord, line: ListLine): Continuation {
  const isClosing = closesItem(line.text)
  const isOwnLine = !isRecordStart(line.text)
  const isMarked = line.text.includes(MESSAGE_MARK) && (isOwnLine || !isClosing)
  const isDoubtful = record.isDoubtful || isMarked
  if (!isClosing || !isOwnLine) return { kind: 'more', record: { ...record, isDoubtful } }
  return isDoubtful || record.beforeMessage === undefined
    ? { kind: 'given-up', lines: record.lines }
    : { kind: 'whole', parsed: record.beforeMessage }
}
