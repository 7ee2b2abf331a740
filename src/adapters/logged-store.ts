import type { Soon } from '../core/and-then.ts'
import { ItemError, messageOf } from '../core/errors.ts'
import { formatSource } from '../core/item.ts'
import type { GetRequest, Log, ObjectHead, ObjectStore } from '../core/ports.ts'

/**
 * The store with a line in the log for every request it makes, once that is over, in the words of
 * the lists: an error where asking again cannot help, a warning where it may, else an info. What was
 * given up on our side is no trouble of the store's, so it is an info, too. `now` is in
 * milliseconds.
 */
export function logRequests(store: ObjectStore, log: Log, now: () => number): ObjectStore {
  return {
    async head(source, signal) {
      const request = open(`HEAD ${formatSource(source)}`, { log, now })
      try {
        const head = await store.head(source, signal)
        request.succeeded(head)
        return head
      } catch (error) {
        request.failed(error, signal.aborted ? 'us' : 'store')
        throw error
      }
    },
    async get(asked, sink, signal) {
      const request = open(describeGet(asked), { log, now })
      let isSinkToBlame = false
      const blame = (error: unknown): never => {
        isSinkToBlame = true
        throw error
      }
      const watched = (deed: () => Soon) => {
        try {
          return deed()?.catch(blame)
        } catch (error) {
          return blame(error)
        }
      }
      let head: ObjectHead | undefined
      let receivedBytes = 0
      try {
        await store.get(
          asked,
          {
            begin(begun) {
              head = begun
              return watched(() => sink.begin(begun))
            },
            write(chunk) {
              receivedBytes += chunk.length
              return watched(() => sink.write(chunk))
            },
          },
          signal,
        )
        request.succeeded(head, receivedBytes)
      } catch (error) {
        request.failed(error, signal.aborted || isSinkToBlame ? 'us' : 'store')
        throw error
      }
    },
  }
}

interface OpenRequest {
  succeeded(head: ObjectHead | undefined, receivedBytes?: number): void
  failed(error: unknown, endedBy: 'us' | 'store'): void
}

function open(what: string, { log, now }: { log: Log; now: () => number }): OpenRequest {
  const startMs = now()
  const begin = () => `${what}, cost [${Math.round(now() - startMs)}]`
  return {
    succeeded(head, receivedBytes = 0) {
      log.info(`${begin()}, status [${head?.status ?? 0}], received [${receivedBytes}]${end(head)}`)
    },
    failed(error, endedBy) {
      if (endedBy === 'us') log.info(`${begin()}, given up: ${messageOf(error)}`)
      else log[levelOf(error)](`${begin()}, ${describeError(error)}`)
    },
  }
}

function levelOf(error: unknown): 'warn' | 'error' {
  return error instanceof ItemError && error.retry !== 'never' ? 'warn' : 'error'
}

/** A status of 0 means that no answer came, or that it broke off. */
function describeError(error: unknown): string {
  const known = error instanceof ItemError ? error : undefined
  return `status [${known?.status ?? 0}], error code [${known?.code ?? ''}], error message [${messageOf(error)}]${end(known)}`
}

function describeGet({ source, range }: GetRequest): string {
  const bytes = range === undefined ? '' : ` bytes=${range.start}-${range.end - 1}`
  return `GET ${formatSource(source)}${bytes}`
}

function end(answer: { readonly requestId: string | undefined } | undefined): string {
  return `, request id [${answer?.requestId ?? ''}]`
}
