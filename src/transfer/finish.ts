import { ItemError } from '../core/errors.ts'
import type { Item } from '../core/item.ts'
import { assertSameObject } from './same-object.ts'
import type { ObjectHead, TempFile, Warning } from '../core/ports.ts'

/** A complete temp file, about to become the destination. */
interface Finished {
  readonly item: Item
  readonly head: ObjectHead
  readonly temp: TempFile
  readonly target: string
  readonly signal: AbortSignal
  /** Asks the store for the object as it is now. */
  readonly headAgain: () => Promise<ObjectHead>
}

/**
 * Checks a complete temp file and publishes it. Resolves with the MD5 that was compared, if any;
 * rejects with an `ItemError` where a check fails, and then the destination is untouched.
 */
export type Finish = (
  finished: Finished,
  md5: () => string | Promise<string>,
) => Promise<string | undefined>

export interface FinishOptions {
  readonly verifyLength: boolean
  readonly verifyMd5: boolean
  /** `checkSourceChange`: ask once more whether the object is still the one that was fetched. */
  readonly sourceCheck: 'none' | 'head'
  /** `fsyncForDownload`: the bytes are on disk before the rename. */
  readonly durability: 'fsync' | 'cached'
  readonly warn: (warning: Warning) => Promise<void>
}

/** Makes the last step of a download: `-vlength`, `-vmd5`, `checkSourceChange`, fsync, rename. */
export function createFinish(options: FinishOptions): Finish {
  return async (finished, md5) => {
    const { item, head, temp, target } = finished
    if (options.verifyLength) await checkLength(finished)
    const verified = options.verifyMd5 ? await checkMd5(finished, md5, options) : undefined
    if (options.sourceCheck === 'head') assertSameObject(item, head, await finished.headAgain())
    if (options.durability === 'fsync') await temp.sync()
    await temp.publish(target, finished.signal)
    return verified
  }
}

async function checkLength({ head, temp, target }: Finished): Promise<void> {
  const localBytes = await temp.size()
  if (localBytes === head.sizeBytes) return
  throw new ItemError(
    `VerifyLengthError, detail:Verify length failed after downloading file [${target}], local length [${localBytes}] remote length [${head.sizeBytes}]`,
    { code: 'VerifyLengthError', status: head.status, requestId: head.requestId },
  )
}

async function checkMd5(
  { item, head, target }: Finished,
  md5: () => string | Promise<string>,
  options: FinishOptions,
): Promise<string | undefined> {
  const remote = head.userMd5?.trim().toLowerCase()
  if (remote === undefined || !/^[0-9a-f]{32}$/.test(remote)) {
    await options.warn({
      kind: 'item',
      item,
      sizeBytes: head.sizeBytes,
      message: `Cannot get the valid md5 value of key [${item.key}] in bucket [${item.bucket}] to check`,
    })
    return undefined
  }
  const local = await md5()
  if (local === remote) return remote
  throw new ItemError(
    `VerifyMd5Error, detail:Verify md5 failed after downloading file [${target}], local md5 [${local}] remote md5 [${remote}]`,
    { code: 'VerifyMd5Error', status: head.status, requestId: head.requestId },
  )
}
