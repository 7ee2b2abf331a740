import { refusalOf } from '../core/credentials.ts'
import { ItemError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import type { CredentialSource } from './credentials.ts'
import { untilAborted } from './until-aborted.ts'

/** New keys that one attempt may get: a file may be read half-written, and once more too early. */
const mostRenewals = 3

/**
 * A store whose requests are made again, as one and the same attempt, when their keys were refused and
 * there are others. Requests wait while those are looked for; where there are none, the refusal stands.
 */
export function createRenewingStore(store: ObjectStore, keys: CredentialSource): ObjectStore {
  const renewing = async <T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> => {
    for (let renewals = 0; ; renewals += 1) {
      const current = keys.current()
      const used = current instanceof Promise ? await untilAborted(current, signal) : current
      try {
        return await attempt()
      } catch (error) {
        // A refusal comes before any byte, so whoever takes the body has not been called yet.
        const refusal = error instanceof ItemError ? refusalOf(error) : undefined
        if (refusal === undefined || renewals === mostRenewals) throw error
        if (!(await untilAborted(keys.renew(used, refusal), signal))) throw error
      }
    }
  }
  return {
    head: (source, signal) => renewing(() => store.head(source, signal), signal),
    get: (request, sink, signal) => renewing(() => store.get(request, sink, signal), signal),
  }
}
