import { ItemError, messageOf } from '../core/errors.ts'
import type { PartRecord } from '../core/ports.ts'
import { adoptParts, removeOfficialParts } from './adopt-parts.ts'
import type { FetchContext } from './fetch-bytes.ts'
import { fetchParts } from './fetch-parts.ts'
import type { Verified } from './finish.ts'
import { createPartsDigests } from './parts-digests.ts'
import { NO_HASHES, startPartsHashes } from './parts-hashes.ts'
import {
  NOTHING_CLAIMED,
  type PartsInProgress,
  type PartsJob,
  type PartsTools,
} from './parts-job.ts'
import { beginRecord, discardParts, resumeParts } from './resume-parts.ts'
import { assertWholeMd5 } from './whole-proof.ts'

/** What a download in parts came to; status and request id are those of its last part. */
export interface PartsResult extends Verified {
  readonly status: number
  readonly requestId: string
}

/**
 * Fetches an object in ranged parts into a temp file of its full size, going on from what an
 * earlier run has proven, and publishes it. On failure and on abort the temp file and the part
 * record stay together for the next run; an object that changed, or a file that fails its check,
 * takes both away. Rejects with an `ItemError` or the signal's reason.
 */
export async function downloadInParts(
  job: PartsJob,
  tools: PartsTools,
  context: FetchContext,
): Promise<PartsResult> {
  const { item, head, placement, checks } = job
  job.meter.sized(head.sizeBytes)
  const started =
    (await resumeParts(job, tools, context)) ??
    (await adoptParts(job, tools, context)) ??
    (await startParts(job, tools))
  const { temp, record } = started
  let hashes = NO_HASHES
  try {
    hashes = startPartsHashes(started, checks, tools.hasher)
    const { last, ranges } = await fetchParts(job, started, { ...tools, context, hashes })
    const { sizeBytes } = head
    const digestOf = createPartsDigests({ temp, ranges, sizeBytes, hashes }, context.signal)
    const finished = {
      item,
      head,
      temp,
      checks,
      target: placement.target,
      signal: context.signal,
      headAgain: () => tools.headObject(item, context),
    }
    if (started.wholeProof !== undefined) assertWholeMd5(job, tools, await digestOf('md5'))
    const verified = await tools.finish(finished, digestOf)
    await removeRecord(record, context)
    await removeOfficialParts(job, tools, context)
    return { ...verified, status: last.status, requestId: last.requestId }
  } catch (error) {
    await hashes.stop()
    if (isWorthless(error)) {
      await temp.discard()
      await record.close()
      await discardParts(job, tools, temp.path)
      job.meter.startedOver()
    }
    throw error
  } finally {
    await temp.close()
    await record.close()
  }
}

/** The file is in place: nothing that happens to its record can make it a failure any more. */
async function removeRecord(record: PartRecord, { log }: FetchContext): Promise<void> {
  try {
    await record.remove()
  } catch (error) {
    log.warn(messageOf(error))
  }
}

/** The record comes first: a crash between the two leaves no temp file that nothing knows of. */
async function startParts(job: PartsJob, tools: PartsTools): Promise<PartsInProgress> {
  const { placement, head } = job
  const tempFile = await tools.disk.choosePartsTemp(placement)
  const begun = await beginRecord(job, tools, { tempFile, ranges: [] })
  try {
    const temp = await tools.disk.createPartsTemp(tempFile, placement, head.sizeBytes)
    return { temp, found: [], ...NOTHING_CLAIMED, ...begun }
  } catch (error) {
    await begun.record.remove()
    throw error
  }
}

/** Bytes of an object that is no more, or that are not what its checksums say, help no later run. */
function isWorthless(error: unknown): boolean {
  if (!(error instanceof ItemError)) return false
  const { retry, code } = error
  return retry === 'changed' || retry === 'corrupt' || code === 'VerifyMd5Error'
}
