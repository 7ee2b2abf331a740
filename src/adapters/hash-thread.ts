import { Worker } from 'node:worker_threads'
import { messageOf } from '../core/errors.ts'
import type { FileHasher, GrowingHash } from '../core/ports.ts'
import type { FromHasher, ToHasher } from './hash-protocol.ts'
import { untilAborted } from './until-aborted.ts'

/** A hasher whose thread starts with the first file. */
export interface HashThread extends FileHasher {
  /** Ends the thread; no file may be hashed any more. */
  close(): void
}

/** The thread is told of progress in steps of so many bytes. */
const stepBytes = 4 * 1024 * 1024

/** Hashes files in one other thread, by the module that it runs. It keeps no process alive. */
export function createHashThread(module: URL): HashThread {
  const files = new Map<number, (message: FromHasher) => void>()
  let lastId = 0
  let worker: Worker | undefined

  const endAll = (reason: unknown) => {
    worker = undefined
    for (const [id, hear] of files) hear({ kind: 'ended', id, reason: messageOf(reason) })
  }
  const start = (): Worker => {
    const started = new Worker(module)
    started.on('message', (message: FromHasher) => files.get(message.id)?.(message))
    started.on('error', endAll)
    started.on('exit', (code) => endAll(`the thread ended with ${code}`))
    return started
  }
  const tell = (message: ToHasher) => {
    worker ??= start()
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
    worker.postMessage(message)
  }

  return {
    start({ descriptor }, hash) {
      lastId += 1
      const id = lastId
      let toldBytes = 0
      let ending: FromHasher | undefined
      const ended = new Promise<FromHasher>((resolve) => {
        files.set(id, (message) => {
          files.delete(id)
          if (files.size === 0) worker?.unref()
          ending = message
          resolve(message)
        })
      })
      tell({ kind: 'start', id, descriptor, hash })
      worker?.ref()
      const growing: GrowingHash = {
        reached(position) {
          if (ending !== undefined || position - toldBytes < stepBytes) return
          toldBytes = position
          tell({ kind: 'reached', id, position })
        },
        async digest(sizeBytes, signal) {
          if (ending === undefined) tell({ kind: 'digest', id, sizeBytes })
          const message = await untilAborted(ended, signal)
          if (message.kind === 'digest') return message.hex
          throw new Error(`Cannot hash the file: ${message.reason}`)
        },
        async stop() {
          if (ending === undefined) tell({ kind: 'stop', id })
          await ended
        },
      }
      return growing
    },
    close() {
      void worker?.terminate()
    },
  }
}
