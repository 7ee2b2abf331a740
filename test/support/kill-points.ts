/** A point of a run at one of its operations on files, where it kills itself with SIGKILL. */
export interface KillPoint {
  /** In the middle of a write, half of its bytes are there; of anything else, it is the same as after. */
  readonly when: 'before' | 'in the middle of' | 'after'
  /** The n-th, from 1, of the operations that the pattern picks. */
  readonly nth: number
  /**
   * Source of a regular expression for lines like `rename tmp/0f3a.obs.temp dest/a.bin`: create, open,
   * write, truncate, sync, mode, rename, link, unlink or folder, and paths relative to the root.
   */
  readonly operation: string
}

/** Variables that make a run of the tool end there. Operations outside of the root do not count. */
export function killingAt(root: string, point: KillPoint): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: `--import=${new URL('kill-points.mjs', import.meta.url).href}`,
    STOP_ROOT: root,
    STOP_AT: JSON.stringify(point),
  }
}

/** The point in words, for the name of a test. */
export function nameOfPoint({ when, nth, operation }: KillPoint): string {
  return `${when} ${operation} #${nth}`
}
