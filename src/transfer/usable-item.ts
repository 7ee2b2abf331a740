import { ItemError } from '../core/errors.ts'
import { assertFileName } from '../core/file-names.ts'
import type { Item } from '../core/item.ts'
import type { DownloadOptions } from './download-options.ts'

/** Throws an `ItemError` where no request can name the object, or no file can be what the list says. */
export function assertUsable(
  item: Item,
  options: Pick<DownloadOptions, 'emptySegments' | 'system'>,
): void {
  assertUsableKey(item, options)
  assertFileName(item.destination, options.system)
}

function assertUsableKey(
  { key, bucket }: Item,
  { emptySegments }: Pick<DownloadOptions, 'emptySegments'>,
): void {
  const what = `Cannot download the specified key [${key}] in the bucket [${bucket}]`
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
  return EMPTY_SEGMENT.test(key.endsWith('/') ? key.slice(0, -1) : key)
}

const EMPTY_SEGMENT = /(?:^|\/)\s*(?:\/|$)/
