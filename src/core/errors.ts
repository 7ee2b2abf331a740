/**
 * Why a whole run ends. `main.ts` has the one table from these words to exit codes.
 */
export type Fault =
  'usage' | 'credentials' | 'no-task' | 'nothing-left' | 'initialise' | 'execute' | 'not-a-download'

/**
 * A fault that ends the run before or instead of its work. The message is one line for the user;
 * the hint, where there is one, says what to do now.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly fault: Fault
  readonly hint: string | undefined

  constructor(fault: Fault, message: string, details: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: details.cause })
    this.fault = fault
    this.hint = details.hint
  }
}

/**
 * Whether another try may help. `throttled` also slows the whole run down (429, 503);
 * `changed` means that the object is no longer the one the item started with, `corrupt` that the bytes
 * that came are not the object's: either way nothing that was fetched is of use.
 */
export type Retry = 'never' | 'transient' | 'throttled' | 'changed' | 'corrupt'

export interface ItemErrorDetails {
  readonly code: string
  readonly retry?: Retry
  /** HTTP status; 0 or absent where no answer came. */
  readonly status?: number | undefined
  readonly requestId?: string | undefined
  /** The server's Retry-After, in milliseconds. */
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** One item's failure: it becomes an outcome and a report line, never the end of the run. */
export class ItemError extends Error {
  override readonly name = 'ItemError'
  readonly code: string
  readonly retry: Retry
  readonly status: number | undefined
  readonly requestId: string | undefined
  readonly retryAfterMs: number | undefined

  constructor(message: string, details: ItemErrorDetails) {
    super(message, { cause: details.cause })
    this.code = details.code
    this.retry = details.retry ?? 'never'
    this.status = details.status
    this.requestId = details.requestId
    this.retryAfterMs = details.retryAfterMs
  }
}

/** The operating system's code of an error (`ENOENT`), or '' where it has none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}

/** What an unknown thrown value says, in words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
