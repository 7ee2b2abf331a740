import type { ByteRange } from '../core/byte-range.ts'
import type { Check, CheckPolicy } from '../core/checks.ts'
import type { Item } from '../core/item.ts'
import type { OfficialDisk, OfficialRecords } from '../core/official-ports.ts'
import type { PartHeader, ProvenRange } from '../core/part-record.ts'
import type { FileHasher, FileSummer } from '../core/file-sum-ports.ts'
import type {
  Disk,
  ObjectHead,
  PartRecord,
  PartRecords,
  Placement,
  TempFile,
} from '../core/ports.ts'
import type { HeadObject } from './fetch-bytes.ts'
import type { Finish } from './finish.ts'
import type { ItemMeter } from './item-meter.ts'
import type { SummedRange } from './parts-digests.ts'

/** One object to be downloaded in parts. */
export interface PartsJob {
  /** The stable id that names its record and temp file. */
  readonly id: string
  readonly item: Item
  readonly placement: Placement
  readonly meter: ItemMeter
  readonly head: ObjectHead
  /** What the file must pass in the end. */
  readonly checks: readonly Check[]
}

export interface PartsTools {
  readonly disk: Disk & OfficialDisk
  readonly records: PartRecords
  readonly hasher: FileHasher
  readonly summer: FileSummer
  readonly officialRecords: OfficialRecords
  readonly finish: Finish
  readonly checkPolicy: CheckPolicy
  /** Asks the store for the object as it is now. */
  readonly headObject: HeadObject
  /** Bytes, from `-ps`. */
  readonly partSize: number | 'auto'
  readonly parallels: number
  readonly durability: 'fsync' | 'cached'
  /** Statuses that end the item's other parts at once (`abortHttpStatusForResumableTasks`). */
  readonly abortStatuses: ReadonlySet<number>
}

/** As much of a job and of the tools as it takes to see what an earlier run left. */
export type PartsLook = Pick<PartsJob, 'id' | 'item' | 'placement' | 'head'>
export type PartsLookTools = Pick<
  PartsTools,
  'disk' | 'records' | 'officialRecords' | 'checkPolicy'
>

/** Where no record claims anything. */
export const NOTHING_CLAIMED: Pick<PartsInProgress, 'claimed' | 'claimMore'> = {
  claimed: [],
  claimMore: () => Promise.resolve(),
}

/** A download in parts that is under way: its file, its record, and what is still to be fetched. */
export interface PartsInProgress {
  readonly temp: TempFile
  readonly record: PartRecord
  /** What an earlier run left, as it was read back. */
  readonly found: readonly SummedRange[]
  /** What the record says that there is, and nobody has looked at yet. */
  readonly claimed: readonly ProvenRange[]
  /** Keeps room for bytes that were claimed and are not there. Throws where there is none. */
  readonly claimMore: (bytes: number) => Promise<void>
  /** What is neither found nor claimed. */
  readonly missing: readonly ByteRange[]
  /** In bytes. */
  readonly partSizeBytes: number
  readonly wholeProof: PartHeader['wholeProof']
}
