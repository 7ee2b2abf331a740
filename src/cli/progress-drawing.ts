import { SingleBar } from 'cli-progress'
import type { Stats } from '../core/stats.ts'
import { formatBarLine, formatPlainLine } from './progress-line.ts'

/** `bar`: one line that is redrawn. `plain`: a line now and then. `silent`: nothing. */
export type ProgressMode = 'bar' | 'plain' | 'silent'

/** Where and how progress is drawn. */
export interface DrawingOptions {
  readonly mode: ProgressMode
  readonly stream: { write(text: string): unknown }
  /** Width of the terminal, asked for each frame; 0 where it does not tell. */
  readonly columns: () => number
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number
  /** Calls back at this interval until the function it returns is called; for tests. */
  readonly every?: (delayMs: number, callback: () => void) => () => void
}

/** What is on the screen; `show` only comes after `hide`, and nothing after `end`. */
export interface Drawing {
  begin(): void
  end(): void
  hide(): void
  show(): void
}

/** Draws what the stats count; nothing is drawn before `begin`. */
export function createDrawing(stats: Stats, options: DrawingOptions): Drawing {
  switch (options.mode) {
    case 'bar':
      return createBar(stats, options)
    case 'plain':
      return createPlainLines(stats, options)
    case 'silent':
      return { begin() {}, end() {}, hide() {}, show() {} }
  }
}

const FRAMES_PER_SECOND = 10
const PLAIN_LINE_EVERY_MS = 10_000
/** Looked at more often than printed, so that the speed is one of the last seconds. */
const PLAIN_LOOK_EVERY_MS = 1000
const USUAL_COLUMNS = 80

function createBar(stats: Stats, { stream, columns, now }: DrawingOptions): Drawing {
  let hasEnded = false
  const screen = createScreen(stream)
  const settings = {
    fps: FRAMES_PER_SECOND,
    // Signals belong to main, which calls `stop`.
    gracefulExit: false,
    // `true` leaves the terminal's own wrapping as it is; the frame is made to fit.
    linewrap: true,
    // A hidden cursor would stay hidden after kill -9 or Ctrl+Z.
    hideCursor: false,
    terminal: screen.terminal,
    format(): string {
      const view = hasEnded ? stats.whole(now()) : stats.now(now())
      // In the last column some terminals would wrap, or erase the character again.
      return formatBarLine(view, (columns() || USUAL_COLUMNS) - 1)
    },
  }
  const bar = new UnreferencedBar(settings)

  return {
    begin() {
      bar.start(1, 0)
    },
    end() {
      hasEnded = true
      bar.stop()
    },
    hide: screen.hide,
    show: screen.show,
  }
}

/** A bar whose timer does not keep the process alive if it is never stopped. */
class UnreferencedBar extends SingleBar {
  declare readonly timer: NodeJS.Timeout | null

  override render(): void {
    super.render()
    this.timer?.unref()
  }
}

/**
 * Stands in for the terminal of cli-progress, which saves the cursor's place at the start and
 * returns there at the end: over whatever was printed above the bar meanwhile. A frame is one
 * write, so nothing comes between its parts.
 */
function createScreen(stream: DrawingOptions['stream']) {
  let frame = ''
  let hidden = false

  function draw(): void {
    if (!hidden) stream.write(`\r${frame}${ERASE_TO_END}`)
  }

  return {
    hide: () => {
      hidden = true
      stream.write(`\r${ERASE_TO_END}`)
    },
    show: () => {
      hidden = false
      draw()
    },
    terminal: {
      isTTY: () => true,
      getWidth: () => USUAL_COLUMNS,
      write(text: string): void {
        frame = text
        draw()
      },
      newline(): void {
        stream.write('\n')
      },
      cursorTo() {},
      clearRight() {},
      cursorSave() {},
      cursorRestore() {},
    },
  }
}

/** ECMA-48 EL: erases from the cursor to the end of its line. */
const ERASE_TO_END = '\u001b[K'

function createPlainLines(stats: Stats, options: DrawingOptions): Drawing {
  const { stream, now, every = everyUnreferenced } = options
  let printedMs = 0
  let cancel: (() => void) | undefined

  function look(): void {
    const view = stats.now(now())
    if (now() - printedMs < PLAIN_LINE_EVERY_MS) return
    printedMs = now()
    stream.write(`${formatPlainLine(view)}\n`)
  }

  return {
    begin() {
      printedMs = now()
      cancel = every(PLAIN_LOOK_EVERY_MS, look)
    },
    end() {
      cancel?.()
      stream.write(`${formatPlainLine(stats.whole(now()))}\n`)
    },
    hide() {},
    show() {},
  }
}

function everyUnreferenced(delayMs: number, callback: () => void): () => void {
  const timer = setInterval(callback, delayMs)
  timer.unref()
  return () => clearInterval(timer)
}
