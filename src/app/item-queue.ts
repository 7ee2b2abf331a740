import pLimit from 'p-limit'
import type { Soon } from '../core/and-then.ts'

/** Work on one item, which may be done when it returns. */
type Task = () => Soon

/** Work on items, so many at a time. */
export interface ItemQueue {
  /** Queues the task; a promise until the queue has room for another one. Throws what a task threw. */
  add(task: Task): Soon
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
  const errors: unknown[] = []
  const forRoom = createWaitingRoom()
  const forTheEnd = createWaitingRoom()
  const most = jobs === 'all' ? waiting : jobs + waiting
  let present = 0
  const hasRoom = () => present < most

  const ended = () => {
    present -= 1
    if (hasRoom() || errors.length > 0) forRoom.open()
    if (present === 0 || errors.length > 0) forTheEnd.open()
  }
  const failed = (error: unknown) => {
    errors.push(error)
    onError?.(error)
    ended()
  }
  const run = (task: Task): Soon => {
    try {
      const pending = task()
      if (pending !== undefined) return pending.then(ended, failed)
    } catch (error) {
      return failed(error)
    }
    return ended()
  }
  const start = jobs === 'all' ? run : createLanes(jobs, run)
  const throwFirst = () => {
    if (errors.length > 0) throw errors[0]
  }
  const untilRoom = async () => {
    while (!hasRoom() && errors.length === 0) await forRoom.enter()
    throwFirst()
  }
  return {
    add(task) {
      present += 1
      void start(task)
      return hasRoom() ? throwFirst() : untilRoom()
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

/**
 * Runs tasks in order, so many at a time. Each lane takes one after the other as long as there are any:
 * to ask for a place anew for each of many thousand would cost as much as what they do.
 */
function createLanes(jobs: number, run: (task: Task) => Soon): (task: Task) => void {
  const limit = pLimit(jobs)
  let lanes = 0
  /** In two halves, so that neither end costs more the longer it is. */
  let first: Task[] = []
  let later: Task[] = []

  const take = (): Task | undefined => {
    if (first.length === 0) {
      first = later.toReversed()
      later = []
    }
    return first.pop()
  }
  const lane = async () => {
    for (let task = take(); task !== undefined; task = take()) {
      const pending = run(task)
      if (pending !== undefined) await pending
    }
    lanes -= 1
  }
  return (task) => {
    later.push(task)
    if (lanes === jobs) return
    lanes += 1
    void limit(lane)
  }
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
