import { createHash } from 'node:crypto'
import { isCrc, type ChecksumKind } from '../core/checksums.ts'
import { CRC_OF_NOTHING, type CrcKind } from '../core/crc.ts'
import { continueFastCrc } from './fast-crc.ts'

/** Checksums of bytes that come piece by piece, in order. */
export interface Digests {
  update(chunk: Uint8Array): void
  /** Lower-case hex; once asked for, no more bytes may come. Throws for a kind that was not started. */
  hexOf(kind: ChecksumKind): string
}

/** Starts checksums of these kinds; one that is named twice is computed once. */
export function startDigests(kinds: readonly ChecksumKind[]): Digests {
  if (kinds.length === 0) return NO_DIGESTS
  const running = new Map(kinds.map((kind) => [kind, startDigest(kind)]))
  return {
    update(chunk) {
      for (const digest of running.values()) digest.update(chunk)
    },
    hexOf(kind) {
      const digest = running.get(kind)
      if (digest === undefined) throw new Error(`no ${kind} was started`)
      return digest.hex()
    },
  }
}

const NO_DIGESTS: Digests = {
  update() {},
  hexOf(kind) {
    throw new Error(`no ${kind} was started`)
  },
}

/** A CRC as lower-case hex, with all zeros. */
export function crcToHex(kind: CrcKind, crc: bigint): string {
  return crc.toString(16).padStart(kind.startsWith('crc64') ? 16 : 8, '0')
}

interface Digest {
  update(chunk: Uint8Array): void
  hex(): string
}

function startDigest(kind: ChecksumKind): Digest {
  if (isCrc(kind)) {
    let crc = CRC_OF_NOTHING
    return {
      update(chunk) {
        crc = continueFastCrc(kind, crc, chunk)
      },
      hex: () => crcToHex(kind, crc),
    }
  }
  const hash = createHash(kind)
  let hex: string | undefined
  return {
    update(chunk) {
      hash.update(chunk)
    },
    hex() {
      hex ??= hash.digest('hex')
      return hex
    },
  }
}
