import type { Item, ObjectSource } from './item.ts'
import type { OfficialRecord } from './official-record.ts'
import type { Placement, ResumedTemp } from './ports.ts'

/** The part records that the official tool left, by the object alone. */
export interface OfficialRecords {
  /** Whether there was a record for this object when the run began. */
  has(source: ObjectSource): boolean
  /** Undefined where it is not as the official tool writes it. */
  load(source: ObjectSource): Promise<OfficialRecord | undefined>
  remove(source: ObjectSource): Promise<void>
}

/** A temp file that the official tool left: not touched before one of these is called. */
export interface OfficialTemp extends ResumedTemp {
  /** Renames it to `path`, which bears this download's own name, in the folder where it lies. */
  takeOver(): Promise<void>
  /** Closes and deletes it. */
  remove(): Promise<void>
}

/** What is found where a record of the official tool says that its temp file is. */
export type FoundOfficialTemp =
  | { readonly kind: 'usable'; readonly temp: OfficialTemp }
  /** Nothing is there, though it could be. */
  | { readonly kind: 'gone' }
  /** It is no temp file of the official tool's that this run may touch. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Temp files of the official tool. */
export interface OfficialDisk {
  /**
   * Looks at what a record of the official tool calls its temp file, whatever that may be. It is
   * usable as a plain file of ours of exactly this size, with a name as the official tool gives it, in
   * a folder where this run would put temp files or files of this item.
   */
  openOfficialTemp(
    path: string,
    download: {
      readonly item: Item
      readonly placement: Placement
      readonly sizeBytes: number
    },
  ): Promise<FoundOfficialTemp>
}
