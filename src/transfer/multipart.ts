import { andThen } from '../core/and-then.ts'
import { rangeLength } from '../core/byte-range.ts'
import { ItemError, messageOf } from '../core/errors.ts'
import { totalLength, type Part } from '../core/part-plan.ts'
import type { ObjectHead, PartRecord } from '../core/ports.ts'
import { adoptParts, removeOfficialParts } from './adopt-parts.ts'
import { fetchBytes, type FetchContext } from './fetch-bytes.ts'
import type { Verified } from './finish.ts'
import { createPartsDigests, startSums, type SummedRange } from './parts-digests.ts'
import { startPartsHashes, type PartsHashes } from './parts-hashes.ts'
import type { PartsInProgress, PartsJob, PartsTools } from './parts-job.ts'
import { beginRecord, discardParts, resumeParts } from './resume-parts.ts'
import { runWorkers } from './run-workers.ts'
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
  const hashes = startPartsHashes(started, checks, tools.hasher)
  try {
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
    return { temp, ...begun }
  } catch (error) {
    await begun.record.remove()
    throw error
  }
}

interface Fetched {
  /** The head of the answer that began last. */
  readonly last: ObjectHead
  /** All ranges of the file. */
  readonly ranges: readonly SummedRange[]
}

async function fetchParts(
  job: PartsJob,
  { temp, record, found, missing }: PartsInProgress,
  tools: PartsTools & { readonly context: FetchContext; readonly hashes: PartsHashes },
): Promise<Fetched> {
  const { item, head, meter, checks } = job
  const ranges = [...found]
  let last = head
  meter.found(head.sizeBytes - totalLength(missing))

  const fetchPart = async (part: Part, signal: AbortSignal) => {
    const sums = startSums(part, checks)
    try {
      await fetchBytes(
        { source: item, range: part, known: head },
        {
          begin(answer) {
            last = answer
          },
          write(chunk, position) {
            return andThen(temp.write(chunk, position), () => {
              sums.update(chunk)
              meter.arrived(chunk.length)
              tools.hashes.grew(part, position + chunk.length)
            })
          },
        },
        { ...tools.context, signal },
      )
    } finally {
      // What came of a part that failed or was interrupted is as good as a whole one.
      const got = sums.soFar()
      if (rangeLength(got) > 0) await recordRange(got)
    }
  }
  const recordRange = async (range: SummedRange) => {
    ranges.push(range)
    if (tools.durability === 'fsync') await temp.sync()
    try {
      await record.append(range)
    } catch (error) {
      // The record only saves work after a crash; the object can be finished without it.
      tools.context.log.warn(messageOf(error))
    }
  }

  await runWorkers(missing, {
    workers: tools.parallels,
    signal: tools.context.signal,
    endsOthers: (error) => endsOtherParts(error, tools.abortStatuses),
    run: fetchPart,
  })
  return { last, ranges }
}

/** A full disk or a certificate that does not hold will meet the other parts just as well. */
function endsOtherParts(error: unknown, abortStatuses: ReadonlySet<number>): boolean {
  if (!(error instanceof ItemError)) return true
  const { retry, status = 0 } = error
  const isOurs = retry === 'never' && status === 0
  return isOurs || retry === 'changed' || abortStatuses.has(status)
}

/** Bytes of an object that is no more, or that are not what its checksums say, help no later run. */
function isWorthless(error: unknown): boolean {
  if (!(error instanceof ItemError)) return false
  const { retry, code } = error
  return retry === 'changed' || retry === 'corrupt' || code === 'VerifyMd5Error'
}
