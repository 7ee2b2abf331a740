/** What the engine needs of threads that read temp files. Sizes are bytes, ranges `[start, end)`. */
import type { ByteRange } from './byte-range.ts'
import type { HashKind } from './checksums.ts'
import type { CrcKind } from './crc.ts'
import type { TempFile } from './ports.ts'

/** A hash of a file that is still growing, computed beside its download. */
export interface GrowingHash {
  /** All bytes before this position are in the file. */
  reached(position: number): void
  /** Lower-case hex, of the file's first so many bytes, which are all there. Rejects when that fails. */
  digest(sizeBytes: number, signal: AbortSignal): Promise<string>
  /** Resolves once the file is not read any more, which must be so before it is closed. Never rejects. */
  stop(): Promise<void>
}

/** Hashes temp files in another thread. */
export interface FileHasher {
  start(temp: TempFile, kind: HashKind): GrowingHash
}

/** Sums ranges of temp files in other threads. */
export interface FileSummer {
  /**
   * The CRCs of the bytes of the range as they stand on disk; undefined where the file is shorter. Rejects
   * where they cannot be had in this way, or with the signal's reason; the file is not read any more then.
   */
  sum(
    wanted: {
      readonly temp: TempFile
      readonly range: ByteRange
      readonly crcs: readonly CrcKind[]
    },
    signal: AbortSignal,
  ): Promise<ReadonlyMap<CrcKind, bigint> | undefined>
}
