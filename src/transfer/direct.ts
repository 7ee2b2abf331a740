import { andThen } from '../core/and-then.ts'
import { chooseChecks, type Check, type CheckPolicy } from '../core/checks.ts'
import type { Item } from '../core/item.ts'
import type { Disk, ObjectHead, Placement } from '../core/ports.ts'
import { startDigests } from './digests.ts'
import { fetchBytes, type FetchContext, type HeadObject } from './fetch-bytes.ts'
import { fitsParts } from './fits-parts.ts'
import type { Finish, Verified } from './finish.ts'
import type { ItemMeter } from './item-meter.ts'

export interface DirectJob {
  readonly item: Item
  readonly placement: Placement
  readonly meter: ItemMeter
  /** From a HEAD, where one was needed. */
  readonly head: ObjectHead | undefined
}

export interface DirectTools {
  readonly checkPolicy: CheckPolicy
  readonly disk: Disk
  readonly finish: Finish
  /** An object of this size or above belongs in parts. */
  readonly thresholdBytes: number
  /** Asks the store for the object as it is now. */
  readonly headObject: HeadObject
}

/** What a direct download came to. */
export type DirectResult =
  | { readonly kind: 'published'; readonly head: ObjectHead; readonly verified: Verified }
  /** The answer's head says that the object belongs in parts; nothing was kept. */
  | { readonly kind: 'too-large'; readonly head: ObjectHead }

/**
 * One GET into a temp file beside the destination, checked and renamed into place. Leaves no temp
 * file behind unless the process dies. Rejects with an `ItemError` or the signal's reason.
 */
export async function downloadDirectly(
  job: DirectJob,
  tools: DirectTools,
  context: FetchContext,
): Promise<DirectResult> {
  const { item, placement, meter } = job
  const temp = await tools.disk.createTemp(placement.directTemp)
  let head: ObjectHead | undefined
  let checks: readonly Check[] = []
  let digests = startDigests([])

  try {
    await fetchBytes(
      { source: item, known: job.head },
      {
        begin(answer) {
          head = answer
          meter.sized(answer.sizeBytes)
          if (fitsParts(answer, tools.thresholdBytes)) throw new TooLarge(answer)
          checks = chooseChecks(answer, tools.checkPolicy)
          digests = startDigests(checks.map(({ kind }) => kind))
        },
        write(chunk, position) {
          // What could not be written may come again.
          return andThen(temp.write(chunk, position), () => {
            digests.update(chunk)
            meter.arrived(chunk.length)
          })
        },
      },
      context,
    )
    if (head === undefined) throw new Error('a GET succeeded without an answer')
    const verified = await tools.finish(
      {
        item,
        head,
        temp,
        checks,
        target: placement.target,
        signal: context.signal,
        headAgain: () => tools.headObject(item, context),
      },
      (kind) => digests.hexOf(kind),
    )
    return { kind: 'published', head, verified }
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'too-large', head: error.head }
    meter.startedOver()
    throw error
  } finally {
    await temp.discard()
  }
}

/** Thrown from within a request to end it: its head shows that this is not the way to go on. */
class TooLarge extends Error {
  readonly head: ObjectHead

  constructor(head: ObjectHead) {
    super('the object belongs in parts')
    this.head = head
  }
}
