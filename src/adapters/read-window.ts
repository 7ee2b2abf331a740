/**
 * Memory that a connection reads into, over and over. What came and was not consumed yet is the
 * window; as long as it is not full, more is read right behind it.
 */
export interface ReadWindow {
  /** The memory that the next read goes to; never empty. */
  next(): Uint8Array
  /** So many bytes were read into what `next` gave last. */
  arrived(byteCount: number): void
  /** What is in the window, as a view: its bytes stand until they are consumed. */
  bytes(): Buffer
  /** Whether it is time to empty the window; more may come all the same, but at a price. */
  isFull(): boolean
  /** Takes so many bytes off the front of the window. */
  consume(byteCount: number): void
}

/** Less than this is not worth a read of its own. */
const smallestRead = 4096

/** Bytes that came one after the other. */
interface Span {
  readonly memory: Buffer
  from: number
  to: number
}

/**
 * Makes an empty window of so many bytes; its memory is taken when it is first read into. Where more
 * comes than fits behind what is still needed, as over TLS while the bytes before are being written, it
 * lies apart until then.
 */
export function createReadWindow(sizeBytes: number): ReadWindow {
  let current = emptySpan()
  /** What follows it, in other memory. */
  let ahead: Span | undefined
  /** Emptied long ago, and nobody's any more. */
  let spare: Buffer | undefined
  let target = { memory: current.memory, at: 0 }
  const isOurs = ({ memory }: { readonly memory: Buffer }) => memory.length === sizeBytes

  const follow = (next: Span) => {
    if (next.memory !== current.memory && isOurs(current)) spare = current.memory
    current = next
  }
  /** Makes one of the two, where somebody needs to see both at once. */
  const join = (next: Span) => {
    const memory = Buffer.concat([bytesOf(current), bytesOf(next), Buffer.alloc(smallestRead)])
    current = { memory, from: 0, to: memory.length - smallestRead }
    ahead = undefined
  }

  return {
    next() {
      const last = ahead ?? current
      // A window that is full is about to be emptied, but its bytes are still needed until then.
      if (hasRoom(last)) target = { memory: last.memory, at: last.to }
      else if (target.memory === last.memory || !isOurs(target)) {
        target = { memory: spare ?? sharedMemory(sizeBytes), at: 0 }
        spare = undefined
      }
      return target.memory.subarray(target.at)
    },
    arrived(byteCount) {
      const last = ahead ?? current
      const come = { memory: target.memory, from: target.at, to: target.at + byteCount }
      if (target.memory === last.memory && target.at === last.to) {
        last.to += byteCount
      } else if (isEmpty(current) && ahead === undefined) {
        follow(come)
      } else {
        if (ahead !== undefined) join(ahead)
        ahead = come
      }
    },
    bytes() {
      if (ahead !== undefined) join(ahead)
      return bytesOf(current)
    },
    isFull: () => ahead !== undefined || !hasRoom(current),
    consume(byteCount) {
      current.from += byteCount
      if (!isEmpty(current)) return
      if (ahead !== undefined) {
        follow(ahead)
        ahead = undefined
      } else if (isOurs(current)) {
        current.from = current.to = 0
      } else {
        current = emptySpan()
      }
    },
  }
}

function emptySpan(): Span {
  return { memory: Buffer.alloc(0), from: 0, to: 0 }
}

function bytesOf({ memory, from, to }: Span): Buffer {
  return memory.subarray(from, to)
}

function isEmpty({ from, to }: Span): boolean {
  return from === to
}

function hasRoom({ memory, to }: Span): boolean {
  return memory.length - to >= smallestRead
}

/** Memory that another thread can write to disk as it is (`bulk-writer.ts`). */
function sharedMemory(sizeBytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(sizeBytes))
}
