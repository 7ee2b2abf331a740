import { framingOf } from '../core/http-answer.ts'
import type { ObjectHead, ObjectStore } from '../core/ports.ts'
import { collectBody, deliverBody } from './answer-body.ts'
import { createAsker, type AskerOptions } from './raw-asker.ts'
import { readGetHead, readHeadHead } from './response-head.ts'

export interface RawStoreOptions extends AskerOptions {
  /** Bytes of a body that are joined before they are handed over (`writeBufferIoSize`). */
  readonly gatherBytes: number
  /** Milliseconds, from any beginning. */
  readonly now: () => number
}

/**
 * The store over connections of our own: a body goes from the socket's memory straight to its taker.
 * Signing, and the reading of error documents, are the SDK's.
 */
export function createRawStore(options: RawStoreOptions): ObjectStore {
  const ask = createAsker(options)
  const { gatherBytes, now } = options
  return {
    async head(source, signal) {
      let object: ObjectHead | undefined
      await ask({
        question: { method: 'HEAD', source },
        signal,
        accept(answer, connection) {
          object = readHeadHead(answer)
          return collectBody(connection, framingOf(answer, 'HEAD'))
        },
      })
      if (object === undefined) throw new Error('a HEAD succeeded without an answer')
      return object
    },
    get: ({ source, range, ifMatch }, sink, signal) =>
      ask({
        question: { method: 'GET', source, range, ifMatch },
        signal,
        accept(answer, connection) {
          const { head, lengthBytes } = readGetHead(answer, range)
          const write = (chunk: Uint8Array) => sink.write(chunk)
          const body = deliverBody(connection, write, { gatherBytes, now, lengthBytes })
          const begun = sink.begin(head)
          return begun === undefined ? body : begun.then(() => body)
        },
      }),
  }
}
