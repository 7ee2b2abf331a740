import { setMaxListeners } from 'node:events'

export interface WorkerOptions<T> {
  /** Tasks at a time. */
  readonly workers: number
  readonly signal: AbortSignal
  /** Does one task; its signal is aborted when the run's is, or when another task ended them all. */
  readonly run: (task: T, signal: AbortSignal) => Promise<void>
  /** Whether this failure makes going on with the other tasks pointless. */
  readonly endsOthers: (error: unknown) => boolean
  /** Runs beside the tasks, and ends them all if it fails. */
  readonly beside?: (signal: AbortSignal) => Promise<void>
}

/** Where tasks come from. */
export interface TaskSource<T> {
  /** The next one, as soon as there is one; undefined once there will be none. */
  next(): T | undefined | Promise<T | undefined>
}

/** Tasks that are all known. */
export function feedOf<T>(tasks: Iterable<T>): TaskSource<T> {
  const iterator = tasks[Symbol.iterator]()
  return {
    next() {
      const next = iterator.next()
      return next.done === true ? undefined : next.value
    },
  }
}

/**
 * Runs the tasks in order, so many at a time. A failed task does not stop the others unless it ends
 * them, or twice as many as run at a time have failed in a row: then nothing works, and there may be
 * 50,000 tasks. Returns once nothing runs any more; then throws the
 * failure that ended them, else the first one, if there was any.
 */
export async function runWorkers<T>(
  tasks: TaskSource<T>,
  options: WorkerOptions<T>,
): Promise<void> {
  const failures: unknown[] = []
  let decisive: unknown
  let failedInARow = 0
  const ending = new AbortController()
  // Each task in flight listens to it, with -p=100 a hundred.
  setMaxListeners(0, ending.signal)
  const stop = () => ending.abort(options.signal.reason)
  if (options.signal.aborted) stop()
  options.signal.addEventListener('abort', stop, { once: true })

  const work = async () => {
    while (!ending.signal.aborted) {
      const task = await tasks.next()
      if (task === undefined || ending.signal.aborted) return
      try {
        await options.run(task, ending.signal)
        failedInARow = 0
      } catch (error) {
        failures.push(error)
        failedInARow += 1
        const isHopeless = failedInARow >= 2 * options.workers
        if (ending.signal.aborted || !(isHopeless || options.endsOthers(error))) continue
        decisive = error
        ending.abort(error)
      }
    }
  }
  const goBeside = async () => {
    try {
      await options.beside?.(ending.signal)
    } catch (error) {
      failures.push(error)
      if (ending.signal.aborted) return
      decisive = error
      ending.abort(error)
    }
  }
  try {
    await Promise.all([goBeside(), ...Array.from({ length: options.workers }, work)])
  } finally {
    options.signal.removeEventListener('abort', stop)
  }
  options.signal.throwIfAborted()
  if (failures.length > 0) throw decisive ?? failures[0]
}
