import { displayWidth } from './display-text.ts'

/** The text, or as much of it as goes into so many columns with `…` after it. */
export function fitted(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += displayWidth(character)
    if (used > columns) break
    kept += character
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`
}

/** The text with blanks after it, or before it, up to so many columns. */
export function padded(text: string, columns: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - displayWidth(text)))
  return side === 'left' ? `${text}${blanks}` : `${blanks}${text}`
}
