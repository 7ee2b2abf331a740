/**
 * The text as it may be put on a terminal: nothing in it moves the cursor, changes the writing direction
 * or begins a command. What joins or varies emoji is left out, since no two terminals agree on how wide
 * the result is, while all agree about the parts.
 */
export function toPrintable(text: string): string {
  return text.normalize('NFC').replace(SHAPING, '').replace(UNPRINTABLE, '?')
}

/**
 * Columns that a printable text takes on a terminal: two for what Unicode calls wide (UAX #11, and emoji
 * that are pictures by themselves), none for marks that combine with the character before.
 */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) width += widthOf(character)
  return width
}

/**
 * The end of a printable text that fits into so many columns, after `...` where the beginning is missing:
 * of a long key the end tells most. Never cuts within what is read as one character.
 */
export function keepEnd(text: string, columns: number): string {
  // More than that is looked at in vain, and this is done for each frame.
  const tail = text.slice(-Math.max(1, columns) * LONGEST)
  if (tail.length === text.length && displayWidth(text) <= columns) return text
  const dots = ELLIPSIS.slice(0, Math.max(0, columns))
  let room = columns - dots.length
  let from = tail.length
  // What comes first may be cut.
  for (const { segment, index } of [...segmentsOf(tail)].slice(1).toReversed()) {
    room -= displayWidth(segment)
    if (room < 0) break
    from = index
  }
  return dots + tail.slice(from)
}

const ELLIPSIS = '...'
/** UTF-16 units that are looked at for a column: a character with its marks. */
const LONGEST = 4
/** Format characters (joiners, directions, tags), variation selectors, and skin tones. */
const SHAPING = /[\p{Cf}\p{Variation_Selector}\p{Emoji_Modifier}]/gu
const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu
/** Marks, format characters where they are left in, and the vowels and final consonants of Hangul, which join the consonant before. */
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11FF\uD7B0-\uD7FF]$/u
/** A flag is two of them, and two columns wide. */
const REGIONAL_INDICATOR = /^\p{Regional_Indicator}$/u
const WIDE =
  /^[\u1100-\u115F\u2329\u232A\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]$/u

function widthOf(character: string): 0 | 1 | 2 {
  if (character < '\u0300') return 1
  if (ZERO_WIDTH.test(character)) return 0
  if (REGIONAL_INDICATOR.test(character)) return 1
  return WIDE.test(character) ? 2 : 1
}

let segmenter: Intl.Segmenter | undefined

/** Made when it is needed: it loads tables. */
function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  return segmenter.segment(text)
}
