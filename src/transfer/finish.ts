import type { Soon } from '../core/and-then.ts'
import { etagMd5Check, userMd5Check, type Check } from '../core/checks.ts'
import type { ChecksumKind } from '../core/checksums.ts'
import { ItemError } from '../core/errors.ts'
import type { Item } from '../core/item.ts'
import { assertSameObject } from './same-object.ts'
import type { ObjectHead, TempFile, Warning } from '../core/ports.ts'

/** A complete temp file, about to become the destination. */
interface Finished {
  readonly item: Item
  readonly head: ObjectHead
  readonly temp: TempFile
  readonly checks: readonly Check[]
  readonly target: string
  readonly signal: AbortSignal
  /** Asks the store for the object as it is now. */
  readonly headAgain: () => Promise<ObjectHead>
}

/** What was found to be right. */
export interface Verified {
  /** Hex MD5, where it was compared with the object's `md5chksum`. */
  readonly md5: string | undefined
  /** Names of the checks that ran. */
  readonly checks: readonly string[]
}

/** A checksum of the file's bytes, in lower-case hex. */
type DigestOf = (kind: ChecksumKind) => string | Promise<string>

/**
 * Checks a complete temp file and publishes it. Rejects with an `ItemError` where a check fails, and
 * then the destination is untouched.
 */
export type Finish = (finished: Finished, digestOf: DigestOf) => Promise<Verified>

export interface FinishOptions {
  readonly verifyLength: boolean
  readonly verifyMd5: boolean
  /** `checkSourceChange`: ask once more whether the object is still the one that was fetched. */
  readonly sourceCheck: 'none' | 'head'
  readonly warn: (warning: Warning) => Soon
}

/**
 * Makes the last step of a download: `-vlength`, `-vmd5`, the store's checksums, `checkSourceChange`,
 * rename.
 */
export function createFinish(options: FinishOptions): Finish {
  return async (finished, digestOf) => {
    const { item, head, temp, target, checks } = finished
    if (options.verifyLength) await checkLength(finished)
    const md5 = checks.find(({ name }) => name === userMd5Check)?.remote
    if (options.verifyMd5 && md5 === undefined) await warnOfNoMd5(finished, options)
    for (const check of checks) await compare(check, finished, digestOf)
    if (options.sourceCheck === 'head') assertSameObject(item, head, await finished.headAgain())
    await temp.publish(target, finished.signal)
    const names = checks.map(({ name }) => name)
    return { md5, checks: options.verifyLength ? ['length', ...names] : names }
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

async function warnOfNoMd5({ item, head }: Finished, options: FinishOptions): Promise<void> {
  await options.warn({
    kind: 'item',
    item,
    sizeBytes: head.sizeBytes,
    message: `Cannot get the valid md5 value of key [${item.key}] in bucket [${item.bucket}] to check`,
  })
}

async function compare(
  check: Check,
  { head, target }: Finished,
  digestOf: DigestOf,
): Promise<void> {
  const { name, kind, remote } = check
  const local = await digestOf(kind)
  if (local === remote) return
  // Metadata that somebody wrote may be wrong for good; what the store computed may hold the next time.
  const isUserMd5 = name === userMd5Check
  const code = isUserMd5 ? 'VerifyMd5Error' : 'VerifyChecksumError'
  const advice = name === etagMd5Check ? `; ${etagAdvice}` : ''
  throw new ItemError(
    `${code}, detail:Verify ${name} failed after downloading file [${target}], local ${kind} [${local}] remote ${kind} [${remote}]${advice}`,
    {
      code,
      retry: isUserMd5 ? 'never' : 'corrupt',
      status: head.status,
      requestId: head.requestId,
    },
  )
}

const etagAdvice = 'if the ETags of this store are not MD5 sums, set checkETagMd5=false'
