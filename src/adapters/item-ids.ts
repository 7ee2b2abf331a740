import { createHash } from 'node:crypto'
import type { Item } from '../core/item.ts'

/**
 * 64 hex digits that name an item's part record and temp file: SHA-256 over bucket, key, version id
 * and destination, joined so that no two different items read the same.
 */
export function idOfItem(item: Item): string {
  const parts = [item.bucket, item.key, item.versionId ?? null, item.destination]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
