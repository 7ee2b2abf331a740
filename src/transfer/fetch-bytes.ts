import { andThen, type Soon } from '../core/and-then.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { hasStrongTag } from '../core/entity-tag.ts'
import type { ObjectSource } from '../core/item.ts'
import type { GetRequest, ObjectHead, ObjectStore } from '../core/ports.ts'
import { withRetries, type RetryContext } from './retry.ts'
import { assertSameObject, objectChanged } from './same-object.ts'

/** Takes bytes in order, each exactly once, whatever was tried again to get them. */
export interface ByteReceiver {
  /** Right before each request, once its turn has come. */
  ask?(): void
  /** With the first good answer, before any byte; again if that answer brought none. */
  begin?(head: ObjectHead): void
  write(chunk: Uint8Array, position: number): Soon
}

export interface FetchRequest {
  readonly source: ObjectSource
  /** Absent: the whole object. */
  readonly range?: ByteRange
  /** What is known of the object; absent before the first answer. */
  readonly known?: ObjectHead | undefined
}

/** What requests are made with, all those of a run, or of the parts of one object. */
export interface FetchContext extends RetryContext {
  readonly store: ObjectStore
}

/** Asks the store for an object as it is now, with retries. */
export type HeadObject = (source: ObjectSource, context: FetchContext) => Promise<ObjectHead>

/**
 * Fetches an object or a range of it with retries. A body that breaks off is continued at the byte
 * where it broke, on condition that the object is still the same (If-Match). Rejects with an
 * `ItemError`; its `retry` is `changed` where the object is not the one known any more.
 */
export async function fetchBytes(
  request: FetchRequest,
  receiver: ByteReceiver,
  context: FetchContext,
): Promise<void> {
  const { source } = request
  const { signal, pace } = context
  const first = request.range?.start ?? 0
  let position = first
  let known = request.known

  const attempt = async () => {
    // An attempt that failed after its last byte has left nothing to ask for.
    if (position > first && position === (request.range?.end ?? known?.sizeBytes)) return
    if (position > first && known !== undefined && !hasStrongTag(known)) {
      // What is missing may be of another version, and nothing would tell: begin again.
      throw objectChanged(source, known)
    }
    const asked = nextRequest(request, known, position)
    receiver.ask?.()
    await context.store.get(
      asked,
      {
        begin(head) {
          if (known !== undefined) assertSameObject(source, known, head)
          if (position === first) receiver.begin?.(head)
          known = head
        },
        write(chunk) {
          const advance = () => {
            position += chunk.length
          }
          const receive = () => andThen(receiver.write(chunk, position), advance)
          const pause = pace.takeBytes(chunk.length, signal)
          return pause === undefined ? receive() : pause.then(receive)
        },
      },
      signal,
    )
  }
  await withRetries(attempt, `GET ${source.bucket}/${source.key}`, context)
}

/** The request for what is still missing of the range, or of the object, from this byte on. */
function nextRequest(
  { source, range }: FetchRequest,
  known: ObjectHead | undefined,
  position: number,
): GetRequest {
  const ifMatch = known !== undefined && hasStrongTag(known) ? known.etag : undefined
  if (range !== undefined) return { source, range: { start: position, end: range.end }, ifMatch }
  if (position === 0 || known === undefined) return { source, ifMatch }
  return { source, range: { start: position, end: known.sizeBytes }, ifMatch }
}

/** Asks for the head of an object, with retries. Rejects with an `ItemError` or the signal's reason. */
export const headObject: HeadObject = (source, context) =>
  withRetries(
    () => context.store.head(source, context.signal),
    `HEAD ${source.bucket}/${source.key}`,
    context,
  )
