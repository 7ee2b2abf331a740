import { ItemError } from '../core/errors.ts'
import type { ObjectStore } from '../core/ports.ts'
import { createRedact, type Redact } from '../core/secrets.ts'

/**
 * A store whose errors say nothing secret, though a server may name the access key that it refuses and
 * a proxy the login. The secrets are looked at again for each error, so the caller may add to them.
 */
export function createDiscreetStore(store: ObjectStore, secrets: readonly string[]): ObjectStore {
  const redact = createRedact(secrets)
  const discreet = async <T>(attempt: Promise<T>): Promise<T> => {
    try {
      return await attempt
    } catch (error) {
      throw error instanceof ItemError ? withoutSecrets(error, redact) : error
    }
  }
  return {
    head: (source, signal) => discreet(store.head(source, signal)),
    get: (request, sink, signal) => discreet(store.get(request, sink, signal)),
  }
}

function withoutSecrets(error: ItemError, redact: Redact): ItemError {
  const { status, retry, retryAfterMs, cause } = error
  const message = redact(error.message)
  const code = redact(error.code)
  const requestId = error.requestId === undefined ? undefined : redact(error.requestId)
  if (message === error.message && code === error.code && requestId === error.requestId) {
    return error
  }
  return new ItemError(message, { code, requestId, status, retry, retryAfterMs, cause })
}
