import type { HashKind } from '../core/checksums.ts'

/** What the thread that hashes is told of one file, by a number of its own. */
export type ToHasher =
  | {
      readonly kind: 'start'
      readonly id: number
      readonly descriptor: number
      readonly hash: HashKind
    }
  | { readonly kind: 'reached'; readonly id: number; readonly position: number }
  | { readonly kind: 'digest'; readonly id: number; readonly sizeBytes: number }
  | { readonly kind: 'stop'; readonly id: number }

/** What it tells; after either the file is not read any more. */
export type FromHasher =
  | { readonly kind: 'digest'; readonly id: number; readonly hex: string }
  | { readonly kind: 'ended'; readonly id: number; readonly reason: string }
