import { trustedMd5s, type CheckPolicy } from '../core/checks.ts'
import { ItemError } from '../core/errors.ts'
import type { PartsJob } from './parts-job.ts'

/**
 * Throws an `ItemError` marked `corrupt`, so that the item is begun again, where a file with parts of
 * another tool has not the MD5 of the object.
 */
export function assertWholeMd5(
  job: PartsJob,
  { checkPolicy }: { readonly checkPolicy: CheckPolicy },
  md5: string,
): void {
  const { item, head } = job
  if (trustedMd5s(head, checkPolicy).has(md5)) return
  throw new ItemError(
    `The file with the parts that the official tool left of [${item.key}] has the md5 [${md5}], which is not the object's`,
    { code: 'AdoptedPartsError', retry: 'corrupt' },
  )
}
