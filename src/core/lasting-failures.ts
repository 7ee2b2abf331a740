/**
 * Whether a failure of a dry run says that the item cannot be had as things are. An answer of a store
 * that was busy, or none at all, says nothing of the item.
 */
export function isLasting({
  status = 0,
  code = '',
}: {
  readonly status: number | undefined
  readonly code: string | undefined
}): boolean {
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
