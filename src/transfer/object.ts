import { chooseChecks } from '../core/checks.ts'
import { ItemError } from '../core/errors.ts'
import { formatSource, type Item } from '../core/item.ts'
import type { ObjectHead, Placement } from '../core/ports.ts'
import { downloadDirectly, type DirectResult, type DirectTools } from './direct.ts'
import type { FetchContext } from './fetch-bytes.ts'
import { fitsParts } from './fits-parts.ts'
import { removeLeftParts } from './resume-parts.ts'
import type { ItemMeter } from './item-meter.ts'
import { downloadInParts } from './multipart.ts'
import type { PartsTools } from './parts-job.ts'

export interface ObjectJob {
  readonly id: string
  readonly item: Item
  readonly placement: Placement
  readonly meter: ItemMeter
  readonly head: ObjectHead | undefined
}

export interface ObjectTools extends DirectTools, PartsTools {
  readonly disk: PartsTools['disk']
}

/** What the succeed list says of a downloaded object. */
export interface Downloaded {
  readonly sizeBytes: number
  readonly md5: string | undefined
  readonly checks: readonly string[]
  readonly status: number
  readonly requestId: string
}

/**
 * Downloads one object by the way that fits it. An object that changes on the way, or whose bytes are
 * not those that the store has checksums of, is begun again once, from nothing, so that bytes of two
 * versions never meet; when that happens again, it fails.
 */
export async function downloadObject(
  job: ObjectJob,
  tools: ObjectTools,
  context: FetchContext,
): Promise<Downloaded> {
  try {
    return await downloadOnce(job, tools, context)
  } catch (error) {
    if (!(error instanceof ItemError) || !isWorthStartingAgain(error)) throw error
    context.log.warn(`${error.message}; starting it again`)
    return downloadOnce({ ...job, head: await tools.headObject(job.item, context) }, tools, context)
  }
}

async function downloadOnce(
  job: ObjectJob,
  tools: ObjectTools,
  context: FetchContext,
): Promise<Downloaded> {
  const { head } = job
  if (head !== undefined && belongsInParts(job, head, tools)) {
    return inParts({ ...job, head }, tools, context)
  }
  context.log.debug(`Downloading ${formatSource(job.item)} in one piece`)
  const result = await downloadDirectly(job, tools, context)
  switch (result.kind) {
    case 'published':
      await removeLeftParts(job, tools, context)
      return answerOf(result)
    case 'too-large':
      return inParts({ ...job, head: result.head }, tools, context)
  }
}

async function inParts(
  job: ObjectJob & { readonly head: ObjectHead },
  tools: ObjectTools,
  context: FetchContext,
): Promise<Downloaded> {
  context.log.debug(`Downloading ${formatSource(job.item)} in parts`)
  const checks = chooseChecks(job.head, tools.checkPolicy)
  const ended = job.meter.fetchingParts(job.item.key)
  try {
    const result = await downloadInParts({ ...job, checks }, tools, context)
    return { sizeBytes: job.head.sizeBytes, ...result }
  } finally {
    ended()
  }
}

/** A part record left by a run with a lower threshold holds bytes that need not be fetched again. */
export function belongsInParts(
  { id, item }: Pick<ObjectJob, 'id' | 'item'>,
  head: ObjectHead,
  tools: Pick<ObjectTools, 'records' | 'officialRecords' | 'thresholdBytes'>,
): boolean {
  const wasBegun = tools.records.has(id) || tools.officialRecords.has(item)
  return fitsParts(head, wasBegun ? 0 : tools.thresholdBytes)
}

function isWorthStartingAgain({ retry }: ItemError): boolean {
  return retry === 'changed' || retry === 'corrupt'
}

function answerOf({
  head,
  verified,
}: Extract<DirectResult, { readonly kind: 'published' }>): Downloaded {
  return {
    sizeBytes: head.sizeBytes,
    md5: verified.md5,
    checks: verified.checks,
    status: head.status,
    requestId: head.requestId,
  }
}
