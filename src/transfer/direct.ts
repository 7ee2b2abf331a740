import { createHash } from 'node:crypto'
import { andThen } from '../core/and-then.ts'
import type { Item } from '../core/item.ts'
import type { Disk, ObjectHead, Placement } from '../core/ports.ts'
import { fetchBytes, type FetchContext } from './fetch-bytes.ts'
import { fitsParts } from './fits-parts.ts'
import type { Finish } from './finish.ts'
import type { ItemMeter } from './item-meter.ts'

export interface DirectJob {
  readonly item: Item
  readonly placement: Placement
  readonly meter: ItemMeter
  /** From a HEAD, where one was needed. */
  readonly head: ObjectHead | undefined
  /** An object of this size or above belongs in parts. */
  readonly thresholdBytes: number
  readonly wantsMd5: boolean
}

export interface DirectTools {
  readonly disk: Disk
  readonly finish: Finish
  /** Asks the store for the object as it is now. */
  readonly headObject: () => Promise<ObjectHead>
}

/** What a direct download came to. */
export type DirectResult =
  | { readonly kind: 'published'; readonly head: ObjectHead; readonly md5: string | undefined }
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
  const md5 = job.wantsMd5 ? createHash('md5') : undefined
  let head: ObjectHead | undefined

  try {
    await fetchBytes(
      { source: item, known: job.head },
      {
        begin(answer) {
          head = answer
          meter.sized(answer.sizeBytes)
          if (fitsParts(answer, job.thresholdBytes)) throw new TooLarge(answer)
        },
        write(chunk, position) {
          md5?.update(chunk)
          return andThen(temp.write(chunk, position), () => meter.arrived(chunk.length))
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
        target: placement.target,
        signal: context.signal,
        headAgain: tools.headObject,
      },
      () => md5?.digest('hex') ?? '',
    )
    return { kind: 'published', head, md5: verified }
  } catch (error) {
    if (error instanceof TooLarge) return { kind: 'too-large', head: error.head }
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
