import { andThen, type Soon } from '../core/and-then.ts'
import { createChunkedBody } from '../core/chunked-body.ts'
import type { BodyFraming } from '../core/http-answer.ts'
import type { RawConnection } from './raw-connection.ts'
import type { Step } from './read-until.ts'

/** Reads the body of one answer out of a connection's window. */
export interface AnswerBody {
  /** Takes what has come; a promise while whoever gets the bytes is not ready for more. */
  advance(): Step | Promise<Step>
  /** Whether the end of the connection is the end of the body. */
  endsWithConnection(): boolean
  /** Hands over what came but was held back, when no more will come. */
  flush(): Soon
  /** Whether all of it was read, so that what comes next is something else. */
  isWhole(): boolean
}

export interface DeliveryOptions {
  readonly lengthBytes: number
  /** Bytes that are joined before they are handed over; the last ones may be fewer. */
  readonly gatherBytes: number
  /** Milliseconds, from any beginning. */
  readonly now: () => number
}

/** Bytes are held back for so long, so that progress shows on a slow line. */
const longestHoldMs = 90

/** A body that is handed over as it comes, in pieces that are worth a write each. */
export function deliverBody(
  connection: RawConnection,
  write: (chunk: Uint8Array) => Soon,
  { lengthBytes, gatherBytes, now }: DeliveryOptions,
): AnswerBody {
  let missing = lengthBytes
  let lastMs = now()

  const isWorthIt = (sizeBytes: number) =>
    sizeBytes >= gatherBytes || connection.isFull() || now() - lastMs >= longestHoldMs
  const delivered = (sizeBytes: number) => {
    missing -= sizeBytes
    lastMs = now()
    connection.consume(sizeBytes)
  }
  // What the taker still holds must stay as it is, so it stays in the window until then.
  const deliver = (chunk: Uint8Array) => andThen(write(chunk), () => delivered(chunk.length))
  return {
    advance() {
      const chunk = connection.bytes().subarray(0, missing)
      const step = chunk.length === missing ? 'done' : 'more'
      if (chunk.length === 0 || (step === 'more' && !isWorthIt(chunk.length))) return step
      const pending = deliver(chunk)
      return pending === undefined ? step : pending.then(() => step)
    },
    endsWithConnection: () => false,
    flush() {
      const held = connection.bytes().subarray(0, missing)
      return held.length === 0 ? undefined : deliver(held)
    },
    isWhole: () => missing === 0,
  }
}

/** No error document is longer; of what is, the beginning will do. */
const mostCollectedBytes = 256 * 1024

/** A body that is kept in memory, such as an error document. */
export interface CollectedBody extends AnswerBody {
  content(): Buffer
}

/** Collects a body, up to 256 KiB of it. */
export function collectBody(connection: RawConnection, framing: BodyFraming): CollectedBody {
  const pieces: Buffer[] = []
  let collectedBytes = 0
  const keep = (content: Uint8Array) => {
    pieces.push(Buffer.from(content))
    collectedBytes += content.length
  }
  const chunks = createChunkedBody(keep)

  const take = (arrived: Uint8Array): number => {
    if (framing.kind === 'chunked') return chunks.push(arrived)
    const missing =
      framing.kind === 'length' ? framing.lengthBytes - collectedBytes : arrived.length
    const content = arrived.subarray(0, missing)
    keep(content)
    return content.length
  }
  const isWhole = () =>
    framing.kind === 'chunked'
      ? chunks.hasEnded
      : framing.kind === 'length' && collectedBytes === framing.lengthBytes
  return {
    advance() {
      const taken = tryTo(() => take(connection.bytes()))
      // Of a body that cannot be taken apart, what came until then will do.
      if (taken === undefined) return 'done'
      connection.consume(taken)
      return isWhole() || collectedBytes > mostCollectedBytes ? 'done' : 'more'
    },
    // Half an error document is better than none.
    endsWithConnection: () => true,
    flush: () => undefined,
    isWhole,
    content: () => Buffer.concat(pieces),
  }
}

function tryTo<T>(deed: () => T): T | undefined {
  try {
    return deed()
  } catch {
    // Only `createChunkedBody` throws here, and the caller's answer to that is always the same.
    return undefined
  }
}
