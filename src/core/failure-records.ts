import type { Item } from './item.ts'
import {
  continueRecord,
  joinLines,
  openRecord,
  type ListLine,
  type OpenRecord,
} from './open-record.ts'
import { closesItem, isItemStart, parseFailureLine, type FailureLine } from './report-line.ts'
import type { Platform } from './report-text.ts'

/** What a failure list says, record by record; a line that says nothing of an item has none. */
export type FailureRecord =
  | {
      readonly kind: 'item'
      readonly lineNumber: number
      readonly item: Item
      /** The line as it stands; a record of several lines has them all. */
      readonly text: string
    }
  | {
      readonly kind: 'upload' | 'copy' | 'unreadable'
      readonly lineNumber: number
      /** The line as it stands. */
      readonly text: string
    }

/** Takes the lines of one list in order and gives its records in order, some lines later. */
export interface RecordReader {
  /** The records that have become certain with this line. */
  push(line: ListLine): readonly FailureRecord[]
  /** The records that are left at the end of the list. */
  end(): readonly FailureRecord[]
}

/**
 * Puts the records of a list together. The official tool writes names and server messages raw, so
 * one record may fill several lines, and a name or a message may hold lines that look like records:
 * - A line that breaks off inside its message goes on up to the line that closes a message. All
 *   between is message, whatever it looks like; what is recorded stands in the first line.
 * - A line that breaks off inside its names goes on with lines that are no records themselves, until
 *   the whole can be read.
 * - Where neither explains the lines, each is unreadable. So are the items shortly before the end
 *   of a message that nothing opened, for some of them may be words of it.
 * A message that consists of whole, well-formed records alone cannot be told from records; lists of
 * ours hold none, for they keep every message on its line.
 */
export function createRecordReader(platform: Platform): RecordReader {
  let held: Held[] = []
  let heldLength = 0
  let open: OpenRecord | undefined

  function read(line: ListLine): void {
    const parsed = line.isDamaged ? UNREADABLE : parseFailureLine(line.text, platform)
    if (parsed.kind === 'item' || parsed.kind === 'other' || line.isDamaged) {
      hold(line, parsed)
      return
    }
    const isClosed = closesItem(line.text)
    const isItem = isItemStart(line.text)
    if (isClosed && !isItem) held = held.map(withoutTrust)
    if (isItem && !isClosed) open = openRecord(line, platform)
    else hold(line, parsed)
  }

  function proceed(record: OpenRecord, line: ListLine): void {
    const next = continueRecord(record, line, platform)
    open = next.kind === 'more' ? next.record : undefined
    switch (next.kind) {
      case 'more':
        return
      case 'whole':
        hold(joined([...record.lines, line]), next.parsed)
        return
      case 'given-up':
        giveUp(next.lines)
        return
      case 'broken-off':
        giveUp(record.lines)
        read(line)
        return
    }
  }

  function giveUp(lines: readonly ListLine[]): void {
    for (const line of lines) hold(line, parseFailureLine(line.text, platform), 'doubtful')
  }

  function hold(line: ListLine, parsed: FailureLine, trust: 'sure' | 'doubtful' = 'sure'): void {
    if (parsed.kind === 'other') return
    held.push(trust === 'sure' ? { line, parsed } : withoutTrust({ line, parsed }))
    heldLength += line.text.length
  }

  function release(count: number): readonly FailureRecord[] {
    const released = held.splice(0, count)
    heldLength -= released.reduce((sum, { line }) => sum + line.text.length, 0)
    return released.map(toRecord)
  }

  return {
    push(line) {
      if (open === undefined) read(line)
      else proceed(open, line)
      if (heldLength > MOST_HELD) return release(held.length)
      return held.length < 2 * LOOK_BACK ? NONE : release(held.length - LOOK_BACK)
    },
    end() {
      giveUp(open?.lines ?? [])
      open = undefined
      return release(held.length)
    },
  }
}

/** How many records back an unopened message takes the trust away. */
const LOOK_BACK = 64
/** Characters that are held back at most: lines may be long, memory is bounded. */
const MOST_HELD = 1_048_576
const UNREADABLE = { kind: 'unreadable' } as const
const NONE: readonly FailureRecord[] = []

interface Held {
  readonly line: ListLine
  readonly parsed: Exclude<FailureLine, { readonly kind: 'other' }>
}

function withoutTrust({ line, parsed }: Held): Held {
  return { line, parsed: parsed.kind === 'item' ? UNREADABLE : parsed }
}

function joined(lines: readonly ListLine[]): ListLine {
  const lineNumber = lines[0]?.lineNumber ?? 0
  return { lineNumber, text: joinLines(lines), isDamaged: false }
}

function toRecord({ line, parsed }: Held): FailureRecord {
  const { lineNumber, text } = line
  switch (parsed.kind) {
    case 'item':
      return { kind: 'item', lineNumber, item: parsed.item, text }
    case 'upload':
    case 'copy':
    case 'unreadable':
      return { kind: parsed.kind, lineNumber, text }
  }
}
