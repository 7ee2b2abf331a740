import pLimit from 'p-limit'

/** Work on items, so many at a time. */
export interface ItemQueue {
  /** Queues the task; resolves when the queue has room for another one. */
  add(task: () => Promise<void>): Promise<void>
  /** Resolves when all that was added has ended; rejects with the first error that a task threw. */
  finished(): Promise<void>
  /** Resolves when nothing runs any more, whatever was thrown. */
  idle(): Promise<void>
}

export interface ItemQueueOptions {
  /** Tasks at a time (`-j`); `all`: none waits its turn, and whoever adds waits instead. */
  readonly jobs: number | 'all'
  /** Tasks that may be there besides: what bounds the memory, however long the list is. */
  readonly waiting: number
  /** Told at once of an error that a task threw, for the feeder may be waiting for a user. */
  readonly onError?: (error: unknown) => void
}

/** Makes a queue that holds its feeders back instead of growing with the list. */
export function createItemQueue(options: ItemQueueOptions): ItemQueue {
  const { jobs, waiting, onError } = options
  const inTurn = jobs === 'all' ? runAtOnce : pLimit(jobs)
  const errors: unknown[] = []
  const forRoom = createWaitingRoom()
  const forTheEnd = createWaitingRoom()
  let present = 0
  const most = jobs === 'all' ? waiting : jobs + waiting
  const hasRoom = () => present < most

  const run = async (task: () => Promise<void>) => {
    try {
      await inTurn(task)
    } catch (error) {
      errors.push(error)
      onError?.(error)
    } finally {
      present -= 1
      if (hasRoom() || errors.length > 0) forRoom.open()
      if (present === 0 || errors.length > 0) forTheEnd.open()
    }
  }
  const throwFirst = () => {
    if (errors.length > 0) throw errors[0]
  }
  return {
    async add(task) {
      present += 1
      void run(task)
      while (!hasRoom() && errors.length === 0) await forRoom.enter()
      throwFirst()
    },
    async finished() {
      while (present > 0 && errors.length === 0) await forTheEnd.enter()
      throwFirst()
    },
    async idle() {
      while (present > 0) await forTheEnd.enter()
    },
  }
}

function runAtOnce(task: () => Promise<void>): Promise<void> {
  return task()
}

interface WaitingRoom {
  /** Resolves when the room is opened the next time. */
  enter(): Promise<void>
  open(): void
}

function createWaitingRoom(): WaitingRoom {
  let waiting: (() => void)[] = []
  return {
    enter: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
      }),
    open() {
      const leaving = waiting
      waiting = []
      for (const leave of leaving) leave()
    },
  }
}
