import type { Item } from './item.ts'
import { areFields, fieldsStarts, messageEnd } from './report-fields.ts'
import {
  decodeItemField,
  findItemField,
  type FoundItemField,
  type NamedItem,
} from './report-item-field.ts'
import { readRoute } from './report-route.ts'
import { CLOUD_ARROW, ARROW, formatRoute, type Platform } from './report-text.ts'
import { parseListedSize } from './units.ts'

/** What one line of a failure list turned out to be. */
export type FailureLine =
  | { readonly kind: 'item'; readonly item: Item }
  /** `path --> obs://…`: never done, only named. */
  | { readonly kind: 'upload' }
  /** `obs://… --> obs://…`: the same. */
  | { readonly kind: 'copy' }
  /** Start, header, count, end or empty: no item is lost with it. */
  | { readonly kind: 'other' }
  /** Anything else: it may be, or may have been, an item. */
  | { readonly kind: 'unreadable' }

/**
 * Reads one line of a failure list, without its line feed (manual: Result Lists), in time that grows
 * with its length:
 * `<time> <size>, <source> --> <destination>, <cost>, <status>, <code>, <message>, <request id>`.
 * Blanks and a carriage return at the end do not count. A destination stands as it is written, `..`
 * included. Lines of ours may end with an item field, which then says what the item is, but only if
 * all the rest is what the writer would have written for it: a request id comes from the server
 * and must not be able to name an item.
 */
export function parseFailureLine(line: string, platform: Platform): FailureLine {
  const text = line.trimEnd()
  if (text === '') return OTHER
  const head = readHead(text)
  if (head === undefined) return UNREADABLE
  if (head.size === undefined) return FRAME.test(text.slice(head.end)) ? OTHER : UNREADABLE
  const start = head.end
  const listedSize = parseListedSize(head.size)
  const field = findItemField(text)
  if (field !== undefined) {
    const named = trustedItem(text, { start, field, platform })
    return named === undefined ? UNREADABLE : { kind: 'item', item: { ...named, listedSize } }
  }
  const ends = fieldsStarts(text, start)
  const route = readRoute(text, { start, ends, platform })
  if (route === undefined) return unfinishedKind(text, start, ends[0] ?? text.length)
  const { bucket, key, versionId } = route.source
  const { destination } = route
  return { kind: 'item', item: { bucket, key, versionId, destination, listedSize } }
}

/** Whether the text begins as every line of the official tool does, be it of an item or not. */
export function isRecordStart(text: string): boolean {
  return readHead(text) !== undefined
}

/** Whether the text begins as the line of an item does: with a time and a size. */
export function isItemStart(text: string): boolean {
  return readHead(text)?.size !== undefined
}

/** Whether the text ends as the line of an item does: a message, closed, and a request id or `n/a`. */
export function closesItem(text: string): boolean {
  return messageEnd(text.trimEnd()) !== -1
}

const OTHER: FailureLine = { kind: 'other' }
const UNREADABLE: FailureLine = { kind: 'unreadable' }
const CLOUD = 'obs://'

const HEAD =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z (?:(?:n\/a|\d[\d.]{0,30} ?[A-Za-z]{0,2}), )?/y
/** Of a time without fraction, up to its `Z`. */
const TIME_LENGTH = 19
const FRAME =
  /^(?:Start at [\d:. +-]+UTC|End at [\d:. +-]+UTC, cost \[\d+\]|\w+ (?:count|bytes) is: [\w./]+|\[(?:src|object) size, [\w ,()>-]*\])$/

interface Head {
  /** The size column, or undefined where the line has none. */
  readonly size: string | undefined
  readonly end: number
}

function readHead(text: string): Head | undefined {
  // `test` with a position makes no array of matches; lists have millions of lines.
  HEAD.lastIndex = 0
  if (!HEAD.test(text)) return undefined
  const end = HEAD.lastIndex
  const sizeStart = text.indexOf('Z ', TIME_LENGTH) + 2
  return { size: sizeStart === end ? undefined : text.slice(sizeStart, end - 2), end }
}

interface FieldContext {
  readonly start: number
  readonly field: FoundItemField
  readonly platform: Platform
}

function trustedItem(
  text: string,
  { start, field, platform }: FieldContext,
): NamedItem | undefined {
  const named = decodeItemField(field.value, platform)
  if (named === undefined) return undefined
  const plain = text.slice(0, field.start)
  const route = formatRoute({ ...named, listedSize: undefined })
  const isOurs = plain.startsWith(route, start) && areFields(plain, start + route.length)
  return isOurs ? named : undefined
}

/** What a line without a readable download is; such lines are never done, so their fields may lack. */
function unfinishedKind(text: string, start: number, end: number): FailureLine {
  const arrow = text.indexOf(ARROW, start)
  const isCloudSource = text.startsWith(CLOUD, start)
  const toCloud = isCloudSource ? arrow : text.indexOf(CLOUD_ARROW, start)
  const isToCloud = toCloud !== -1 && toCloud < end && text.startsWith(CLOUD_ARROW, toCloud)
  if (!isToCloud) return UNREADABLE
  return { kind: isCloudSource ? 'copy' : 'upload' }
}
