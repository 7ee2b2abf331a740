import { ItemError } from '../core/errors.ts'
import type { Item } from '../core/item.ts'
import type { DownloadOptions } from './download-options.ts'

/** Throws an `ItemError` for a key that no request can hold, or that the options refuse. */
export function assertUsableKey(item: Item, { emptySegments }: DownloadOptions): void {
  const { key } = item
  const what = `Cannot download the specified key [${key}] in the bucket [${item.bucket}]`
  // No UTF-8 URL can hold half a character; a NUL makes some stores answer out of step.
  if (/[\p{Surrogate}\0]/u.test(key)) {
    throw new ItemError(`${what}: no request can hold this name`, { code: 'InvalidKeyError' })
  }
  if (emptySegments === 'refused' && hasEmptySegment(key)) {
    throw new ItemError(
      `${what}: a part of its path is empty; set skipCheckEmptyFolder=true to allow that`,
      { code: 'EmptyFolderNameError' },
    )
  }
}

function hasEmptySegment(key: string): boolean {
  return key
    .replace(/\/$/, '')
    .split('/')
    .some((segment) => segment.trim() === '')
}
