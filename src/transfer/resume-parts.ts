import { trustedMd5s } from '../core/checks.ts'
import { messageOf } from '../core/errors.ts'
import { choosePartSize, findGaps, totalLength } from '../core/part-plan.ts'
import { isSameDownload, type PartHeader, type ProvenRange } from '../core/part-record.ts'
import type { RecordedParts, ResumedTemp } from '../core/ports.ts'
import type { FetchContext } from './fetch-bytes.ts'
import type {
  PartsInProgress,
  PartsJob,
  PartsLook,
  PartsLookTools,
  PartsTools,
} from './parts-job.ts'

/**
 * Goes on with what an earlier run left: the record is about this object, and the temp file is there at
 * its full size. What the record claims of it is still to be proven (`proveClaims`), while what it does not
 * claim is fetched. What is of no use is deleted; then the result is undefined.
 */
export async function resumeParts(
  job: PartsJob,
  tools: PartsTools,
  context: FetchContext,
): Promise<PartsInProgress | undefined> {
  const { id, head } = job
  if (!tools.records.has(id)) return undefined
  const { recorded, temp } = await openRecorded(job, tools)
  if (recorded === undefined || temp === undefined) {
    context.log.info(`Cannot use the part record of [${job.item.key}], starting afresh`)
    await discardParts(job, tools, recorded?.header.tempFile)
    return undefined
  }
  try {
    const { ranges, header } = recorded
    await temp.claimRoom(head.sizeBytes - totalLength(ranges))
    // Proven or not, they stay in the record: it is believed in nothing that is not read back.
    const { wholeProof } = header
    const begun = await beginRecord(job, tools, { tempFile: temp.path, ranges, wholeProof })
    const claimMore = (bytes: number) => temp.claimMore(bytes)
    return { temp, found: [], claimed: ranges, claimMore, ...begun }
  } catch (error) {
    await temp.close()
    throw error
  }
}

/** What an earlier run left of a download. */
interface LeftParts {
  readonly recorded: RecordedParts | undefined
  /** Open; undefined where it cannot be gone on with. */
  readonly temp: ResumedTemp | undefined
}

/** Reads the record that there is, and opens the temp file if both are of use for this object. */
export async function openRecorded(job: PartsLook, tools: PartsLookTools): Promise<LeftParts> {
  const recorded = await tools.records.load(job.id)
  return { recorded, temp: await openRecordedTemp(job, tools, recorded) }
}

/** Deletes the record and temp file of a download that cannot be gone on with. */
export async function discardParts(
  job: Pick<PartsJob, 'id' | 'placement'>,
  tools: Pick<PartsTools, 'disk' | 'records'>,
  recordedTemp: string | undefined,
): Promise<void> {
  await tools.disk.removeTemps(job.placement, recordedTemp)
  await tools.records.remove(job.id)
}

/**
 * Deletes what an earlier run left of a download that is done by now in another way. Never rejects: the
 * file is in place.
 */
export async function removeLeftParts(
  job: Pick<PartsJob, 'id' | 'placement'>,
  tools: Pick<PartsTools, 'disk' | 'records'>,
  { log }: Pick<FetchContext, 'log'>,
): Promise<void> {
  const { id } = job
  if (!tools.records.has(id)) return
  try {
    await discardParts(job, tools, (await tools.records.load(id))?.header.tempFile)
  } catch (error) {
    log.warn(messageOf(error))
  }
}

interface Begun {
  readonly tempFile: string
  readonly ranges: readonly ProvenRange[]
  readonly wholeProof?: PartHeader['wholeProof']
}

/** Writes the record anew with these ranges, and plans what is missing. */
export async function beginRecord(
  job: PartsJob,
  tools: PartsTools,
  { tempFile, ranges, wholeProof }: Begun,
): Promise<Omit<PartsInProgress, 'temp' | 'found' | 'claimed' | 'claimMore'>> {
  const { sizeBytes } = job.head
  const partSizeBytes = choosePartSize(sizeBytes, tools.partSize, tools.parallels)
  const header = {
    ...headerOf(job, tempFile),
    partSizeBytes,
    ...(wholeProof !== undefined && { wholeProof }),
  }
  const record = await tools.records.create(job.id, header, ranges)
  const missing = findGaps(sizeBytes, ranges)
  return { record, missing, partSizeBytes, wholeProof }
}

async function openRecordedTemp(
  job: PartsLook,
  tools: PartsLookTools,
  recorded: RecordedParts | undefined,
): Promise<ResumedTemp | undefined> {
  if (recorded === undefined) return undefined
  const { header } = recorded
  const current = { ...headerOf(job, header.tempFile), partSizeBytes: header.partSizeBytes }
  if (!isSameDownload(header, current)) return undefined
  // Without `-vmd5`, perhaps, what proved the whole is missing now.
  if (header.wholeProof !== undefined && trustedMd5s(job.head, tools.checkPolicy).size === 0)
    return undefined
  return tools.disk.openPartsTemp(header.tempFile, job.placement, job.head.sizeBytes)
}

function headerOf({ item, head }: PartsLook, tempFile: string): Omit<PartHeader, 'partSizeBytes'> {
  return {
    bucket: item.bucket,
    key: item.key,
    versionId: item.versionId,
    destination: item.destination,
    sizeBytes: head.sizeBytes,
    etag: head.etag,
    lastModifiedMs: head.lastModifiedMs,
    tempFile,
  }
}
