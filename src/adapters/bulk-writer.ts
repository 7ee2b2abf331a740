import type { Soon } from '../core/and-then.ts'
import { writeAtOnce, type WritePlace } from './file-bytes.ts'
import { createFileThread } from './file-thread.ts'

/**
 * Writes what comes in bulk in another thread, while the one that reads from the network reads on. For a
 * local disk: writing there is copying, which takes as long as reading does.
 */
export interface BulkWriter {
  /**
   * Begins to write all of the chunk, which must stay as it is until the promise is settled, as must the
   * descriptor; rejects with the error of the system. Undefined where nothing was done, since that is better
   * done by the caller at once.
   */
  write(place: WritePlace, chunk: Uint8Array): Promise<void> | undefined
  /**
   * Resolves once nothing writes to the file any more, which must be so before it is closed: its number may
   * be another file's then.
   */
  settled(descriptor: number): Soon
  /** Ends the thread; nothing may be written any more. */
  close(): void
}

export interface BulkWriterOptions {
  /** What the thread runs. */
  readonly module: URL
  /** Bytes in bulk after which there will be more of them, so that a thread is worth its start. */
  readonly worthBytes?: number
  /** Told once why there can be no thread; whoever has bytes writes them from then on. */
  readonly onBroken?: (reason: string) => void
}

/** To hand over less would cost more than to write it. */
const leastBytes = 384 * 1024
const usualWorthBytes = 8 * 1024 * 1024
/** What a thread that starts is given, so that it says when it is there. */
const nothing = new Uint8Array(0)

/** Makes one thread for all files of a run; it starts when it is worth it. */
export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { module, worthBytes = usualWorthBytes, onBroken } = options
  const thread = createFileThread(module)
  const pending = new Set<Pending>()
  let seenBytes = 0
  let state: 'unused' | 'starting' | 'ready' | 'broken' = 'unused'

  const isForThread = (chunk: Uint8Array): boolean => {
    // Other memory would be copied on the way.
    if (chunk.length < leastBytes || !(chunk.buffer instanceof SharedArrayBuffer)) return false
    seenBytes += chunk.length
    return state === 'ready' || (state === 'unused' && seenBytes > worthBytes)
  }
  /** A thread that died has perhaps not written; the same bytes again do no harm. */
  const writeInThread = async (place: WritePlace, chunk: Uint8Array): Promise<void> => {
    const end = await thread.start({ kind: 'write', ...place, chunk }).ended
    if (end.kind === 'written') {
      state = 'ready'
    } else if (end.kind === 'failed' && end.code !== '') {
      state = 'ready'
      throw Object.assign(new Error(end.reason), { code: end.code })
    } else {
      if (state !== 'broken') onBroken?.(end.kind === 'failed' ? end.reason : end.kind)
      state = 'broken'
      writeAtOnce(place, chunk)
    }
  }
  return {
    write(place, chunk) {
      if (!isForThread(chunk)) return undefined
      if (state === 'unused') {
        // Nobody need wait for that: until it is ready, the caller writes.
        state = 'starting'
        void writeInThread(place, nothing)
        return undefined
      }
      const { descriptor } = place
      const written = writeInThread(place, chunk)
      const entry: Pending = { descriptor, written }
      pending.add(entry)
      return written.finally(() => pending.delete(entry))
    },
    settled(descriptor) {
      if (pending.size === 0) return undefined
      return waitForAll([...pending].filter((entry) => entry.descriptor === descriptor))
    },
    close() {
      // One that was still starting is no trouble then.
      state = 'broken'
      thread.close()
    },
  }
}

interface Pending {
  readonly descriptor: number
  readonly written: Promise<void>
}

async function waitForAll(all: readonly Pending[]): Promise<void> {
  await Promise.allSettled(all.map(({ written }) => written))
}
