import { SingleBar } from 'cli-progress'
import type { Stats } from '../core/stats.ts'
import { formatObjectLine, roomForObjects } from './object-line.ts'
import { formatBarLine, formatPlainLine } from './progress-line.ts'
import { createProgressScreen, type ProgressScreen, type ScreenOptions } from './progress-screen.ts'

/** `bar`: lines that are redrawn. `plain`: a line now and then. `silent`: nothing. */
export type ProgressMode = 'bar' | 'plain' | 'silent'

/** Where and how progress is drawn. */
export interface DrawingOptions extends ScreenOptions {
  readonly mode: ProgressMode
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

function createBar(stats: Stats, options: DrawingOptions): Drawing {
  const { now } = options
  const columns = () => options.columns() || USUAL_COLUMNS
  let hasEnded = false
  const screen = createProgressScreen({ ...options, columns })
  const settings = {
    fps: FRAMES_PER_SECOND,
    // Signals belong to main, which calls `stop`.
    gracefulExit: false,
    // The screen tells what has changed: the text may be the same and the terminal another.
    forceRedraw: true,
    // `true` leaves this to the screen, too.
    linewrap: true,
    terminal: terminalOf(screen),
    format(): string {
      const view = hasEnded ? stats.whole(now()) : stats.now(now())
      // In the last column some terminals would wrap, or erase the character again.
      const width = columns() - 1
      const room = hasEnded ? 0 : roomForObjects(columns(), options.rows())
      const objects = stats.objects(now(), room)
      return [
        formatBarLine(view, width),
        ...objects.map((object) => formatObjectLine(object, width)),
      ].join('\n')
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
 * Stands in for the terminal of cli-progress, which knows one line that is as wide as it was, and saves
 * the cursor's place at the start to return there at the end: over whatever was printed above the bar
 * meanwhile.
 */
function terminalOf(screen: ProgressScreen) {
  return {
    isTTY: () => true,
    getWidth: () => USUAL_COLUMNS,
    write: (text: string) => screen.draw(text.split('\n')),
    newline: () => screen.leave(),
    cursorTo() {},
    clearRight() {},
    cursorSave() {},
    cursorRestore() {},
  }
}

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
