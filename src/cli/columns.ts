/**
 * Columns that the text takes on a terminal: wide characters (Unicode's East Asian Width) and emoji take
 * two, marks that combine with the character before them none.
 */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += columnsOfCharacter(character)
  return columns
}

/** The text, or as much of it as goes into so many columns with `…` after it. */
export function fitted(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text
  let kept = ''
  let used = 1
  for (const character of text) {
    used += columnsOfCharacter(character)
    if (used > columns) break
    kept += character
  }
  return columns < 1 ? '' : `${kept.trimEnd()}…`
}

/** The text with blanks after it, or before it, up to so many columns. */
export function padded(text: string, columns: number, side: 'left' | 'right'): string {
  const blanks = ' '.repeat(Math.max(0, columns - columnsOf(text)))
  return side === 'left' ? `${text}${blanks}` : `${blanks}${text}`
}

const NONE = /^[\p{Mn}\p{Me}\p{Cf}]$/u
const WIDE =
  /^[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Emoji_Presentation}\u3000-\u303E\u30FC\uFF01-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}]$/u

function columnsOfCharacter(character: string): number {
  // Nearly all of them are.
  if (character >= ' ' && character <= '~') return 1
  if (NONE.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}
