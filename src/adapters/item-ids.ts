import { hash } from 'node:crypto'
import type { Item } from '../core/item.ts'

/**
 * 64 hex digits that name an item's part record and temp file: SHA-256 over bucket, key, version id
 * and destination, joined so that no two different items read the same.
 */
export function idOfItem(item: Item): string {
  const known = ids.get(item)
  if (known !== undefined) return known
  const parts = [item.bucket, item.key, item.versionId ?? null, item.destination]
  const id = hash('sha256', JSON.stringify(parts))
  ids.set(item, id)
  return id
}

/** It is asked for at each step of an item. */
const ids = new WeakMap<Item, string>()
