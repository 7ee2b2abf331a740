import pLimit from 'p-limit'

/** Work on items, so many at a time, fed by one feeder. */
export interface ItemQueue {
  /** Queues the task; resolves when the queue has room for another one. */
  add(task: () => Promise<void>): Promise<void>
  /** Resolves when all that was added has ended; rejects with the first error that a task threw. */
  finished(): Promise<void>
}

export interface ItemQueueOptions {
  /** Tasks at a time (`-j`). */
  readonly jobs: number
  /** Tasks that may wait their turn: what bounds the memory, however long the list is. */
  readonly waiting: number
}

/** Makes a queue that holds its feeder back instead of growing with the list. */
export function createItemQueue({ jobs, waiting }: ItemQueueOptions): ItemQueue {
  const limit = pLimit(jobs)
  const errors: unknown[] = []
  let present = 0
  let wakeFeeder: (() => void) | undefined

  const run = async (task: () => Promise<void>) => {
    try {
      await limit(task)
    } catch (error) {
      errors.push(error)
    } finally {
      present -= 1
      wakeFeeder?.()
    }
  }
  const waitUntilBelow = async (count: number) => {
    while (present >= count && errors.length === 0) {
      await new Promise<void>((resolve) => {
        wakeFeeder = resolve
      })
    }
    if (errors.length > 0) throw errors[0]
  }
  return {
    async add(task) {
      present += 1
      void run(task)
      await waitUntilBelow(jobs + waiting)
    },
    finished: () => waitUntilBelow(1),
  }
}
