/** What there is to go by. */
interface Answer {
  readonly status: number | undefined
  readonly code: string | undefined
}

/**
 * Whether a failure of a dry run says that the item cannot be had as things are. An answer of a store
 * that was busy, or none at all, says nothing of the item.
 */
export function isLasting({ status = 0, code = '' }: Answer): boolean {
  const isBusy = status === 408 || status === 429 || status >= 500
  return !isBusy && !PASSING.has(code)
}

const PASSING: ReadonlySet<string> = new Set([
  'InterruptedError',
  'AbortError',
  'LockedError',
  'ToolError',
  'InvalidResponse',
  'SocketTimeout',
  'UnexpectedEndOfBody',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EMFILE',
  'ENFILE',
])

/** The code of those failures. */
export const takenCode = 'DuplicateDestinationError'

/** Whether another object has the file: to fetch this one would take it away. */
export function isTaken({ code }: Pick<Answer, 'code'>): boolean {
  return code === takenCode
}

/** Whether no further try can help, be it later and with other keys: what is gone stays gone. */
export function isHopeless({ status = 0, code = '' }: Answer): boolean {
  return status === 404 || HOPELESS.has(code) || isTaken({ code })
}

const HOPELESS: ReadonlySet<string> = new Set([
  'NoSuchKey',
  'NoSuchVersion',
  'InvalidKeyError',
  'InvalidNameError',
  'EmptyFolderNameError',
  'ENAMETOOLONG',
])
