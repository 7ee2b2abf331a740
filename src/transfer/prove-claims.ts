import { ItemError } from '../core/errors.ts'
import type { ProvenRange } from '../core/part-record.ts'
import type { FetchContext } from './fetch-bytes.ts'
import { sumOnDisk, type SummedRange } from './parts-digests.ts'
import type { PartsInProgress, PartsJob, PartsTools } from './parts-job.ts'
import { feedOf, runWorkers } from './run-workers.ts'

export interface ProofTools extends Pick<PartsTools, 'summer'> {
  readonly context: FetchContext
  readonly signal: AbortSignal
  /** Told of each range whose bytes are what was recorded. */
  readonly proven: (range: SummedRange) => void
}

/** Ranges that are read at a time, so that the disk is not idle in between. */
const atOnce = 4

/**
 * Reads back what the record claims and compares the CRC-32 of each range, several at a time. Resolves
 * with those that are not what was recorded, or cannot be read.
 */
export async function proveClaims(
  { item, head, checks }: PartsJob,
  { temp, claimed }: PartsInProgress,
  { summer, context, signal: all, proven }: ProofTools,
): Promise<readonly ProvenRange[]> {
  if (claimed.length === 0) return []
  const refuted: ProvenRange[] = []
  await runWorkers(feedOf(claimed), {
    workers: Math.min(atOnce, claimed.length),
    signal: all,
    endsOthers: () => true,
    async run(claim, signal) {
      const onDisk = await sumIfReadable(claim, { temp, checks, summer, signal })
      if (onDisk?.crc32 === claim.crc32) proven(onDisk)
      else refuted.push(claim)
    },
  })
  const count = `${claimed.length - refuted.length} of ${claimed.length}`
  context.log.info(
    `Resuming [${item.key}]: ${count} recorded ranges proven, ${head.sizeBytes} bytes in all`,
  )
  return refuted
}

/** What a bad place of the disk holds is not proven, and may be written anew. */
async function sumIfReadable(...words: Parameters<typeof sumOnDisk>) {
  try {
    return await sumOnDisk(...words)
  } catch (error) {
    if (error instanceof ItemError && error.code === 'EIO') return undefined
    throw error
  }
}
