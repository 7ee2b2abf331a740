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
  /** Empties the window and gives its memory to the next one; nothing may read into it or use a view any more. */
  dispose(): void
}

/** Memory for windows, each of the same size. */
export interface WindowMemory {
  readonly sizeBytes: number
  take(): Buffer
  giveBack(memory: Buffer): void
}

/**
 * Hands out memory, that which was given back first. Another thread can write it to disk as it is
 * (`bulk-writer.ts`), and V8 does not count such memory: left to the collector, that of many connections that
 * were closed would lie there until something else gave it reason to run.
 *
 * @param preferred Gives memory that somebody has a use for, as long as there is some; it has to be shared.
 */
export function createWindowMemory(
  sizeBytes: number,
  preferred?: (sizeBytes: number) => Buffer | undefined,
): WindowMemory {
  const free: Buffer[] = []
  return {
    sizeBytes,
    take: () =>
      free.pop() ?? preferred?.(sizeBytes) ?? Buffer.from(new SharedArrayBuffer(sizeBytes)),
    giveBack: (memory) => void free.push(memory),
  }
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
 * Makes an empty window; its memory is taken when it is first read into. Where more comes than fits behind
 * what is still needed, as over TLS while the bytes before are being written, it lies apart until then.
 */
export function createReadWindow(memories: WindowMemory): ReadWindow {
  let current = emptySpan()
  /** What follows it, in other memory. */
  let ahead: Span | undefined
  /** Where the next read goes: behind the last span, or into memory that is nobody else's. */
  let target = { memory: current.memory, at: 0 }
  /** Of spans that were joined: views of it may be in use until what was made of them is consumed. */
  let retired: readonly Buffer[] = []
  /** Nobody's any more. */
  let spare: Buffer | undefined
  const isOurs = (memory: Buffer) => memory.length === memories.sizeBytes
  const inUse = () => [current.memory, ahead?.memory, target.memory, ...retired]

  /** To be called once a piece of memory may have lost its use. */
  const keep = (memory: Buffer) => {
    if (!isOurs(memory) || inUse().includes(memory) || memory === spare) return
    if (spare === undefined) spare = memory
    else memories.giveBack(memory)
  }
  const follow = (next: Span) => {
    const { memory } = current
    current = next
    keep(memory)
  }
  const aim = (memory: Buffer, at: number) => {
    const before = target.memory
    target = { memory, at }
    // Nearly every read goes on where the last one ended.
    if (before !== memory) keep(before)
  }
  /** Makes one of the two, where somebody needs to see both at once. */
  const join = (next: Span) => {
    const memory = Buffer.concat([bytesOf(current), bytesOf(next), Buffer.alloc(smallestRead)])
    retired = [...retired, current.memory, next.memory]
    current = { memory, from: 0, to: memory.length - smallestRead }
    ahead = undefined
  }
  const release = () => {
    const all = retired
    retired = []
    for (const memory of all) keep(memory)
  }

  return {
    next() {
      const last = ahead ?? current
      // A window that is full is about to be emptied, but its bytes are still needed until then.
      if (hasRoom(last)) aim(last.memory, last.to)
      else if (target.memory === last.memory || !isOurs(target.memory)) {
        const memory = spare ?? memories.take()
        spare = undefined
        aim(memory, 0)
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
        const next = ahead
        ahead = undefined
        follow(next)
      } else if (isOurs(current.memory)) {
        current.from = current.to = 0
      } else {
        current = emptySpan()
      }
      if (retired.length > 0) release()
    },
    dispose() {
      for (const memory of new Set([...inUse(), spare])) {
        if (memory !== undefined && isOurs(memory)) memories.giveBack(memory)
      }
      current = emptySpan()
      ahead = spare = undefined
      target = { memory: current.memory, at: 0 }
      retired = []
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
