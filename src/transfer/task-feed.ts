/** Tasks that may become more, until it is closed. */
export interface TaskFeed<T> {
  /** The next one, as soon as there is one; undefined once there will be none. */
  next(): T | undefined | Promise<T | undefined>
  add(tasks: Iterable<T>): void
  /** No more will come. */
  close(): void
}

/** Tasks that do not become more. */
export function feedOf<T>(tasks: Iterable<T>): Pick<TaskFeed<T>, 'next'> {
  const feed = createTaskFeed(tasks)
  feed.close()
  return feed
}

/** Starts with these tasks, and open. */
export function createTaskFeed<T>(first: Iterable<T>): TaskFeed<T> {
  const tasks = [...first]
  const waiting: ((task: T | undefined) => void)[] = []
  let at = 0
  let isClosed = false
  return {
    next() {
      if (at < tasks.length) return tasks[at++]
      return isClosed ? undefined : new Promise((resolve) => waiting.push(resolve))
    },
    add(more) {
      for (const task of more) {
        const taker = waiting.shift()
        if (taker === undefined) tasks.push(task)
        else taker(task)
      }
    },
    close() {
      isClosed = true
      for (const taker of waiting.splice(0)) taker(undefined)
    },
  }
}
