import { generated, literal, type ByteSource } from '../../test/support/test-bytes.ts'

/** An object of the demo; the same bytes under the same key every time. */
export interface DemoObject {
  readonly key: string
  readonly source: ByteSource
}

/** How many objects the demo works with. */
export interface Amount {
  readonly small: number
  /** Sizes in bytes, above the tool's default threshold of 50 MB, so that they come in parts. */
  readonly large: readonly number[]
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/** What a visitor sees. */
export const fullAmount: Amount = {
  small: 300,
  large: [60 * mebibyte, 90 * mebibyte, 120 * mebibyte],
}

/** What shows that everything works, in less time. */
export const smallAmount: Amount = { small: 40, large: [52 * mebibyte] }

/** A folder as S3 knows it: an empty object whose key ends with a slash. */
export const folderObject: DemoObject = { key: 'docs/drafts/', source: literal('') }

/** Names that have broken other tools. */
const specialKeys = [
  'docs/annual report 2024.txt',
  'docs/Übersicht – 概要.txt',
  'docs/100% sure + a=b & c?.txt',
  'docs/Dear Bob, thanks [2].txt',
  'docs/☕ à la carte --> menu.md',
] as const

/** Small objects of 1 to 64 KiB, one of them empty, in some folders. */
export function smallObjects(amount: Amount): DemoObject[] {
  const photos = Array.from({ length: amount.small - specialKeys.length - 1 }, (_, index) => {
    const album = `album-${Math.floor(index / 50) + 1}`
    return `photos/${album}/IMG_${String(index + 1).padStart(4, '0')}.jpg`
  })
  const filled = [...specialKeys, ...photos].map((key, index) => ({
    key,
    // Any step that shares no factor with the span spreads the sizes over all of it.
    source: generated(kibibyte + ((index * 40_503) % (63 * kibibyte)), index),
  }))
  return [{ key: 'docs/empty.txt', source: literal('') }, ...filled]
}

/** Large objects, from the smallest to the largest. */
export function largeObjects(amount: Amount): DemoObject[] {
  return amount.large.map((sizeBytes, index) => ({
    key: `backups/disk-${index + 1}.img`,
    source: generated(sizeBytes, 1000 + index),
  }))
}

/** Sum of the sizes in bytes. */
export function totalBytes(objects: readonly DemoObject[]): number {
  return objects.reduce((sum, { source }) => sum + source.sizeBytes, 0)
}
