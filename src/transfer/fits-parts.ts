import { hasStrongTag } from '../core/entity-tag.ts'
import type { ObjectHead } from '../core/ports.ts'

/**
 * Whether an object is downloaded in parts. One that has no ETag to hold the parts together is not:
 * nothing would tell that two of them are of different versions.
 */
export function fitsParts(head: ObjectHead, thresholdBytes: number): boolean {
  return head.sizeBytes >= thresholdBytes && hasStrongTag(head)
}
