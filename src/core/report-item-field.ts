import type { Item } from './item.ts'
import { isAbsoluteAt, type Platform } from './report-text.ts'

/** What the field says: all of an item but its size, which stands in the line. */
export type NamedItem = Omit<Item, 'listedSize'>

/** `, item [<base64url of the JSON of bucket, key, versionId, destination>]`, the end of a line. */
export function formatItemField(item: NamedItem): string {
  const { bucket, key, versionId, destination } = item
  // JSON writes half a surrogate pair as an escape, so it outlives the encoding.
  const bytes = new TextEncoder().encode(JSON.stringify({ bucket, key, versionId, destination }))
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  const base64url = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  return `${OPENING}${base64url}]`
}

/** The field that ends a line, as it stands there; nothing is trusted yet. */
export interface FoundItemField {
  /** Where the rest of the line ends. */
  readonly start: number
  readonly value: string
}

/** Finds the field at the very end of a line; what stands inside another field is not one. */
export function findItemField(line: string): FoundItemField | undefined {
  // Most lines have none, and to be told so from their start is much quicker than from their end.
  if (!line.endsWith(']') || !line.includes(OPENING)) return undefined
  const start = line.lastIndexOf(OPENING)
  const value = line.slice(start + OPENING.length, -1)
  return /[[\]]/.test(value) ? undefined : { start, value }
}

/** The item that the field's value names, or undefined where it is not exactly of the form above. */
export function decodeItemField(value: string, platform: Platform): NamedItem | undefined {
  const record = parseJson(value)
  if (typeof record !== 'object' || record === null) return undefined
  const { bucket, key, versionId, destination }: Partial<Record<string, unknown>> = { ...record }
  if (!isName(bucket) || bucket.includes('/') || !isName(key)) return undefined
  if (versionId !== undefined && versionId !== null && !isName(versionId)) return undefined
  if (!isName(destination) || !isAbsoluteAt(destination, 0, platform)) return undefined
  return { bucket, key, versionId: versionId ?? undefined, destination }
}

const OPENING = ', item ['

function parseJson(base64url: string): unknown {
  if (!/^[\w-]+$/.test(base64url)) return undefined
  try {
    const binary = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch {
    // Not base64, not UTF-8 or not JSON: whichever, the field says nothing.
    return undefined
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
