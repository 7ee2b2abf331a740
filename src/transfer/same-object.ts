import { ItemError } from '../core/errors.ts'
import type { ObjectSource } from '../core/item.ts'
import type { ObjectHead } from '../core/ports.ts'

/** Throws an `ItemError` marked `changed` where the answer is not about the object that is known. */
export function assertSameObject(source: ObjectSource, known: ObjectHead, head: ObjectHead): void {
  const same =
    known.etag === head.etag &&
    known.sizeBytes === head.sizeBytes &&
    (known.etag !== '' || known.lastModifiedMs === head.lastModifiedMs)
  if (same) return
  throw objectChanged(source, head)
}

/** The error of an object that was replaced while it was being fetched. */
export function objectChanged(
  source: ObjectSource,
  answer: { readonly status: number; readonly requestId: string },
): ItemError {
  return new ItemError(
    `The object [${source.key}] in the bucket [${source.bucket}] changed while it was downloaded`,
    {
      code: 'ObjectChangedError',
      retry: 'changed',
      status: answer.status,
      requestId: answer.requestId,
    },
  )
}
