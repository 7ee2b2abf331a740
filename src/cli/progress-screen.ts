/** Where frames are drawn; asked anew for each of them. */
export interface ScreenOptions {
  readonly stream: { write(text: string): unknown }
  /** Columns and rows of the terminal, as it is now; 0 where it does not tell. */
  readonly columns: () => number
  readonly rows: () => number
}

/** A few lines at the bottom of what was printed, which are drawn over and over. */
export interface ProgressScreen {
  /** Puts these lines in place of those that are shown. None may be wider than the terminal. */
  readonly draw: (lines: readonly string[]) => void
  /** Takes the lines away; what is printed now ends up above them. */
  readonly hide: () => void
  /** Brings the last lines back. */
  readonly show: () => void
  /** Leaves the last line that was drawn, and goes to a new one. There was no more than one. */
  readonly leave: () => void
}

/**
 * Draws on a terminal. Between two frames the cursor stands at the beginning of the first line. A terminal
 * that is made narrower may break our lines in two or cut them off, in its own way; but the cursor stays
 * with its line, and everything of ours comes after it, so that erasing from there on leaves nothing. Some
 * (xterm.js) keep the cursor only with a line that they do not touch, which is the one it is in; hence our
 * lines are one to the terminal, as if it had wrapped them. A frame is one write, so nothing comes between
 * its parts. Otherwise the terminal does not wrap meanwhile: it may have become narrower already, or think
 * a character wide that we do not. The cursor stays visible, for if it were hidden it would stay so after
 * kill -9.
 */
export function createProgressScreen({ stream, columns, rows }: ScreenOptions): ProgressScreen {
  let lines: readonly string[] = ['']
  let hidden = false
  let shown = NOTHING

  function draw(): void {
    if (hidden) return
    const frame = {
      text: lines.join(NEXT_ROW),
      size: `${columns()}x${rows()}`,
      count: lines.length,
    }
    const isSameSize = frame.size === shown.size
    if (isSameSize && frame.text === shown.text) return
    const first = isSameSize && frame.count >= shown.count ? '\r' : START_OVER
    const back = lines.length > 1 ? `${ESCAPE}[${lines.length - 1}A` : ''
    shown = frame
    stream.write(`${WRAP_OFF}${first}${frame.text}${ERASE_BELOW}${back}\r${WRAP_ON}`)
  }

  return {
    draw(newLines) {
      lines = newLines
      draw()
    },
    hide() {
      hidden = true
      shown = NOTHING
      stream.write(START_OVER)
    },
    show() {
      hidden = false
      draw()
    },
    leave() {
      stream.write('\n')
    },
  }
}

const NOTHING = { text: '', size: '', count: 0 }

const ESCAPE = '\u001B'
/** ECMA-48 EL and ED: from the cursor to the end of its line, and of the screen. */
const ERASE_LINE = `${ESCAPE}[K`
const ERASE_BELOW = `${ESCAPE}[J`
/**
 * Erases the line as a whole, for with it goes that it is wrapped. The rest is erased from the second column
 * on: erasing the whole of its screen, tmux would keep it in its history.
 */
const START_OVER = `\r${ESCAPE}[2K ${ERASE_BELOW}\r`
/** DECAWM. */
const WRAP_OFF = `${ESCAPE}[?7l`
const WRAP_ON = `${ESCAPE}[?7h`
/** A blank in the last column, wherever that is, and one more, which wraps; then back to where it began. */
const NEXT_ROW = `${ERASE_LINE}${ESCAPE}[999G${WRAP_ON}  ${WRAP_OFF}\r`
