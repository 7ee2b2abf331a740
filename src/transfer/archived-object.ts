import type { ObjectSource } from '../core/item.ts'
import type { ObjectHead } from '../core/ports.ts'
import { fetchBytes, type FetchContext } from './fetch-bytes.ts'

/**
 * Makes sure that an object in an archive can be read: it was restored, or its bucket allows that
 * without. Only a GET tells; it is ended at the head of its answer. Rejects with what the store says.
 */
export async function assertReadable(
  source: ObjectSource,
  head: ObjectHead,
  context: FetchContext,
): Promise<void> {
  if (head.isArchived !== true) return
  const receiver = {
    begin() {
      throw new Readable('the object can be read')
    },
    write() {},
  }
  try {
    await fetchBytes({ source, known: head }, receiver, context)
  } catch (error) {
    if (!(error instanceof Readable)) throw error
  }
}

/** Thrown from within the request to end it. */
class Readable extends Error {}
