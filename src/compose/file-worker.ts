/** Runs in a thread of its own: hashes files while they grow, sums ranges of them, or writes them. */
import { createHash, type Hash } from 'node:crypto'
import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import { writeAtOnce } from '../adapters/file-bytes.ts'
import type { JobEnd, ToFileThread } from '../adapters/file-jobs.ts'
import type { CrcKind } from '../core/crc.ts'
import { messageOf, systemCode } from '../core/errors.ts'
import { continueCrcs, crcsOfNothing } from '../transfer/fast-crc.ts'
import { foldMemory } from '../transfer/fold-memory.ts'

/** Bytes read at a time; in between the thread hears what it is told. */
const readSizeBytes = 1024 * 1024

interface Job {
  readonly id: number
  readonly descriptor: number
  /** Takes the next bytes, in order. */
  readonly take: (chunk: Uint8Array) => void
  /** What to tell when all bytes were taken. */
  readonly finish: () => JobEnd
  position: number
  /** All bytes before it may be read. */
  reached: number
  /** Where to end, once that is known. */
  end: number | undefined
  isBusy: boolean
}

const jobs = new Map<number, Job>()
/** Sums are folded where the bytes were read to. */
let buffer: Buffer | undefined

function tell(id: number, message: JobEnd): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage({ ...message, id })
}

function conclude({ id }: Job, message: JobEnd): void {
  if (jobs.delete(id)) tell(id, message)
}

function failed(error: unknown): JobEnd {
  // Node.js has codes of its own, of errors without a number.
  const isOfSystem = error instanceof Error && 'errno' in error
  return { kind: 'failed', reason: messageOf(error), code: isOfSystem ? systemCode(error) : '' }
}

/** Reads on as far as it may, one piece at a time, for other files are waiting as well. */
async function advance(job: Job): Promise<void> {
  if (job.isBusy) return
  job.isBusy = true
  try {
    while (jobs.has(job.id) && job.position < job.reached) {
      buffer ??= foldMemory()?.take(readSizeBytes) ?? Buffer.allocUnsafeSlow(readSizeBytes)
      const wanted = Math.min(readSizeBytes, job.reached - job.position)
      const readBytes = readSync(job.descriptor, buffer, 0, wanted, job.position)
      if (readBytes === 0) {
        conclude(job, { kind: 'shorter' })
        break
      }
      job.take(buffer.subarray(0, readBytes))
      job.position += readBytes
      await setImmediate()
    }
    if (job.position === job.end) conclude(job, job.finish())
  } catch (error) {
    conclude(job, failed(error))
  }
  job.isBusy = false
}

function startHash(hash: Hash): Pick<Job, 'take' | 'finish'> {
  return {
    take: (chunk) => void hash.update(chunk),
    finish: () => ({ kind: 'digest', hex: hash.digest('hex') }),
  }
}

function startSums(kinds: readonly CrcKind[]): Pick<Job, 'take' | 'finish'> {
  let crcs = crcsOfNothing(kinds)
  return {
    take(chunk) {
      crcs = continueCrcs(crcs, chunk)
    },
    finish: () => ({ kind: 'sums', crcs: [...crcs] }),
  }
}

function hear(message: ToFileThread): Job | undefined {
  const { id } = message
  const job = jobs.get(id)
  switch (message.kind) {
    case 'hash': {
      const { descriptor, hash } = message
      const range = { position: 0, reached: 0, end: undefined }
      return { id, descriptor, ...startHash(createHash(hash)), ...range, isBusy: false }
    }
    case 'sum': {
      const { descriptor, crcs } = message
      const { start: position, end: reached } = message.range
      return { id, descriptor, ...startSums(crcs), position, reached, end: reached, isBusy: false }
    }
    case 'reached':
      if (job !== undefined) job.reached = Math.max(job.reached, message.position)
      return job
    case 'digest':
      if (job !== undefined) job.reached = job.end = message.sizeBytes
      return job
    case 'write':
      writeAtOnce(message, message.chunk)
      tell(id, { kind: 'written' })
      return undefined
    case 'stop':
      if (job !== undefined) conclude(job, failed(new Error('it was stopped')))
      return undefined
  }
}

/** A job that cannot even begin is no fault of the others. */
function heard(message: ToFileThread): Job | undefined {
  try {
    return hear(message)
  } catch (error) {
    tell(message.id, failed(error))
    return undefined
  }
}

parentPort?.on('message', (message: ToFileThread) => {
  const job = heard(message)
  if (job === undefined) return
  jobs.set(job.id, job)
  void advance(job)
})
