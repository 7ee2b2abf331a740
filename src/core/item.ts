/** An object in a store. A key is never empty; a version id, where given, is exact. */
export interface ObjectSource {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

/**
 * The size that a list gives, in bytes. Lists round (`48.83KB`), so it is an interval, both ends
 * included; for an exact figure the ends are equal.
 */
export interface ListedSize {
  readonly minBytes: number
  readonly maxBytes: number
}

/** One failed object of a task: what to fetch and the absolute path it belongs at. */
export interface Item extends ObjectSource {
  readonly destination: string
  readonly listedSize: ListedSize | undefined
}

/** A key that ends with a slash stands for a folder: a directory to make, no bytes to fetch. */
export function isFolder(source: ObjectSource): boolean {
  return source.key.endsWith('/')
}

/** `obs://bucket/key[?versionId=ID]`, the way the manual and the lists write an object. */
export function formatSource(source: ObjectSource): string {
  const version = source.versionId === undefined ? '' : `?versionId=${source.versionId}`
  return `obs://${source.bucket}/${source.key}${version}`
}

/** A size in bytes to reckon with before the store has told: the middle of what the list says, or 0. */
export function guessedBytes(item: Item): number {
  const { listedSize } = item
  return listedSize === undefined ? 0 : Math.round((listedSize.minBytes + listedSize.maxBytes) / 2)
}
