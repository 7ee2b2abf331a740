import type { ChecksumKind, StoreChecksum } from './checksums.ts'

/** A comparison that a file must pass before it becomes the destination. */
export interface Check {
  /** As the log names it: the kind, or `etag-md5`. */
  readonly name: string
  readonly kind: ChecksumKind
  /** What it must be, in lower-case hex. */
  readonly remote: string
}

export interface CheckPolicy {
  /** `-vmd5`: whether the `md5chksum` metadata is compared. */
  readonly userMd5: 'compared' | 'ignored'
  /** `checkETagMd5`: whether an ETag that looks like an MD5 is taken for one. */
  readonly etagMd5: 'compared' | 'ignored'
}

/** What is known of an object's checksums. */
interface Checksummed {
  readonly userMd5: string | undefined
  readonly checksums: readonly StoreChecksum[]
}

/** The name of the check that `-vmd5` asks for. */
export const userMd5Check = 'md5'
/** The name of the check of an ETag. */
export const etagMd5Check = 'etag-md5'

/**
 * The checks for an object: what the user asked for, and all that the store's headers say. An ETag is
 * the least certain, and its MD5 the slowest, so it serves only where there is nothing else.
 */
export function chooseChecks(object: Checksummed, policy: CheckPolicy): readonly Check[] {
  const asked = policy.userMd5 === 'compared' ? readUserMd5(object) : undefined
  const checks: Check[] =
    asked === undefined ? [] : [{ name: userMd5Check, kind: 'md5', remote: asked }]
  for (const { kind, hex, from } of object.checksums) {
    if (from === 'header') checks.push({ name: kind, kind, remote: hex })
    else if (policy.etagMd5 === 'compared' && checks.length === 0) {
      checks.push({ name: etagMd5Check, kind, remote: hex })
    }
  }
  return checks
}

/** What the MD5 of the whole object may be, by what the user believes; empty where nothing says it. */
export function trustedMd5s(object: Checksummed, policy: CheckPolicy): ReadonlySet<string> {
  const user = policy.userMd5 === 'compared' ? readUserMd5(object) : undefined
  const told = object.checksums
    .filter(
      ({ kind, from }) => kind === 'md5' && (from === 'header' || policy.etagMd5 === 'compared'),
    )
    .map(({ hex }) => hex)
  return new Set(user === undefined ? told : [user, ...told])
}

function readUserMd5({ userMd5 }: Checksummed): string | undefined {
  const md5 = userMd5?.trim().toLowerCase() ?? ''
  return /^[0-9a-f]{32}$/.test(md5) ? md5 : undefined
}
