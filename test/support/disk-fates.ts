/** Decides what a power loss does to all that was not synced. */
export interface Fate {
  /** Of so many changes of one name in a folder, which were not synced: how many came to be. */
  readonly namesKept: (pending: number) => number
  /**
   * What became of a write or truncation that was not synced. `zeros`: the file has got its new length
   * but not the bytes; `torn`: only the first half of the bytes.
   */
  readonly change: () => 'lost' | 'whole' | 'zeros' | 'torn'
}

/** Everything that is not synced is lost. */
export const ALL_LOST: Fate = { namesKept: () => 0, change: () => 'lost' }
/** Everything is there: what a run sees that is only killed. */
export const ALL_KEPT: Fate = { namesKept: (pending) => pending, change: () => 'whole' }
/** What file systems that delay the writing of bytes are known for. */
export const NAMES_ONLY: Fate = { namesKept: (pending) => pending, change: () => 'lost' }
/** The same, where the length is kept with the name. */
export const NAMES_AND_LENGTHS: Fate = { namesKept: (pending) => pending, change: () => 'zeros' }
/** Bytes but no names. */
export const BYTES_ONLY: Fate = { namesKept: () => 0, change: () => 'whole' }

/** Each change has a fate of its own, the same for the same numbers. */
export function mixedFate(random: () => number): Fate {
  const pick = (count: number) => Math.floor(random() * count)
  return {
    namesKept: (pending) => pick(pending + 1),
    change: () => FATES[pick(FATES.length)] ?? 'lost',
  }
}

const FATES = ['lost', 'whole', 'zeros', 'torn'] as const
