import { ItemError, messageOf } from '../core/errors.ts'
import { takenCode } from '../core/failure-prospects.ts'
import { guessedBytes, isFolder, type Item } from '../core/item.ts'
import { toFailed, type Outcome, type Succeeded } from '../core/outcome.ts'
import type {
  Clock,
  DownloadLocks,
  ItemIds,
  Log,
  ObjectHead,
  Placement,
  Progress,
} from '../core/ports.ts'
import { assertReadable } from './archived-object.ts'
import type { DirectTools } from './direct.ts'
import { headObject, type FetchContext } from './fetch-bytes.ts'
import type { DownloadOptions } from './download-options.ts'
import { downloadFolder } from './folder.ts'
import { createItemMeter, type ItemMeter } from './item-meter.ts'
import { downloadObject, type ObjectTools } from './object.ts'
import type { PartsTools } from './parts-job.ts'
import { planObject, type PlanTools } from './plan-object.ts'
import { removeLeftParts } from './resume-parts.ts'
import { assertUsable } from './usable-item.ts'

export interface DownloadTools extends Omit<
  DirectTools & PartsTools & PlanTools,
  'headObject' | 'checkPolicy' | 'thresholdBytes'
> {
  readonly store: FetchContext['store']
  readonly pace: FetchContext['pace']
  readonly maxRetries: number
  readonly clock: Clock
  readonly log: Log
  readonly locks: DownloadLocks
  readonly ids: ItemIds
  readonly progress: Progress
  /** Whether the item may have the file of this name, which `disk.identify` gave. */
  readonly mayTake: (item: Item, file: string) => boolean
}

/** What is known of an item before it is fetched, or how it ended already. */
export type Inspected =
  | { readonly kind: 'ready'; readonly head: ObjectHead | undefined }
  | { readonly kind: 'ended'; readonly outcome: Outcome }

/** The engine for one item. Neither function throws for an item's trouble: that is an outcome. */
export interface Downloader {
  /** Asks the store what must be known first: the time, for `-timeRange`; the size, where no list gave it. */
  inspect(item: Item, signal: AbortSignal): Promise<Inspected>
  /** Fetches the item, checks it and puts it in place. */
  fetch(item: Item, inspected: Inspected, signal: AbortSignal): Promise<Outcome>
}

/** Builds the engine from its options and ports. */
export function createDownloader(options: DownloadOptions, tools: DownloadTools): Downloader {
  const contextFor = createContexts(options, tools)
  return {
    async inspect(item, signal) {
      const startedMs = tools.clock.now()
      try {
        return await inspectItem(item, contextFor(signal))
      } catch (error) {
        meterOf(item, tools).fail()
        return { kind: 'ended', outcome: failure(item, error, { tools, signal, startedMs }) }
      }
    },
    async fetch(item, inspected, signal) {
      if (inspected.kind === 'ended') return inspected.outcome
      const startedMs = tools.clock.now()
      const meter = meterOf(item, tools)
      const { head } = inspected
      try {
        const outcome = await fetchItem({ item, head, meter, startedMs }, contextFor(signal))
        meter.settle()
        return outcome
      } catch (error) {
        meter.fail()
        const outcome = failure(item, error, { tools, signal, startedMs })
        return { ...outcome, sizeBytes: head?.sizeBytes ?? outcome.sizeBytes }
      }
    },
  }
}

interface Context {
  readonly options: DownloadOptions
  readonly tools: DownloadTools
  readonly objectTools: ObjectTools & PlanTools
  readonly fetching: FetchContext
}

/** Made once: to put objects together for each of many thousand items would take its time. */
function createContexts(options: DownloadOptions, tools: DownloadTools) {
  const objectTools: ObjectTools & PlanTools = { ...tools, ...options, headObject }
  let last: Context | undefined
  return (signal: AbortSignal): Context => {
    if (last?.fetching.signal === signal) return last
    last = { options, tools, objectTools, fetching: { ...tools, signal } }
    return last
  }
}

async function inspectItem(item: Item, context: Context): Promise<Inspected> {
  const { options, tools } = context
  assertUsable(item, options)
  const wantsTime = options.needsTime(item)
  if (!wantsTime && !needsHead(item, options, tools)) return { kind: 'ready', head: undefined }
  const head = await headObject(item, context.fetching)
  if (wantsTime && !options.keepsTime(item, head.lastModifiedMs)) {
    meterOf(item, tools).settle()
    return { kind: 'ended', outcome: { kind: 'left-out', item } }
  }
  return { kind: 'ready', head }
}

/** A HEAD is worth its round trip only where no GET will give the answer in time. */
function needsHead(item: Item, options: DownloadOptions, tools: DownloadTools): boolean {
  if (isFolder(item)) return false
  if (options.mode === 'dry-run' || options.existing === 'kept-if-current') return true
  const { listedSize } = item
  if (listedSize === undefined || listedSize.maxBytes >= options.thresholdBytes) return true
  return tools.records.has(tools.ids.idOf(item)) || tools.officialRecords.has(item)
}

interface Started {
  readonly item: Item
  readonly head: ObjectHead | undefined
  readonly meter: ItemMeter
  readonly startedMs: number
}

async function fetchItem(started: Started, context: Context): Promise<Outcome> {
  const { item, head, meter, startedMs } = started
  const { options, tools } = context
  if (isFolder(item)) return downloadFolder(item, options, tools)

  const placement = await tools.disk.place(item)
  if (head !== undefined) {
    if (options.existing === 'kept-if-current') {
      const local = await tools.disk.stat(placement.target)
      if (local !== undefined && isCurrent(local, head)) {
        if (options.mode === 'download') await tidyUp({ item, placement }, tools)
        return { ...answerOf(item, head), kind: 'unchanged' }
      }
    }
    if (options.mode === 'dry-run') {
      const job = { id: tools.ids.idOf(item), item, placement, head }
      const planned = await planObject(job, context.objectTools, tools)
      await assertReadable(item, head, context.fetching)
      return { ...answerOf(item, head), kind: 'dry-run', planned }
    }
  }
  if (placement.target !== item.destination) {
    tools.log.info(`[${item.destination}] is a folder: writing to [${placement.target}]`)
  }
  if (!tools.mayTake(item, await tools.disk.identify(placement))) {
    throw new ItemError(
      `Another object of this task goes to the same file as [${placement.target}], by this or another name of it, and came first`,
      { code: takenCode },
    )
  }
  const lock = await tools.locks.acquire(placement.target)
  try {
    const done = await downloadObject(
      { id: tools.ids.idOf(item), item, placement, meter, head },
      context.objectTools,
      context.fetching,
    )
    const succeeded: Succeeded = {
      kind: 'succeeded',
      item,
      sizeBytes: done.sizeBytes,
      md5: done.md5,
      checks: done.checks,
      status: done.status,
      requestId: done.requestId,
      fetchedBytes: meter.fetchedBytes,
      costMs: tools.clock.now() - startedMs,
    }
    return succeeded
  } finally {
    await lock.release()
  }
}

/** An earlier run may have been killed when the file was in place and its parts were not gone yet. */
async function tidyUp(
  { item, placement }: { readonly item: Item; readonly placement: Placement },
  tools: DownloadTools,
): Promise<void> {
  const id = tools.ids.idOf(item)
  if (!tools.records.has(id)) return
  try {
    const lock = await tools.locks.acquire(placement.target)
    await removeLeftParts({ id, placement }, tools, tools)
    await lock.release()
  } catch (error) {
    // Another run may be at it.
    tools.log.warn(messageOf(error))
  }
}

/** As `-u` sees it: same size, and not older than the object; lists give whole seconds. */
function isCurrent(
  local: { readonly sizeBytes: number; readonly modifiedMs: number },
  head: ObjectHead,
): boolean {
  return local.sizeBytes === head.sizeBytes && local.modifiedMs >= head.lastModifiedMs
}

/** What the lists say of an object that was only asked for. */
function answerOf(item: Item, { sizeBytes }: ObjectHead) {
  return { item, sizeBytes, costMs: undefined, status: undefined, requestId: undefined }
}

function meterOf(item: Item, tools: DownloadTools): ItemMeter {
  return createItemMeter(tools.progress, guessedBytes(item))
}

function failure(
  item: Item,
  error: unknown,
  at: { readonly tools: DownloadTools; readonly signal: AbortSignal; readonly startedMs: number },
): Extract<Outcome, { kind: 'failed' }> {
  const { tools, signal, startedMs } = at
  if (signal.aborted) return toFailed(item, signal.reason, undefined)
  if (!(error instanceof ItemError)) {
    tools.log.error(`A fault of this tool at [${item.key}]: ${stackOf(error)}`)
  }
  return toFailed(item, error, tools.clock.now() - startedMs)
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
