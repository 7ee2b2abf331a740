import { andThen } from '../core/and-then.ts'
import { rangeLength } from '../core/byte-range.ts'
import { ItemError, messageOf } from '../core/errors.ts'
import { choosePartSizing, totalLength, type Part } from '../core/part-plan.ts'
import type { ObjectHead } from '../core/ports.ts'
import { fetchBytes, type FetchContext } from './fetch-bytes.ts'
import { startSums, type SummedRange } from './parts-digests.ts'
import type { PartsHashes } from './parts-hashes.ts'
import { createPartFeed } from './part-feed.ts'
import type { PartsInProgress, PartsJob, PartsTools } from './parts-job.ts'
import { proveClaims } from './prove-claims.ts'
import { runWorkers } from './run-workers.ts'

export interface Fetched {
  /** The head of the answer that began last. */
  readonly last: ObjectHead
  /** All ranges of the file. */
  readonly ranges: readonly SummedRange[]
}

export interface FetchTools extends PartsTools {
  readonly context: FetchContext
  readonly hashes: PartsHashes
}

/**
 * Fetches what is missing of an object in parts, and proves at the same time what the record claims; what
 * turns out not to be there is fetched as well. Rejects once nothing runs any more.
 */
export async function fetchParts(
  job: PartsJob,
  started: PartsInProgress,
  tools: FetchTools,
): Promise<Fetched> {
  const { item, head, meter, checks } = job
  const { temp, record, found, missing, partSizeBytes } = started
  const ranges = [...found]
  const parts = createPartFeed(missing, {
    partSizeBytes,
    sizing: choosePartSizing(head.sizeBytes, tools.partSize, partSizeBytes),
    parallels: tools.parallels,
  })
  let last = head
  meter.found(totalLength(found))

  const fetchPart = async (part: Part, signal: AbortSignal) => {
    const sums = startSums(part, checks)
    const { clock } = tools.context
    let askedMs = clock.now()
    let answeredMs = askedMs
    let answerMs = 0
    try {
      await fetchBytes(
        { source: item, range: part, known: head },
        {
          // Neither the wait for a place of ours nor one between two tries is the store's.
          ask() {
            askedMs = clock.now()
          },
          begin(answer) {
            last = answer
            answeredMs = clock.now()
            answerMs = answeredMs - askedMs
          },
          write(chunk, position) {
            const pending = temp.write(chunk, position)
            // Beside the writing, where another thread does that.
            const count = sums.add(chunk)
            return andThen(pending, () => {
              count()
              meter.arrived(chunk.length)
              tools.hashes.grew(part, position + chunk.length)
            })
          },
        },
        { ...tools.context, signal },
      )
      parts.fetched({
        answerMs,
        bodyMs: clock.now() - answeredMs,
        sizeBytes: rangeLength(part),
      })
    } finally {
      // What came of a part that failed or was interrupted is as good as a whole one.
      const got = sums.soFar()
      if (rangeLength(got) > 0) await recordRange(got)
    }
  }
  const recordRange = async (range: SummedRange) => {
    if (tools.durability === 'fsync') await temp.sync()
    ranges.push(range)
    await inRecord(() => record.append(range), tools.context)
  }
  const proven = (range: SummedRange) => {
    ranges.push(range)
    meter.found(rangeLength(range))
    tools.hashes.grew(range, range.end)
  }
  const prove = async (signal: AbortSignal) => {
    try {
      const refuted = await proveClaims(job, started, { ...tools, proven, signal })
      if (refuted.length === 0) return
      // No record may have two lines of one range: on resume only one of them is believed.
      await inRecord(() => record.rewrite([...ranges]), tools.context)
      await started.claimMore(totalLength(refuted))
      parts.add(refuted)
    } finally {
      parts.close()
    }
  }

  await runWorkers(parts, {
    workers: tools.parallels,
    signal: tools.context.signal,
    endsOthers: (error) => endsOtherParts(error, tools.abortStatuses),
    run: fetchPart,
    beside: prove,
  })
  return { last, ranges }
}

/** The record only saves work after a crash; the object can be finished without it. */
async function inRecord(deed: () => Promise<void>, { log }: FetchContext): Promise<void> {
  try {
    await deed()
  } catch (error) {
    log.warn(messageOf(error))
  }
}

/** A full disk or a certificate that does not hold will meet the other parts just as well. */
function endsOtherParts(error: unknown, abortStatuses: ReadonlySet<number>): boolean {
  if (!(error instanceof ItemError)) return true
  const { retry, status = 0 } = error
  const isOurs = retry === 'never' && status === 0
  return isOurs || retry === 'changed' || abortStatuses.has(status)
}
