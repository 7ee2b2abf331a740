import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

/** What the visitor reads. */
export interface Screen {
  /** Begins the next numbered step. */
  step(title: string): void
  /** Says something about the step, a line each. */
  say(...lines: readonly string[]): void
  /** Shows lines of a file or a command: cut where the window ends, unless they are to be copied. */
  show(lines: readonly string[], style: 'cut' | 'whole'): void
  /** Ends the line that a killed program has left on a terminal. */
  endLine(): void
}

/** A stream that may be a terminal. */
type Output = Writable & { isTTY?: boolean; columns?: number; hasColors?: () => boolean }

const widthElsewhere = 100
const indent = '   '

/** Writes to the stream; in bold type only where that is a terminal which has it. */
export function createScreen(stream: Output): Screen {
  const bold = (text: string) => (stream.hasColors?.() === true ? styleText('bold', text) : text)
  const write = (text: string) => stream.write(`${text}\n`)
  // Where the window was closed, or `| head` has seen enough, what was made must still be removed.
  stream.on('error', () => {})
  let steps = 0
  return {
    step(title) {
      steps += 1
      write(`\n${bold(`${steps}. ${title}`)}`)
    },
    say(...lines) {
      for (const line of lines) write(line === '' ? '' : indent + line)
    },
    show(lines, style) {
      const room = (stream.columns ?? widthElsewhere) - 2 * indent.length
      for (const line of lines) {
        write(indent + indent + (style === 'cut' ? cut(line, room) : line))
      }
    },
    endLine() {
      if (stream.isTTY === true) write('')
    },
  }
}

function cut(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`
}
