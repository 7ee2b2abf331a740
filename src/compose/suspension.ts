import type { ProgressDisplay } from '../cli/progress-bar.ts'

/**
 * The same progress, which leaves the screen while Ctrl+Z has stopped the process, so that the shell has it
 * clean. Listens for that until it is stopped.
 */
export function hideWhileSuspended(progress: ProgressDisplay): ProgressDisplay {
  const suspend = () => {
    progress.pause()
    // The signal once more, and now without us: where there is no shell to go on from, it has no effect.
    process.off('SIGTSTP', suspend)
    process.kill(process.pid, 'SIGTSTP')
    process.on('SIGTSTP', suspend)
    progress.resume()
  }
  process.on('SIGTSTP', suspend)
  return {
    ...progress,
    stop() {
      progress.stop()
      process.off('SIGTSTP', suspend)
    },
  }
}
