import type { ItemError } from '../core/errors.ts'
import { formatSource, guessedBytes, isFolder, type Item } from '../core/item.ts'
import { toFailed, type Outcome } from '../core/outcome.ts'
import type { Soon } from '../core/and-then.ts'
import { addOutcome, EMPTY_TALLY, type Tally } from '../core/tally.ts'
import type { Downloader, Inspected } from '../transfer/download.ts'
import { createItemMeter } from '../transfer/item-meter.ts'
import type { DestinationClaims } from './destination-claims.ts'
import { destinationTaken, taskAborted } from './given-up.ts'
import { countItems, type CountTools } from './count-items.ts'
import { createFastFail } from './fast-fail.ts'
import { createItemQueue, type ItemQueue } from './item-queue.ts'
import type { ListRecord } from './list-records.ts'
import type { ReportQueue } from './report-queue.ts'

export interface RecoverOptions {
  readonly jobs: number
  /** More failures than this with status 401 or 405 abort the task (`fastFailThreshold`). */
  readonly fastFailThreshold: number
  /** `-timeRange` is tested before the question, so it needs the store's answer first. */
  readonly filtersTime: boolean
}

export interface RecoverTools extends CountTools {
  /** Why an item of the list need not be tried; it is carried over into the new one. */
  readonly writtenOff?: ((failure: ListedItem) => ItemError | undefined) | undefined
  /** Who has which destination; shared with the downloader. */
  readonly claim: DestinationClaims
  readonly downloader: Downloader
  readonly reports: ReportQueue
  /** Undefined with `-f`. Without it each object is asked for; the answer is yes or no. */
  readonly ask: ((item: Item) => Promise<boolean>) | undefined
  /** Called once, when there is no question left to ask. */
  readonly onQuestionsAnswered: () => void
  /** Aborts the signal: after a fault nothing new may start, and what runs must end. */
  readonly abort: (reason: unknown) => void
}

/** What a run came to. */
export interface RecoverResult {
  readonly tally: Tally
  /** Lines that look like items and cannot be read; they are in the warning list. */
  readonly unreadable: number
  /** Lines of uploads and copies; they are in the warning list. */
  readonly foreign: number
}

/** Items that are written off are written to the list so many at a time, in one go. */
const writeOffsAtATime = 500

/** Objects whose question is answered may wait for their turn; each costs about 1 KB. */
const answersAhead = 10_000

/**
 * Resumes a task: every item of its lists that the filters keep is downloaded, and ends in exactly
 * one list. After an abort (of the signal, or by too many 401 and 405) nothing new starts, and what
 * has not started is written as a failure, so that the new task has it all. Rejects only when the
 * lists cannot be read or written, and then not before all that runs has ended.
 */
export async function recover(
  options: RecoverOptions,
  tools: RecoverTools,
  signal: AbortSignal,
): Promise<RecoverResult> {
  const queues = createQueues(options, tools)
  const run = startRun(options, tools, signal)
  const counting = countItems(tools, signal)
  const feeding = feed(run, queues, tools)
  try {
    const [result] = await Promise.all([feeding, counting])
    return { ...result, tally: run.tally() }
  } catch (error) {
    tools.abort(taskAborted())
    await Promise.allSettled([feeding, counting])
    await Promise.all([queues.downloads.idle(), queues.writeOffs.idle()])
    await tools.reports.idle()
    throw error
  }
}

interface Queues {
  readonly downloads: ItemQueue
  /** What needs no more than its line in a list. */
  readonly writeOffs: ItemQueue
}

function createQueues(options: RecoverOptions, tools: RecoverTools): Queues {
  const onError = () => tools.abort(taskAborted())
  const waiting = tools.ask === undefined ? options.jobs : answersAhead
  return {
    downloads: createItemQueue({ jobs: options.jobs, waiting, onError }),
    writeOffs: createItemQueue({ jobs: writeOffsAtATime, waiting: writeOffsAtATime, onError }),
  }
}

/** Reads the lists and hands each item on, as fast as the queues take them. */
async function feed(
  run: Run,
  queues: Queues,
  tools: RecoverTools,
): Promise<Omit<RecoverResult, 'tally'>> {
  const found = { unreadable: 0, foreign: 0 }
  const feedOne = (record: ListRecord): Soon => {
    switch (record.kind) {
      case 'item':
        if (run.isKept(record.item)) return feedItem(record, run, { queues, tools })
        return run.settle({ kind: 'left-out', item: record.item })
      case 'unreadable':
        found.unreadable += 1
        return tools.reports.warn({ kind: 'line', text: record.text })
      case 'upload':
      case 'copy':
        found.foreign += 1
        return tools.reports.warn({
          kind: 'line',
          text: `Not a download, left alone: ${record.text}`,
        })
    }
  }
  for await (const records of tools.readLists()) {
    for (const record of records) {
      const pending = feedOne(record)
      if (pending !== undefined) await pending
    }
  }
  tools.onQuestionsAnswered()
  await Promise.all([queues.downloads.finished(), queues.writeOffs.finished()])
  await tools.reports.finished()
  return found
}

/** An item and its line. */
type ListedItem = Extract<ListRecord, { readonly kind: 'item' }>

async function feedItem(
  record: ListedItem,
  run: Run,
  { queues, tools }: { readonly queues: Queues; readonly tools: RecoverTools },
): Promise<void> {
  const { item } = record
  // It takes no destination: that belongs to whoever can still have it.
  const known = tools.writtenOff?.(record)
  if (known !== undefined) return queues.writeOffs.add(() => run.giveUp(item, known))
  const claim = run.claimLine(item)
  if (claim === 'repeated') return run.skip(item)
  const hopeless = claim === 'taken' ? destinationTaken(item) : run.abortReason()
  if (hopeless !== undefined) return queues.writeOffs.add(() => run.giveUp(item, hopeless))

  const inspected = await run.askFirst(item)
  if (inspected !== 'no') await queues.downloads.add(() => run.work(item, inspected))
}

interface Run {
  isKept(item: Item): boolean
  /**
   * Claims the destination, unless the item may still be left out: then only its line is claimed here,
   * so that it comes up once, and the destination when it is fetched.
   */
  claimLine(item: Item): ReturnType<DestinationClaims>
  /** Why nothing new is started any more; undefined while the run goes on. */
  abortReason(): unknown
  /** Puts the question, where there is one; `no` is settled. */
  askFirst(item: Item): Promise<Inspected | undefined | 'no'>
  /** Downloads the item, unless the run was aborted meanwhile. */
  work(item: Item, inspected: Inspected | undefined): Promise<void>
  /** Writes off an item that is not tried. */
  giveUp(item: Item, reason: unknown): Promise<void>
  /** No longer waited for, and no outcome of its own. */
  skip(item: Item): void
  settle(outcome: Outcome): Soon
  tally(): Tally
}

function startRun(options: RecoverOptions, tools: RecoverTools, signal: AbortSignal): Run {
  const { filters, downloader, reports, progress, ask } = tools
  const fastFail = createFastFail(options.fastFailThreshold)
  const mayBeLeftOut = ask !== undefined || options.filtersTime
  const meterOf = (item: Item) => createItemMeter(progress, guessedBytes(item))
  let tally = EMPTY_TALLY

  const run: Run = {
    isKept: (item) => filters.keepsKey(item.key),
    claimLine(item) {
      if (!mayBeLeftOut) return tools.claim(item, item.destination)
      const line = `${formatSource(item)}\0${item.destination}`
      return tools.claim(item, line) === 'repeated' ? 'repeated' : 'first'
    },
    abortReason() {
      if (signal.aborted) return signal.reason
      return fastFail.isAborted() ? taskAborted() : undefined
    },
    async askFirst(item) {
      // As with the official tool, a folder is made without a question.
      if (ask === undefined || isFolder(item)) return undefined
      const inspected = options.filtersTime ? await downloader.inspect(item, signal) : undefined
      if (inspected?.kind === 'ended' || (await ask(item)) || signal.aborted) return inspected
      run.skip(item)
      await run.settle({ kind: 'left-out', item })
      return 'no'
    },
    async work(item, inspected) {
      const reason = run.abortReason()
      if (reason !== undefined && inspected?.kind !== 'ended') return run.giveUp(item, reason)
      const ready = inspected ?? (await downloader.inspect(item, signal))
      if (
        mayBeLeftOut &&
        ready.kind === 'ready' &&
        tools.claim(item, item.destination) === 'taken'
      ) {
        return run.giveUp(item, destinationTaken(item))
      }
      await run.settle(await downloader.fetch(item, ready, signal))
    },
    async giveUp(item, reason) {
      meterOf(item).fail()
      await run.settle(toFailed(item, reason, undefined))
    },
    skip: (item) => meterOf(item).settle(),
    settle(outcome) {
      tally = addOutcome(tally, outcome)
      fastFail.note(outcome)
      return reports.add(outcome)
    },
    tally: () => tally,
  }
  return run
}
