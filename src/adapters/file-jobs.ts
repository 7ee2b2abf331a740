import type { ByteRange } from '../core/byte-range.ts'
import type { HashKind } from '../core/checksums.ts'
import type { CrcKind } from '../core/crc.ts'
import type { WritePlace } from './file-bytes.ts'

/** What a thread that works on files is told of one job, whose number comes along. */
export type JobMessage =
  /** Hash a file that is still growing. */
  | { readonly kind: 'hash'; readonly descriptor: number; readonly hash: HashKind }
  | { readonly kind: 'reached'; readonly position: number }
  | { readonly kind: 'digest'; readonly sizeBytes: number }
  /** Sum a range as it is. */
  | {
      readonly kind: 'sum'
      readonly descriptor: number
      readonly range: ByteRange
      readonly crcs: readonly CrcKind[]
    }
  /** Write all of the chunk, whose memory is shared. */
  | ({ readonly kind: 'write'; readonly chunk: Uint8Array } & WritePlace)
  | { readonly kind: 'stop' }

/** How a job ended; its file is not touched any more. */
export type JobEnd =
  | { readonly kind: 'digest'; readonly hex: string }
  | { readonly kind: 'sums'; readonly crcs: readonly (readonly [CrcKind, bigint])[] }
  /** The file ends before the range does. */
  | { readonly kind: 'shorter' }
  | { readonly kind: 'written' }
  /** The code is the system's, or '' where it has none. */
  | { readonly kind: 'failed'; readonly reason: string; readonly code: string }

export type ToFileThread = JobMessage & { readonly id: number }
export type FromFileThread = JobEnd & { readonly id: number }
