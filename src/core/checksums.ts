import type { CrcKind } from './crc.ts'

/** What a checksum is computed by. */
export type ChecksumKind = CrcKind | HashKind

/** A checksum that can only be computed from all bytes, in their order. */
export type HashKind = 'md5' | 'sha1' | 'sha256'

/** A checksum of a whole object, as the store told it. */
export interface StoreChecksum {
  readonly kind: ChecksumKind
  /** Lower-case, with all zeros. */
  readonly hex: string
  /** An ETag may only look like an MD5; a header says what it is. */
  readonly from: 'header' | 'etag'
}

type Headers = Readonly<Record<string, string | undefined>>

/**
 * The checksums that an answer's headers hold; names in lower case. The answer must be one to a HEAD,
 * or to a GET of the whole object: about a range, stores mean different things. What cannot be read,
 * and what is a checksum of parts' checksums (S3's `COMPOSITE`, or `-3` at the end), is left out.
 */
export function readChecksums(headers: Headers): readonly StoreChecksum[] {
  const crc64 = decimalToHex(headers['x-obs-hash-crc64ecma'])
  const md5 = etagMd5(headers)
  return [
    ...(crc64 === undefined ? [] : [fromHeader('crc64ecma', crc64)]),
    ...amazonChecksums(headers),
    ...(md5 === undefined ? [] : [{ kind: 'md5', hex: md5, from: 'etag' } as const]),
  ]
}

/** Whether the checksum of a whole can be computed from those of its pieces. */
export function isCrc(kind: ChecksumKind): kind is CrcKind {
  return kind.startsWith('crc')
}

/** S3's headers, and the length of each in bytes (S3 manual: Checking object integrity). */
const amazonKinds = [
  ['crc32', 'x-amz-checksum-crc32', 4],
  ['crc32c', 'x-amz-checksum-crc32c', 4],
  ['crc64nvme', 'x-amz-checksum-crc64nvme', 8],
  ['sha1', 'x-amz-checksum-sha1', 20],
  ['sha256', 'x-amz-checksum-sha256', 32],
] as const

function amazonChecksums(headers: Headers): readonly StoreChecksum[] {
  if (headers['x-amz-checksum-type']?.trim().toUpperCase() === 'COMPOSITE') return []
  const checksums: StoreChecksum[] = []
  for (const [kind, name, lengthBytes] of amazonKinds) {
    const base64 = headers[name]
    const hex = base64 === undefined ? undefined : base64ToHex(base64)
    if (hex?.length === 2 * lengthBytes) checksums.push(fromHeader(kind, hex))
  }
  return checksums
}

function fromHeader(kind: ChecksumKind, hex: string): StoreChecksum {
  return { kind, hex, from: 'header' }
}

/**
 * The ETag where it has the form of an MD5 and nothing tells that it is none: that of an object which
 * the store encrypts is not one of the bytes that are sent, but for S3's own keys (S3 manual: Object),
 * and that of one which is appended to is of the last bytes (OBS manual: Appending an Object).
 */
function etagMd5(headers: Headers): string | undefined {
  const [, md5] = /^"?([0-9a-f]{32})"?$/i.exec(headers['etag']?.trim() ?? '') ?? []
  if (md5 === undefined) return undefined
  return isEncrypted(headers) || isAppendable(headers) ? undefined : md5.toLowerCase()
}

function isAppendable(headers: Headers): boolean {
  const isCalledSo = headers['x-obs-object-type']?.trim().toLowerCase() === 'appendable'
  return isCalledSo || headers['x-obs-next-append-position'] !== undefined
}

const obsCustomerKey = 'x-obs-server-side-encryption-customer-'
const amazonCustomerKey = 'x-amz-server-side-encryption-customer-'

function isEncrypted(headers: Headers): boolean {
  const hasCustomerKey = Object.keys(headers).some(
    (name) => name.startsWith(obsCustomerKey) || name.startsWith(amazonCustomerKey),
  )
  const method = headers['x-amz-server-side-encryption']
  const isObs = headers['server']?.trim().toUpperCase() === 'OBS'
  const isHarmless = method === undefined || (method === 'AES256' && !isObs)
  return hasCustomerKey || headers['x-obs-server-side-encryption'] !== undefined || !isHarmless
}

function decimalToHex(text: string | undefined): string | undefined {
  if (text === undefined || !/^\s*\d{1,20}\s*$/.test(text)) return undefined
  const hex = BigInt(text).toString(16).padStart(16, '0')
  return hex.length === 16 ? hex : undefined
}

function base64ToHex(text: string): string | undefined {
  const base64 = text.trim()
  if (!/^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64)) {
    return undefined
  }
  return Array.from(atob(base64), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  )
}
