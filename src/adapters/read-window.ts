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

/** Makes an empty window of so many bytes; its memory is taken when it is first read into. */
export function createReadWindow(sizeBytes: number): ReadWindow {
  let memory = Buffer.alloc(0)
  /** Emptied long ago, and nobody's any more. */
  let spare: typeof memory | undefined
  let from = 0
  let to = 0
  let target = { memory, at: 0 }
  const hasRoom = () => memory.length - to >= smallestRead
  const isEmpty = () => from === to

  return {
    next() {
      // A window that is full is about to be emptied, but its bytes are still needed until then.
      if (hasRoom()) target = { memory, at: to }
      else if (target.memory === memory) {
        target = { memory: spare ?? Buffer.allocUnsafeSlow(sizeBytes), at: 0 }
        spare = undefined
      }
      return target.memory.subarray(target.at)
    },
    arrived(byteCount) {
      const isBehind = target.memory === memory && target.at === to
      if (isEmpty()) {
        if (target.memory !== memory && memory.length === sizeBytes) spare = memory
        memory = target.memory
        from = target.at
        to = target.at + byteCount
      } else if (isBehind) {
        to += byteCount
      } else {
        const more = target.memory.subarray(target.at, target.at + byteCount)
        memory = Buffer.concat([memory.subarray(from, to), more, Buffer.alloc(smallestRead)])
        from = 0
        to = memory.length - smallestRead
      }
    },
    bytes: () => memory.subarray(from, to),
    isFull: () => !hasRoom(),
    consume(byteCount) {
      from += byteCount
      if (isEmpty()) from = to = 0
    },
  }
}
