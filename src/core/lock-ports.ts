import type { Soon } from './and-then.ts'
import type { Now } from './promptly.ts'

/** Keeps two runs from working on one destination at once. */
export interface DownloadLocks {
  /** Takes the lock or throws an `ItemError` that names the other run; never waits. */
  acquire(destination: string): Now<DownloadLock>
}

/** A lock that is held. */
export interface DownloadLock {
  release(): Soon
}
