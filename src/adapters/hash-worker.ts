/** Runs in a thread of its own: hashes files while they grow. */
import { createHash, type Hash } from 'node:crypto'
import { readSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { parentPort } from 'node:worker_threads'
import type { FromHasher, ToHasher } from './hash-protocol.ts'

/** Bytes read at a time; in between the thread hears what it is told. */
const readSizeBytes = 1024 * 1024

interface Job {
  readonly id: number
  readonly descriptor: number
  readonly hash: Hash
  position: number
  /** All bytes before it may be read. */
  reached: number
  /** Where to end, once that is known. */
  sizeBytes: number | undefined
  isBusy: boolean
}

const jobs = new Map<number, Job>()
const buffer = Buffer.allocUnsafeSlow(readSizeBytes)

function tell(message: FromHasher): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows
  parentPort?.postMessage(message)
}

function end(job: Job, message: FromHasher): void {
  if (jobs.delete(job.id)) tell(message)
}

/** Reads on as far as it may, one piece at a time, for other files are waiting as well. */
async function advance(job: Job): Promise<void> {
  if (job.isBusy) return
  job.isBusy = true
  try {
    while (jobs.has(job.id) && job.position < job.reached) {
      const wanted = Math.min(readSizeBytes, job.reached - job.position)
      const readBytes = readSync(job.descriptor, buffer, 0, wanted, job.position)
      if (readBytes === 0) throw new Error(`the file ends at byte ${job.position}`)
      job.hash.update(buffer.subarray(0, readBytes))
      job.position += readBytes
      await setImmediate()
    }
    if (job.position === job.sizeBytes) {
      end(job, { kind: 'digest', id: job.id, hex: job.hash.digest('hex') })
    }
  } catch (error) {
    end(job, { kind: 'ended', id: job.id, reason: String(error) })
  }
  job.isBusy = false
}

parentPort?.on('message', (message: ToHasher) => {
  const { id } = message
  if (message.kind === 'start') {
    const { descriptor, hash } = message
    const state = { position: 0, reached: 0, sizeBytes: undefined, isBusy: false }
    jobs.set(id, { id, descriptor, hash: createHash(hash), ...state })
    return
  }
  const job = jobs.get(id)
  if (job === undefined) return
  switch (message.kind) {
    case 'reached':
      job.reached = Math.max(job.reached, message.position)
      break
    case 'digest':
      job.reached = message.sizeBytes
      job.sizeBytes = message.sizeBytes
      break
    case 'stop':
      end(job, { kind: 'ended', id, reason: 'it was stopped' })
      return
  }
  void advance(job)
})
