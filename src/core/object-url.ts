import type { ObjectSource } from './item.ts'

/**
 * Reads `obs://bucket/key[?versionId=ID]` (manual: Result Lists). The bucket ends at the first slash
 * and the key may begin with another; the last `?versionId=` counts. Undefined where bucket or key
 * would be empty. What follows the mark is a version id only where it is one: an empty one, or one
 * with a slash, is part of a name that happens to hold the mark.
 */
export function parseSource(text: string): ObjectSource | undefined {
  const bucketEnd = text.indexOf('/', SCHEME.length)
  if (!text.startsWith(SCHEME) || bucketEnd <= SCHEME.length || bucketEnd === text.length - 1) {
    return undefined
  }
  const bucket = text.slice(SCHEME.length, bucketEnd)
  const name = text.slice(bucketEnd + 1)
  // `includes` is the quicker one of both, and nearly always says no.
  const mark = name.includes(VERSION_MARK) ? name.lastIndexOf(VERSION_MARK) : -1
  const versionId = mark <= 0 ? '' : name.slice(mark + VERSION_MARK.length)
  return versionId === '' || versionId.includes('/')
    ? { bucket, key: name, versionId: undefined }
    : { bucket, key: name.slice(0, mark), versionId }
}

/** What stands between a key and its version id. */
export const VERSION_MARK = '?versionId='

const SCHEME = 'obs://'
