import pLimit from 'p-limit'

/** Work on items, so many at a time, fed by one feeder. */
export interface ItemQueue {
  /** Queues the task; resolves when the queue has room for another one. */
  add(task: () => Promise<void>): Promise<void>
  /** Resolves when all that was added has ended; rejects with the first error that a task threw. */
  finished(): Promise<void>
  /** Resolves when nothing runs any more, whatever was thrown. */
  idle(): Promise<void>
}

export interface ItemQueueOptions {
  /** Tasks at a time (`-j`). */
  readonly jobs: number
  /** Tasks that may wait their turn: what bounds the memory, however long the list is. */
  readonly waiting: number
  /** Told at once of an error that a task threw, for the feeder may be waiting for a user. */
  readonly onError?: (error: unknown) => void
}

/** Makes a queue that holds its feeder back instead of growing with the list. */
export function createItemQueue(options: ItemQueueOptions): ItemQueue {
  const { jobs, waiting, onError } = options
  const limit = pLimit(jobs)
  const errors: unknown[] = []
  let present = 0
  let wakeFeeder: (() => void) | undefined

  const run = async (task: () => Promise<void>) => {
    try {
      await limit(task)
    } catch (error) {
      errors.push(error)
      onError?.(error)
    } finally {
      present -= 1
      wakeFeeder?.()
    }
  }
  const roomOrEnd = () =>
    new Promise<void>((resolve) => {
      wakeFeeder = resolve
    })
  const waitUntilBelow = async (count: number) => {
    while (present >= count && errors.length === 0) await roomOrEnd()
    if (errors.length > 0) throw errors[0]
  }
  return {
    async add(task) {
      present += 1
      void run(task)
      await waitUntilBelow(jobs + waiting)
    },
    finished: () => waitUntilBelow(1),
    async idle() {
      while (present > 0) await roomOrEnd()
    },
  }
}
