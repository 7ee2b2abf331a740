import { formatSource, type Item } from './item.ts'

/** Whose paths a list holds: `posix` begins them with `/`, `win32` with a drive or `\\`. */
export type Platform = 'posix' | 'win32'

/** What a list writes between source and destination. */
export const ARROW = ' --> '

/** The same where the destination is an object: the line of an upload or a copy. */
export const CLOUD_ARROW = `${ARROW}obs://`

/**
 * The text as one line of valid UTF-8: control characters (C0, DEL, C1, the line and paragraph
 * separators) become spaces, half a surrogate pair becomes U+FFFD, as the encoder would make it.
 */
export function toOneLine(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ').replaceAll(/\p{Surrogate}/gu, '\uFFFD')
}

/** What nearly all lines are made of. */
const PLAIN = /^[\u0020-\u007E]*$/

/** `<source> --> <destination>` of an item as it stands in every list of ours. */
export function formatRoute(item: Item): string {
  return toOneLine(`${formatSource(item)}${ARROW}${item.destination}`)
}

/** Whether the path is absolute where the list belongs; looks from `start` on. */
export function isAbsoluteAt(text: string, start: number, platform: Platform): boolean {
  if (platform === 'posix') return text[start] === '/'
  return text.startsWith('\\\\', start) || /^[A-Za-z]:[\\/]/.test(text.slice(start, start + 3))
}
