import { ItemError, messageOf } from '../core/errors.ts'
import { totalLength } from '../core/part-plan.ts'
import type { DiskLooks } from '../core/plan-ports.ts'
import type { PlannedObject } from '../core/planned-item.ts'
import { openAdoptable } from './adopt-parts.ts'
import type { FetchContext } from './fetch-bytes.ts'
import { belongsInParts } from './object.ts'
import type { PartsLook, PartsLookTools } from './parts-job.ts'
import { openRecorded } from './resume-parts.ts'

export interface PlanTools {
  /** Looks at folders and files without a change to them. */
  readonly looks: DiskLooks
}

type PlanObjectTools = PartsLookTools & PlanTools & { readonly thresholdBytes: number }

/**
 * Finds out how a run would fetch the object, by looking alone: nothing is written, made or locked.
 * Rejects with an `ItemError` where the run could not put the file in place.
 */
export async function planObject(
  job: PartsLook,
  tools: PlanObjectTools,
  context: Pick<FetchContext, 'log'>,
): Promise<PlannedObject> {
  const { placement, head } = job
  const { looks } = tools
  const target = await looks.placeOfFile(placement.target)
  await looks.assertRecordsWritable()
  const object = {
    sizeBytes: head.sizeBytes,
    target,
    replaced: await looks.lookAt(placement.target),
  }
  if (!belongsInParts(job, head, tools)) {
    return { ...object, way: 'direct', presentBytes: 0, heldBytes: 0, temp: target }
  }
  const { tempFile, ...left } = await findParts(job, tools, context)
  return { ...object, ...left, way: 'parts', temp: await looks.placeOfFile(tempFile) }
}

interface FoundParts {
  readonly tempFile: string
  readonly presentBytes: number
  readonly heldBytes: number
}

/** In the order in which the run would look for something to go on with. */
async function findParts(
  job: PartsLook,
  tools: PlanObjectTools,
  context: Pick<FetchContext, 'log'>,
): Promise<FoundParts> {
  const found = (await findRecorded(job, tools)) ?? (await findAdoptable(job, tools, context))
  if (found !== undefined) {
    const { tempFile, presentBytes } = found
    return { tempFile, presentBytes, heldBytes: presentBytes }
  }
  const tempFile = await tools.disk.choosePartsTemp(job.placement)
  // One that is of no use any more is deleted before the new one is written.
  const stale = await tools.looks.lookAt(tempFile)
  return { tempFile, presentBytes: 0, heldBytes: stale?.freedBytes ?? 0 }
}

type Claimed = Pick<FoundParts, 'tempFile' | 'presentBytes'>

async function findRecorded(job: PartsLook, tools: PlanObjectTools): Promise<Claimed | undefined> {
  if (!tools.records.has(job.id)) return undefined
  const { recorded, temp } = await openRecorded(job, tools)
  if (recorded === undefined || temp === undefined) return undefined
  await temp.close()
  return { tempFile: temp.path, presentBytes: totalLength(recorded.ranges) }
}

async function findAdoptable(
  job: PartsLook,
  tools: PlanObjectTools,
  { log }: Pick<FetchContext, 'log'>,
): Promise<Claimed | undefined> {
  try {
    const left = await openAdoptable(job, tools)
    if (typeof left === 'string') return undefined
    await left.temp.close()
    return { tempFile: left.temp.path, presentBytes: totalLength(left.record.complete) }
  } catch (error) {
    // The run would start afresh, too.
    if (!(error instanceof ItemError)) throw error
    log.warn(messageOf(error))
    return undefined
  }
}
