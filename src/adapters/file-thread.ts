import { Worker } from 'node:worker_threads'
import { messageOf } from '../core/errors.ts'
import type { FromFileThread, JobEnd, JobMessage, ToFileThread } from './file-jobs.ts'

/** A job that the thread was given. */
interface FileJob {
  /** Does nothing once the job has ended. */
  tell(message: JobMessage): void
  hasEnded(): boolean
  /** Never rejects. */
  readonly ended: Promise<JobEnd>
}

/** A thread that works on files; it starts with its first job, and keeps no process alive without one. */
export interface FileThread {
  start(job: JobMessage): FileJob
  /** Ends the thread; no job may be open any more. */
  close(): void
}

/** Runs the module in one other thread. Where it cannot run, every job ends as failed. */
export function createFileThread(module: URL): FileThread {
  const jobs = new Map<number, (end: JobEnd) => void>()
  let lastId = 0
  let worker: Worker | undefined

  /** A dead thread may be told of twice, and another one may be at work by then. */
  const failAll = (dead: Worker, reason: unknown) => {
    if (worker !== dead) return
    worker = undefined
    for (const end of jobs.values()) end({ kind: 'failed', reason: messageOf(reason), code: '' })
  }
  const begin = (): Worker => {
    const started = new Worker(module)
    started.on('message', ({ id, ...end }: FromFileThread) => jobs.get(id)?.(end))
    started.on('error', (error) => failAll(started, error))
    started.on('exit', (code) => failAll(started, `the thread ended with ${code}`))
    return started
  }
  const tell = (message: ToFileThread) => {
    worker ??= begin()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    worker.postMessage(message)
  }

  return {
    start(job) {
      lastId += 1
      const id = lastId
      const ended = new Promise<JobEnd>((resolve) => {
        jobs.set(id, (end) => {
          jobs.delete(id)
          if (jobs.size === 0) worker?.unref()
          resolve(end)
        })
      })
      try {
        tell({ ...job, id })
        worker?.ref()
      } catch (error) {
        // Where no more threads may be, that is said at once.
        jobs.get(id)?.({ kind: 'failed', reason: messageOf(error), code: '' })
      }
      return {
        tell(message) {
          if (jobs.has(id)) tell({ ...message, id })
        },
        hasEnded: () => !jobs.has(id),
        ended,
      }
    },
    close() {
      void worker?.terminate()
    },
  }
}
