import { ifWebAssemblyCan } from './if-webassembly-can.ts'

/**
 * Memory of this thread that the module which folds CRCs works in (crc-fold-module.wat): what lies there need
 * not be copied for it. It is shared memory, so that another thread can write it to disk as it is.
 */
export interface FoldMemory {
  readonly memory: WebAssembly.Memory
  /** Hands out zeros; nothing is taken back. Undefined once there is no more than is to be left. */
  take(lengthBytes: number, leftBytes?: number): Buffer | undefined
  /** Where the bytes begin in the memory; undefined for those that lie elsewhere. */
  placeOf(bytes: Uint8Array): number | undefined
}

/** So much is a page of WebAssembly, whatever the system's are. */
const pageBytes = 64 * 1024
/**
 * 256 MiB. Connections read into 64 MiB at a time (`core/buffer-sizes.ts`), and none has more than three times
 * its share; where there are more than 1,000 of them, some read elsewhere, and the bytes are copied.
 */
const mostPages = 4096
/** Connections leave so much for the folding itself, of all kinds. */
export const foldingBytes = 2 * 1024 * 1024

let ofThisThread: FoldMemory | 'none' | undefined

/** The one that this thread uses; see `reserveFoldMemory`. */
export function foldMemory(): FoldMemory | undefined {
  ofThisThread ??= reserveFoldMemory() ?? 'none'
  return ofThisThread === 'none' ? undefined : ofThisThread
}

/** @returns `undefined` where none can be had */
export function reserveFoldMemory(): FoldMemory | undefined {
  const size = { initial: 1, maximum: mostPages, shared: true } as const
  const memory = ifWebAssemblyCan(() => new WebAssembly.Memory(size))
  return memory && createFoldMemory(memory)
}

function createFoldMemory(memory: WebAssembly.Memory): FoldMemory {
  /** What has grown is another object for the same bytes, and the one before it goes on to work. */
  const buffers = new WeakSet<object>()
  let takenPages = 0
  return {
    memory,
    take(lengthBytes, leftBytes = 0) {
      const pages = Math.ceil(lengthBytes / pageBytes)
      if (takenPages + pages > mostPages - leftBytes / pageBytes) return undefined
      const at = takenPages * pageBytes
      const missing = at + pages * pageBytes - memory.buffer.byteLength
      const grown = ifWebAssemblyCan(() => missing <= 0 || memory.grow(missing / pageBytes))
      if (grown === undefined) return undefined
      takenPages += pages
      buffers.add(memory.buffer)
      return Buffer.from(memory.buffer, at, lengthBytes)
    },
    placeOf: (bytes) => (buffers.has(bytes.buffer) ? bytes.byteOffset : undefined),
  }
}
