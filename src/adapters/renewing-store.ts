import { refusalOf } from '../core/credentials.ts'
import { ItemError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import { promptly, ready, type Steps } from '../core/promptly.ts'
import type { CredentialSource } from './credentials.ts'
import { untilAborted } from './until-aborted.ts'

/** New keys that one attempt may get: a file may be read half-written, and once more too early. */
const mostRenewals = 3

/**
 * A store whose requests are made again, as one and the same attempt, when their keys were refused and
 * there are others. Requests wait while those are looked for; where there are none, the refusal stands.
 */
export function createRenewingStore(store: ObjectStore, keys: CredentialSource): ObjectStore {
  function* renewing<T>(attempt: () => Promise<T>, signal: AbortSignal): Steps<T> {
    for (let renewals = 0; ; renewals += 1) {
      const current = keys.current()
      const isDue = current instanceof Promise
      const used = isDue ? yield* ready(untilAborted(current, signal)) : current
      try {
        return yield* ready(attempt())
      } catch (error) {
        // A refusal comes before any byte, so whoever takes the body has not been called yet.
        const refusal = error instanceof ItemError ? refusalOf(error) : undefined
        if (refusal === undefined || renewals === mostRenewals) throw error
        const areNew = yield* ready(untilAborted(keys.renew(used, refusal), signal))
        if (!areNew) throw error
      }
    }
  }
  return {
    head: async (source, signal) => promptly(renewing(() => store.head(source, signal), signal)),
    get: async (request, sink, signal) =>
      promptly(renewing(() => store.get(request, sink, signal), signal)),
  }
}
