import { andThen, type Soon } from '../core/and-then.ts'
import type { ByteRange } from '../core/byte-range.ts'
import { hasStrongTag } from '../core/entity-tag.ts'
import type { ObjectSource } from '../core/item.ts'
import type { Clock, GetRequest, Log, ObjectHead, ObjectStore } from '../core/ports.ts'
import type { Pace } from './pace.ts'
import { withRetries } from './retry.ts'
import { assertSameObject, objectChanged } from './same-object.ts'

/** Takes bytes in order, each exactly once, whatever was tried again to get them. */
export interface ByteReceiver {
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

export interface FetchContext {
  readonly store: ObjectStore
  readonly pace: Pace
  readonly clock: Clock
  readonly log: Log
  readonly maxRetries: number
  readonly signal: AbortSignal
}

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
    const asked = nextRequest({ ...request, known }, position, first)
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
  await withRetries(attempt, { ...context, what: `GET ${source.bucket}/${source.key}` }, signal)
}

/** The request for what is still missing of the range, or of the object. */
function nextRequest(request: FetchRequest, position: number, first: number): GetRequest {
  const { source, range, known } = request
  const condition = known !== undefined && hasStrongTag(known) ? { ifMatch: known.etag } : {}
  if (range !== undefined) {
    return { source, range: { start: position, end: range.end }, ...condition }
  }
  if (position === first || known === undefined) return { source, ...condition }
  return { source, range: { start: position, end: known.sizeBytes }, ...condition }
}
