import type { FileHasher, FileSummer, GrowingHash } from '../core/file-sum-ports.ts'
import type { JobEnd } from './file-jobs.ts'
import { createFileThread, type FileThread } from './file-thread.ts'
import { untilAborted } from './until-aborted.ts'

/** Reads temp files in other threads, each of which starts when it is first needed. */
export interface FileReader extends FileHasher, FileSummer {
  /** Ends the threads; no file may be read any more. */
  close(): void
}

export interface FileReaderOptions {
  /** What the threads run. */
  readonly module: URL
  /** Threads for sums; one more is for hashes. */
  readonly summers: number
}

/** The thread is told of progress in steps of so many bytes. */
const stepBytes = 4 * 1024 * 1024

/** Hashes files in one thread, since each is a chain, and sums ranges in as many as there are. */
export function createFileReader({ module, summers }: FileReaderOptions): FileReader {
  const hasher = createFileThread(module)
  const others = Array.from({ length: summers }, () => createFileThread(module))
  let turn = 0
  const nextSummer = (): FileThread => {
    turn += 1
    return others[turn % others.length] ?? hasher
  }
  return {
    start: ({ descriptor }, hash) => startHash(hasher, { descriptor, hash }),
    async sum({ temp, range, crcs }, signal) {
      const job = nextSummer().start({ kind: 'sum', descriptor: temp.descriptor, range, crcs })
      const end = await untilEnded(job, signal)
      if (end.kind === 'sums') return new Map(end.crcs)
      if (end.kind === 'shorter') return undefined
      throw cannot('sum', end)
    },
    close() {
      for (const thread of [hasher, ...others]) thread.close()
    },
  }
}

type HashJob = Parameters<FileThread['start']>[0] & { readonly kind: 'hash' }

function startHash(thread: FileThread, wanted: Omit<HashJob, 'kind'>): GrowingHash {
  const job = thread.start({ kind: 'hash', ...wanted })
  let toldBytes = 0
  return {
    reached(position) {
      if (job.hasEnded() || position - toldBytes < stepBytes) return
      toldBytes = position
      job.tell({ kind: 'reached', position })
    },
    async digest(sizeBytes, signal) {
      job.tell({ kind: 'digest', sizeBytes })
      const end = await untilAborted(job.ended, signal)
      if (end.kind === 'digest') return end.hex
      throw cannot('hash', end)
    },
    async stop() {
      job.tell({ kind: 'stop' })
      await job.ended
    },
  }
}

/** An abort ends the job as well, and is not told before that: then the file may be closed. */
async function untilEnded(
  job: ReturnType<FileThread['start']>,
  signal: AbortSignal,
): Promise<JobEnd> {
  try {
    return await untilAborted(job.ended, signal)
  } catch (error) {
    job.tell({ kind: 'stop' })
    await job.ended
    throw error
  }
}

function cannot(deed: string, end: JobEnd): Error {
  return new Error(`Cannot ${deed} the file: ${end.kind === 'failed' ? end.reason : end.kind}`)
}
