import { guessedBytes, type Item } from './item.ts'
import type { DryRunDone, Failed, Succeeded, Unchanged } from './outcome.ts'
import type { Warning } from './ports.ts'
import { formatItemField } from './report-item-field.ts'
import { parseFailureLine } from './report-line.ts'
import { ARROW, formatRoute, toOneLine, type Platform } from './report-text.ts'
import { formatReportTime } from './utc-time.ts'
import { formatListedSize } from './units.ts'

/** `human` rounds sizes (`48.83KB`), `raw` does not (`50000B`): `humanReadableFormat`. */
export type SizeStyle = 'human' | 'raw'

/** What a line needs to know besides what it reports. */
export interface LineContext {
  /** When the line is written, in milliseconds since the epoch. */
  readonly atMs: number
  readonly sizes: SizeStyle
  readonly platform: Platform
}

/**
 * The line of a failed item, without its line feed; one line whatever name and message hold. The
 * item field ends it where the rest would not be read back as the same item. Brackets in code and
 * request id, which come from the server, become round ones, so that neither can forge a field.
 */
export function formatFailedLine(outcome: Failed, context: LineContext): string {
  const { item, code, message } = outcome
  const plain = [
    `${formatReportTime(context.atMs)} ${formatSizeOf(outcome, context.sizes)}, ${formatRoute(item)}`,
    formatField('cost', toWholeMs(outcome.costMs)),
    formatField('status', outcome.status),
    formatField('error code', code === undefined ? undefined : withoutBrackets(code)),
    `error message [${toOneLine(message)}]`,
    formatRequestId(outcome.requestId),
  ].join(', ')
  return isReadBack(plain, item, context.platform) ? plain : `${plain}${formatItemField(item)}`
}

/** The line of an item that is done, without its line feed; one line whatever its names hold. */
export function formatSucceedLine(
  outcome: Succeeded | Unchanged | DryRunDone,
  context: LineContext,
): string {
  return [
    head(outcome.sizeBytes, context),
    (outcome.kind === 'succeeded' ? outcome.md5 : undefined) ?? 'n/a',
    formatRoute(outcome.item),
    formatField('cost', toWholeMs(outcome.costMs)),
    formatField('status', outcome.status),
    `success message [${SUCCESS_MESSAGES[outcome.kind]}]`,
    formatRequestId(outcome.requestId),
  ].join(', ')
}

/** The line of a warning, without its line feed. Text that stands by itself keeps its tabs. */
export function formatWarningLine(warning: Warning, context: LineContext): string {
  switch (warning.kind) {
    case 'item': {
      const message = `warn message [${toOneLine(warning.message)}]`
      return `${head(warning.sizeBytes, context)}, ${formatRoute(warning.item)}, ${message}`
    }
    case 'line': {
      const text = warning.text.split('\t').map(toOneLine).join('\t')
      return `${formatReportTime(context.atMs)} ${text}`
    }
  }
}

const SUCCESS_MESSAGES = {
  succeeded: 'download succeed',
  unchanged: 'skip since the source is not changed',
  'dry-run': 'dry run done',
} as const

/**
 * The next run asks the store for a size that is not in the list, so what an earlier list said is
 * handed on where nothing better is known; a rounded size stays visibly rounded.
 */
function formatSizeOf({ item, sizeBytes }: Failed, style: SizeStyle): string {
  if (sizeBytes !== undefined) return formatListedSize(sizeBytes, style)
  return item.listedSize === undefined ? 'n/a' : formatListedSize(guessedBytes(item), 'human')
}

function head(sizeBytes: number | undefined, { atMs, sizes }: LineContext): string {
  const size = sizeBytes === undefined ? 'n/a' : formatListedSize(sizeBytes, sizes)
  return `${formatReportTime(atMs)} ${size}`
}

function formatField(name: string, value: string | number | undefined): string {
  return value === undefined ? 'n/a' : `${name} [${value}]`
}

function formatRequestId(requestId: string | undefined): string {
  const value = requestId === undefined ? undefined : withoutBrackets(requestId)
  return formatField('request id', value?.replaceAll(ARROW, ' -> '))
}

function withoutBrackets(text: string): string {
  return toOneLine(text).replaceAll('[', '(').replaceAll(']', ')')
}

/** A clock that was set back meanwhile must not make a line that nobody can read. */
function toWholeMs(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(0, Math.round(ms))
}

function isReadBack(line: string, item: Item, platform: Platform): boolean {
  const read = parseFailureLine(line, platform)
  return (
    read.kind === 'item' &&
    read.item.bucket === item.bucket &&
    read.item.key === item.key &&
    read.item.versionId === item.versionId &&
    read.item.destination === item.destination
  )
}
