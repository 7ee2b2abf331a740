import type { CheckPolicy } from '../core/checks.ts'
import type { Item } from '../core/item.ts'
import type { System } from '../core/system.ts'

/** What the flags and the configuration say about each download. */
export interface DownloadOptions {
  readonly mode: 'download' | 'dry-run'
  /** `-u`: leave alone what is as long and as new as the object. */
  readonly existing: 'replaced' | 'kept-if-current'
  readonly checkPolicy: CheckPolicy
  /** Object size in bytes from which parts are used. */
  readonly thresholdBytes: number
  /** Whether keys such as `a//b` are refused (`skipCheckEmptyFolder=false`). */
  readonly emptySegments: 'allowed' | 'refused'
  /** Whose rules for the names of files hold. */
  readonly system: System
  /** Whether `-timeRange` needs this item's time, and whether it keeps it. */
  readonly needsTime: (item: Item) => boolean
  readonly keepsTime: (item: Item, lastModifiedMs: number) => boolean
}
