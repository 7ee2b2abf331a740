import type { ByteRange } from '../core/byte-range.ts'
import type { Check } from '../core/checks.ts'
import { isCrc, type ChecksumKind, type HashKind } from '../core/checksums.ts'
import type { FileHasher, GrowingHash } from '../core/file-sum-ports.ts'
import type { PartsInProgress } from './parts-job.ts'
import { createWatermark } from './watermark.ts'

/** Hashes of a file that comes in parts, computed beside the download as far as it has no gap. */
export interface PartsHashes {
  /** More of the range is there, up to this position. */
  grew(range: ByteRange, to: number): void
  /** Lower-case hex of the whole; undefined for a kind that is not computed here. */
  hexOf(kind: ChecksumKind, sizeBytes: number, signal: AbortSignal): Promise<string> | undefined
  /** Resolves once the file is not read any more. Never rejects. */
  stop(): Promise<void>
}

/** Starts those hashes that the checks of the whole need; a CRC is none. */
export function startPartsHashes(
  { temp, found, wholeProof }: PartsInProgress,
  checks: readonly Check[],
  hasher: FileHasher,
): PartsHashes {
  const proof: readonly ChecksumKind[] = wholeProof === undefined ? [] : [wholeProof]
  const kinds = new Set([...proof, ...checks.map(({ kind }) => kind)])
  const hashes = new Map(
    [...kinds].filter(isHash).map((kind) => [kind, hasher.start(temp, kind)] as const),
  )
  return hashes.size === 0 ? NO_HASHES : following(hashes, found)
}

function following(
  hashes: ReadonlyMap<ChecksumKind, GrowingHash>,
  found: readonly ByteRange[],
): PartsHashes {
  const mark = createWatermark(found)
  const tell = () => {
    for (const hash of hashes.values()) hash.reached(mark.position())
  }
  tell()
  return {
    grew(range, to) {
      mark.grew(range, to)
      tell()
    },
    hexOf: (kind, sizeBytes, signal) => hashes.get(kind)?.digest(sizeBytes, signal),
    async stop() {
      await Promise.all(Array.from(hashes.values(), (hash) => hash.stop()))
    },
  }
}

/** Where there is nothing to hash. */
export const NO_HASHES: PartsHashes = {
  grew() {},
  hexOf: () => undefined,
  stop: () => Promise.resolve(),
}

function isHash(kind: ChecksumKind): kind is HashKind {
  return !isCrc(kind)
}
