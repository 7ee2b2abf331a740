import { ItemError, messageOf } from './errors.ts'
import { formatSource, type Item } from './item.ts'
import type { PlannedItem } from './planned-item.ts'

/** What a list line says besides the item; `undefined` is written as `n/a`. */
interface Answer {
  readonly item: Item
  /** Size of the object in bytes, where it is known. */
  readonly sizeBytes: number | undefined
  /** Wall time from the item's start, in milliseconds; undefined when nothing was tried. */
  readonly costMs: number | undefined
  /** HTTP status of the deciding answer; 0 when a try ended without one. */
  readonly status: number | undefined
  readonly requestId: string | undefined
}

/** The object is at its destination, whole and checked. */
export interface Succeeded extends Answer {
  readonly kind: 'succeeded'
  /** Hex MD5, only where it was compared with the object's own. */
  readonly md5: string | undefined
  /** Names of the checks that the whole file passed, in the order they ran. */
  readonly checks: readonly string[]
  /** Bytes that this run fetched; less than the size where parts were there already. */
  readonly fetchedBytes: number
}

/** `-u`: the destination is as new and as long as the object. */
export interface Unchanged extends Answer {
  readonly kind: 'unchanged'
}

/** `-dryRun`: this would have been fetched. */
export interface DryRunDone extends Answer {
  readonly kind: 'dry-run'
  /** How it would have been fetched. */
  readonly planned?: PlannedItem
}

export interface Failed extends Answer {
  readonly kind: 'failed'
  /** The store's code, Node's, or ours; undefined where the official tool writes `n/a`. */
  readonly code: string | undefined
  readonly message: string
}

/** Left out by a filter or an answer `n`: in no list, but counted, for `-clear` must know. */
interface LeftOut {
  readonly kind: 'left-out'
  readonly item: Item
}

/** How one item ended. Every item ends in exactly one of these. */
export type Outcome = Succeeded | Unchanged | DryRunDone | Failed | LeftOut

/**
 * The outcome of an item that ended with this error. `costMs` is undefined for an item that was not
 * tried. An error that is not an `ItemError` is a fault of the tool, and says so.
 */
export function toFailed(item: Item, error: unknown, costMs: number | undefined): Failed {
  const { listedSize } = item
  const isExact = listedSize !== undefined && listedSize.minBytes === listedSize.maxBytes
  const sizeBytes = isExact ? listedSize.minBytes : undefined
  if (!(error instanceof ItemError)) {
    const message = `A fault of this tool: ${messageOf(error)}`
    return {
      kind: 'failed',
      item,
      sizeBytes,
      costMs,
      status: 0,
      requestId: '',
      code: 'ToolError',
      message,
    }
  }
  return {
    kind: 'failed',
    item,
    sizeBytes,
    costMs,
    status: error.status ?? (costMs === undefined ? undefined : 0),
    requestId: error.requestId ?? (costMs === undefined ? undefined : ''),
    code: error.code,
    message: error.message,
  }
}

/** One line for the log. */
export function describeOutcome(outcome: Outcome): string {
  const { kind, item } = outcome
  const what = `${formatSource(item)} to [${item.destination}]: ${kind}`
  switch (kind) {
    case 'succeeded':
      return `${what}, checked [${outcome.checks.join(', ') || 'none'}]`
    case 'failed':
      return `${what}, status [${outcome.status ?? 'n/a'}], error code [${outcome.code ?? 'n/a'}], ${outcome.message}`
    case 'unchanged':
    case 'dry-run':
    case 'left-out':
      return what
  }
}
