import { createStats, type ProgressView } from '../core/stats.ts'
import type { ProgressDisplay } from './progress-bar.ts'

/** Short enough for a display made of it, and few lines beside those of the items. */
const everyMs = 1000

const now = () => performance.now()

/** Tells every second, and when it ends, how far the run is; nothing before there is an item. */
export function createJsonProgress(tell: (view: ProgressView) => void): ProgressDisplay {
  const stats = createStats(now())
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  const tellNow = () => {
    const view = stats.now(now())
    if (view.itemsTotal > 0) tell(view)
  }
  return {
    ...stats,
    start() {
      if (isOver) return
      timer ??= setInterval(tellNow, everyMs).unref()
    },
    stop() {
      if (isOver) return
      isOver = true
      if (timer === undefined) return
      clearInterval(timer)
      const view = stats.whole(now())
      if (view.itemsTotal > 0) tell(view)
    },
    pause() {},
    resume() {},
    interrupt: (print) => print(),
  }
}
