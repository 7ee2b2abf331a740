import { formatClock, formatIsoTime } from '../core/utc-time.ts'
import { padded } from './columns.ts'
import { displayWidth } from './display-text.ts'
import { JSON_VERSION } from './task-json.ts'

/** A failure list as `ls -failed` shows it. */
export interface ShownList {
  readonly fileName: string
  readonly taskId: string
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number
}

/** The table of the official tool (manual: Listing Failure Result Files); times are UTC here. */
export function formatLists(lists: readonly ShownList[]): string {
  const rows = [
    ['FileName', 'ModTime', 'TaskId'] as const,
    ...lists.map((list) => [list.fileName, formatClock(list.modifiedAtMs), list.taskId] as const),
  ]
  const [nameWidth, timeWidth] = [0, 1].map((column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))),
  )
  const lines = rows.map(([name, time, taskId]) =>
    [padded(name, nameWidth ?? 0, 'left'), padded(time, timeWidth ?? 0, 'left'), taskId].join(GAP),
  )
  const end = `Get ${lists.length} last modified failed report files.`
  return [...lines, end].map((line) => `${line}\n`).join('')
}

/** The same as one line of JSON each, with its line end. */
export function formatListsJson(lists: readonly ShownList[]): string {
  return lists
    .map(({ fileName, taskId, modifiedAtMs }) => {
      const modTime = formatIsoTime(modifiedAtMs)
      return `${JSON.stringify({ version: JSON_VERSION, fileName, modTime, taskId })}\n`
    })
    .join('')
}

const GAP = '    '
