import { crc32 } from 'node:zlib'
import { andThen } from '../core/and-then.ts'
import { rangeLength } from '../core/byte-range.ts'
import { ItemError, messageOf } from '../core/errors.ts'
import { totalLength, type Part } from '../core/part-plan.ts'
import type { ProvenRange } from '../core/part-record.ts'
import type { PartRecord } from '../core/ports.ts'
import { fetchBytes, type FetchContext } from './fetch-bytes.ts'
import type { PartsInProgress, PartsJob, PartsTools } from './parts-job.ts'
import { beginRecord, discardParts, resumeParts } from './resume-parts.ts'
import { runWorkers } from './run-workers.ts'

/** What a download in parts came to; status and request id are those of its last part. */
export interface PartsResult {
  readonly md5: string | undefined
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
  const { item, head, placement } = job
  job.meter.sized(head.sizeBytes)
  const started = (await resumeParts(job, tools, context)) ?? (await startParts(job, tools))
  const { temp, record } = started
  try {
    const last = await fetchParts(job, started, { ...tools, context })
    const finished = {
      item,
      head,
      temp,
      target: placement.target,
      signal: context.signal,
      headAgain: tools.headObject,
    }
    const md5 = await tools.finish(finished, () => temp.md5(context.signal))
    await removeRecord(record, context)
    return { md5, ...last }
  } catch (error) {
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

async function startParts(job: PartsJob, tools: PartsTools): Promise<PartsInProgress> {
  const temp = await tools.disk.createPartsTemp(job.placement, job.head.sizeBytes)
  try {
    return { temp, ...(await beginRecord(job, tools, { tempFile: temp.path, ranges: [] })) }
  } catch (error) {
    // Without its record the temp file would prove nothing to anybody.
    await temp.discard()
    throw error
  }
}

async function fetchParts(
  job: PartsJob,
  { temp, record, missing }: PartsInProgress,
  tools: PartsTools & { readonly context: FetchContext },
): Promise<{ status: number; requestId: string }> {
  const { item, head, meter } = job
  let last = head
  meter.found(head.sizeBytes - totalLength(missing))

  const fetchPart = async (part: Part, signal: AbortSignal) => {
    let crc = 0
    let end = part.start
    try {
      await fetchBytes(
        { source: item, range: part, known: head },
        {
          begin(answer) {
            last = answer
          },
          write(chunk, position) {
            return andThen(temp.write(chunk, position), () => {
              crc = crc32(chunk, crc)
              end = position + chunk.length
              meter.arrived(chunk.length)
            })
          },
        },
        { ...tools.context, signal },
      )
    } finally {
      // What came of a part that failed or was interrupted is as good as a whole one.
      const got = { part: part.part, start: part.start, end, crc32: crc }
      if (rangeLength(got) > 0) await recordRange(got)
    }
  }
  const recordRange = async (range: ProvenRange) => {
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
  return { status: last.status, requestId: last.requestId }
}

/** A full disk or a certificate that does not hold will meet the other parts just as well. */
function endsOtherParts(error: unknown, abortStatuses: ReadonlySet<number>): boolean {
  if (!(error instanceof ItemError)) return true
  const { retry, status = 0 } = error
  const isOurs = retry === 'never' && status === 0
  return isOurs || retry === 'changed' || abortStatuses.has(status)
}

/** Bytes of an object that is no more, or that are not what its MD5 says, help no later run. */
function isWorthless(error: unknown): boolean {
  return (
    error instanceof ItemError && (error.retry === 'changed' || error.code === 'VerifyMd5Error')
  )
}
