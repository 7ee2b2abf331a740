/**
 * What a terminal of this width shows after the text, row by row. Knows carriage return, line feed
 * and erase-to-end; throws on any other control character, and on a row that reaches past the
 * width, where a real terminal would wrap.
 */
export function screenAfter(text: string, columns: number): string[] {
  const rows = ['']
  let column = 0
  for (const character of text.replaceAll('\u001b[K', ERASE_TO_END)) {
    const row = rows.at(-1) ?? ''
    if (character === '\r') column = 0
    else if (character === '\n') {
      rows.push('')
      column = 0
    } else if (character === ERASE_TO_END) rows[rows.length - 1] = row.slice(0, column)
    else if (character < ' ') throw new Error(`unexpected ${JSON.stringify(character)} in ${row}`)
    else {
      rows[rows.length - 1] = row.slice(0, column) + character + row.slice(column + 1)
      column += 1
    }
    if (column > columns) throw new Error(`row wraps: ${row}`)
  }
  return rows
}

/** Stands for the sequence, so that a character is a step. */
const ERASE_TO_END = '\u0000'
