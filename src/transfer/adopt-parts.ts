import { trustedMd5s } from '../core/checks.ts'
import { ItemError, messageOf } from '../core/errors.ts'
import type { FoundOfficialTemp, OfficialTemp } from '../core/official-ports.ts'
import { isLeftOf, type OfficialRecord } from '../core/official-record.ts'
import { totalLength, type Part } from '../core/part-plan.ts'
import type { FetchContext } from './fetch-bytes.ts'
import {
  NOTHING_CLAIMED,
  type PartsInProgress,
  type PartsJob,
  type PartsLook,
  type PartsLookTools,
  type PartsTools,
} from './parts-job.ts'
import { sumOnDisk, type OnDisk, type SummedRange } from './parts-digests.ts'
import { beginRecord } from './resume-parts.ts'

/**
 * Goes on with what the official tool left of this very download, if in the end the MD5 of the whole
 * file can prove it: that tool records no checksum of a part. Its temp file becomes ours, with a
 * record of ours, so that an interrupt loses nothing. Otherwise the result is undefined and what was
 * left stays where it is. Rejects only where the run is aborted.
 */
export async function adoptParts(
  job: PartsJob,
  tools: PartsTools,
  context: FetchContext,
): Promise<PartsInProgress | undefined> {
  try {
    const left = await openAdoptable(job, tools)
    if (typeof left !== 'string') return await adopt(left, job, { ...tools, context })
    if (left !== '') context.log.info(startsAfresh(job, left))
  } catch (error) {
    context.signal.throwIfAborted()
    if (!(error instanceof ItemError)) throw error
    context.log.warn(startsAfresh(job, error.message))
  }
  return undefined
}

/**
 * Deletes what the official tool left of this very download, which is done now: it is of no use to
 * anybody. What it left of another object stays. Never rejects: the file is in place.
 */
export async function removeOfficialParts(
  job: PartsJob,
  tools: PartsTools,
  { log }: FetchContext,
): Promise<void> {
  try {
    const left = await findLeft(job, tools)
    if (typeof left === 'string') return
    const { found } = left
    // A file that may not be touched may still be of use to somebody, and then so is its record.
    if (found.kind === 'refused') return
    if (found.kind === 'usable') await found.temp.remove()
    await tools.officialRecords.remove(job.item)
  } catch (error) {
    log.warn(messageOf(error))
  }
}

interface Left {
  readonly record: OfficialRecord
  readonly found: FoundOfficialTemp
}

/** What the official tool left, or why it is of no use; '' where there is nothing. */
async function findLeft(job: PartsLook, tools: PartsLookTools): Promise<Left | string> {
  const { item, head, placement } = job
  if (!tools.officialRecords.has(item)) return ''
  const record = await tools.officialRecords.load(item)
  if (record === undefined) return 'it cannot be read'
  if (!isLeftOf(record, item, head)) return 'it is of another download or another object'
  const download = { item, placement, sizeBytes: head.sizeBytes }
  return { record, found: await tools.disk.openOfficialTemp(record.tempFile, download) }
}

/** What can be gone on with, if in the end the MD5 of the whole proves it. */
interface Adoptable {
  readonly record: OfficialRecord
  /** Open. */
  readonly temp: OfficialTemp
}

/**
 * Opens what the official tool left, if it is of use for this object; else says why it is not, or ''
 * where there is nothing. Nothing is changed. Rejects with an `ItemError`.
 */
export async function openAdoptable(
  job: PartsLook,
  tools: PartsLookTools,
): Promise<Adoptable | string> {
  const left = await findLeft(job, tools)
  if (typeof left === 'string') return left
  const { record, found } = left
  switch (found.kind) {
    case 'gone':
      return `its temp file [${record.tempFile}] is gone`
    case 'refused':
      return `its temp file [${record.tempFile}] is not used: ${found.reason}`
    case 'usable':
      break
  }
  const { temp } = found
  if (trustedMd5s(job.head, tools.checkPolicy).size > 0) return { record, temp }
  await temp.close()
  return 'nothing would prove its bytes; -vmd5 does where the object has an md5chksum'
}

type AdoptTools = PartsTools & { readonly context: FetchContext }

async function adopt(
  { record, temp }: Adoptable,
  job: PartsJob,
  tools: AdoptTools,
): Promise<PartsInProgress> {
  try {
    return await takeOver(temp, record.complete, { job, tools })
  } catch (error) {
    await temp.close()
    throw error
  }
}

/** The record comes first: a crash before the renaming leaves what the official tool left. */
async function takeOver(
  temp: OfficialTemp,
  complete: readonly Part[],
  { job, tools }: { readonly job: PartsJob; readonly tools: AdoptTools },
): Promise<PartsInProgress> {
  const { item, head } = job
  const { log, signal } = tools.context
  log.info(`Taking over what the official tool left of [${item.key}]: ${complete.length} parts`)
  const file = { temp, checks: job.checks, summer: tools.summer, signal }
  const ranges = await readRanges(complete, file)
  await temp.claimRoom(head.sizeBytes - totalLength(ranges))
  const begun = await beginRecord(job, tools, { tempFile: temp.path, ranges, wholeProof: 'md5' })
  try {
    await temp.takeOver()
  } catch (error) {
    await begun.record.remove()
    throw error
  }
  await removeRecord(job, tools)
  return { temp, found: ranges, ...NOTHING_CLAIMED, ...begun }
}

async function removeRecord({ item }: PartsJob, tools: AdoptTools): Promise<void> {
  try {
    await tools.officialRecords.remove(item)
  } catch (error) {
    // It names a file that is not there any more.
    tools.context.log.warn(messageOf(error))
  }
}

/** Their checksums as they are: should they change from now on, a later run will know. */
async function readRanges(complete: readonly Part[], file: OnDisk): Promise<SummedRange[]> {
  const ranges: SummedRange[] = []
  for (const part of complete) {
    const summed = await sumOnDisk(part, file)
    if (summed !== undefined) ranges.push(summed)
  }
  return ranges
}

function startsAfresh({ item }: PartsJob, reason: string): string {
  return `Cannot use what the official tool left of [${item.key}], starting afresh: ${reason}`
}
