import type { Progress } from '../core/ports.ts'
import { createStats } from '../core/stats.ts'
import { createDrawing, type DrawingOptions, type ProgressMode } from './progress-drawing.ts'

/** What decides how progress is shown; the variables are `undefined` where they are not set. */
export interface ProgressSetting {
  readonly isTerminal: boolean
  /** Configuration key `showProgressBar`. */
  readonly showProgressBar: boolean
  /** Environment variable TERM. */
  readonly term: string | undefined
}

/**
 * Progress that is shown between `start` and `stop`, and is counted from the beginning. Nothing is
 * shown before there is an item. All methods may be called at any time and more than once.
 */
export interface ProgressDisplay extends Progress {
  start(): void
  /** Draws how it ended and leaves the cursor on a new line. Nothing is drawn after this. */
  stop(): void
  /** Takes the bar off the screen, to ask the user something. */
  pause(): void
  resume(): void
  /** Calls `print`, which may write whole lines to any stream: they end up above the bar. */
  interrupt(print: () => void): void
}

/** A bar only where it can be redrawn. It has no colours, so NO_COLOR (no-color.org) changes nothing. */
export function chooseProgressMode(setting: ProgressSetting): ProgressMode {
  if (!setting.showProgressBar) return 'silent'
  return setting.isTerminal && setting.term !== 'dumb' ? 'bar' : 'plain'
}

/** Shows progress on the stream in the given way. */
export function createProgress(options: DrawingOptions): ProgressDisplay {
  const stats = createStats(options.now())
  const drawing = createDrawing(stats, options)
  let phase: 'waiting' | 'started' | 'drawing' | 'over' = 'waiting'
  let paused = false

  function beginOnceThereIsAnItem(): void {
    if (phase !== 'started' || paused || stats.now(options.now()).itemsTotal === 0) return
    phase = 'drawing'
    drawing.begin()
  }

  function pause(): void {
    if (paused) return
    paused = true
    if (phase === 'drawing') drawing.hide()
  }

  function resume(): void {
    if (!paused) return
    paused = false
    if (phase === 'drawing') drawing.show()
    beginOnceThereIsAnItem()
  }

  return {
    ...stats,
    itemAdded(sizeBytes) {
      stats.itemAdded(sizeBytes)
      beginOnceThereIsAnItem()
    },
    start() {
      if (phase === 'waiting') phase = 'started'
      beginOnceThereIsAnItem()
    },
    stop() {
      resume()
      if (phase === 'drawing') drawing.end()
      phase = 'over'
    },
    pause,
    resume,
    interrupt(print) {
      if (paused) return print()
      pause()
      try {
        print()
      } finally {
        resume()
      }
    },
  }
}
