/** What the name of a failure list says: `cp_failed_report_<time>_<taskId>.txt[.<n>]`. */
export interface ListName {
  readonly name: string
  /** The command that wrote it; the official tool has `sync` besides. */
  readonly command: 'cp' | 'sync'
  /** `yyyyMMddHHmmss`, UTC; digits, in any case. */
  readonly time: string
  readonly taskId: string
  /** Rotated files count up from 1; the one that was written last has no number. */
  readonly turn: number
}

/** Reads the name of a failure list; undefined for any other file. */
export function parseListName(name: string): ListName | undefined {
  const [, command, time = '', taskId = '', turn] = LIST_NAME.exec(name) ?? []
  if (command !== 'cp' && command !== 'sync') return undefined
  return { name, command, time, taskId, turn: turn === undefined ? Infinity : Number(turn) }
}

/** Orders lists by their time and, of one task, as they were written. */
export function compareListNames(one: ListName, other: ListName): number {
  return compareListTimes(one.time, other.time) || (one.turn < other.turn ? -1 : 1)
}

/** Orders the times of lists, the oldest first; 0 for equal ones. */
export function compareListTimes(one: string, other: string): number {
  if (one === other) return 0
  return one.length - other.length || (one < other ? -1 : 1)
}

/** The same as people write it, `2024-10-08 01:10:07`; as it stands where it is no time. */
export function formatListTime(time: string): string {
  return time.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3 $4:$5:$6')
}

const LIST_NAME = /^(cp|sync)_failed_report_(\d+)_([0-9A-Za-z-]{36})\.txt(?:\.(\d{1,9}))?$/
