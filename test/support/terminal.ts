import headless from '@xterm/headless'

/** A terminal without a window: what is written to it can be read off its screen. */
export interface Terminal {
  /** Resolves when all of it has had its effect. */
  write(text: string | Uint8Array): Promise<void>
  resize(columns: number, rows: number): void
  /** All rows without blanks at their ends, from the first one on, also what has left the screen, to the cursor's or the last used. */
  rows(): readonly string[]
  /** The same, with what the terminal has wrapped put together again. */
  lines(): readonly string[]
  /** From 0; rows are those of the whole. */
  cursor(): { readonly column: number; readonly row: number }
}

/** What becomes of lines that are too long for a terminal that was made narrower. */
export type Narrowing = 'wraps' | 'cuts'

/** A terminal of this size. A line feed begins a new line, as behind a real terminal's driver. */
export function createTerminal(
  columns: number,
  rows: number,
  narrowing: Narrowing = 'wraps',
): Terminal {
  const terminal = new headless.Terminal({
    cols: columns,
    rows,
    scrollback: 10_000,
    convertEol: true,
    allowProposedApi: true,
    // An old one of Windows never breaks lines anew.
    ...(narrowing === 'cuts' && { windowsPty: { backend: 'conpty', buildNumber: 19_000 } }),
  })
  const buffer = terminal.buffer.active
  const textOf = (row: number) =>
    buffer.getLine(row)?.translateToString(true, 0, terminal.cols) ?? ''
  const rowCount = () => {
    let count = buffer.length
    while (count > buffer.baseY + buffer.cursorY + 1 && textOf(count - 1) === '') count -= 1
    return count
  }

  return {
    write: (text) => new Promise((resolve) => terminal.write(text, resolve)),
    resize: (toColumns, toRows) => terminal.resize(toColumns, toRows),
    rows: () => Array.from({ length: rowCount() }, (_, row) => textOf(row).trimEnd()),
    lines() {
      const lines: string[] = []
      for (let row = 0; row < rowCount(); row += 1) {
        if (buffer.getLine(row)?.isWrapped === true) lines[lines.length - 1] += textOf(row)
        else lines.push(textOf(row))
      }
      return lines.map((line) => line.trimEnd())
    },
    cursor: () => ({ column: buffer.cursorX, row: buffer.baseY + buffer.cursorY }),
  }
}

/** The rows of a terminal of this size after the text. */
export async function rowsAfter(
  text: string,
  columns: number,
  rows = 24,
): Promise<readonly string[]> {
  const terminal = createTerminal(columns, rows)
  await terminal.write(text)
  return terminal.rows()
}
