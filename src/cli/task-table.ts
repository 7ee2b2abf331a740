import { fitted, padded } from './columns.ts'
import { displayWidth } from './display-text.ts'
import type { TaskWords } from './task-words.ts'

/**
 * The tasks as a table, for a terminal of so many columns: a row each where that is wide enough, else
 * what is long in a second row, else each in rows of its own. Without a width, for a pipe or a file, a
 * whole line each. Lines end in a newline.
 */
export function formatTaskTable(tasks: readonly TaskWords[], columns: number | undefined): string {
  const rows = [HEADINGS, ...tasks]
  if (columns === undefined) return toText(rows.map((row) => oneRow(row, widthsOf(rows, ALL))))
  const widths = widthsOf(rows, ALL)
  if (totalOf(widths, ALL) <= columns) return toText(rows.map((row) => oneRow(row, widths)))
  if (totalOf(widths, FIGURES) <= columns) {
    return toText(rows.flatMap((row) => twoRows(row, widths, columns)))
  }
  return toText(tasks.flatMap((task) => stacked(task, columns)))
}

type Column = keyof TaskWords
type Widths = Readonly<Record<Column, number>>

const HEADINGS: TaskWords = {
  taskId: 'Task',
  began: 'Began (UTC)',
  failed: 'Failed',
  size: 'Size',
  cause: 'Most frequent cause',
  since: 'Since then',
}
const FIGURES = ['taskId', 'began', 'failed', 'size'] as const
const ALL = [...FIGURES, 'cause', 'since'] as const
const RIGHT: ReadonlySet<Column> = new Set(['failed', 'size'])
const GAP = '  '
const INDENT = '    '

function widthsOf(rows: readonly TaskWords[], columns: readonly Column[]): Widths {
  const widths = { taskId: 0, began: 0, failed: 0, size: 0, cause: 0, since: 0 }
  for (const row of rows) {
    for (const column of columns)
      widths[column] = Math.max(widths[column], displayWidth(row[column]))
  }
  return widths
}

function totalOf(widths: Widths, columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + widths[column] + GAP.length, -GAP.length)
}

function oneRow(row: TaskWords, widths: Widths): string {
  return aligned(row, widths, ALL)
}

function aligned(row: TaskWords, widths: Widths, columns: readonly Column[]): string {
  return columns
    .map((column) => padded(row[column], widths[column], RIGHT.has(column) ? 'right' : 'left'))
    .join(GAP)
    .trimEnd()
}

function twoRows(row: TaskWords, widths: Widths, columns: number): readonly string[] {
  const more = [row.cause, row.since].filter((words) => words !== '')
  const together = `${INDENT}${more.join('; ')}`
  const rest = displayWidth(together) <= columns ? [together] : more.map((words) => INDENT + words)
  return [
    aligned(row, widths, FIGURES),
    ...(more.length === 0 ? [] : rest.map((line) => fitted(line, columns))),
  ]
}

function stacked(task: TaskWords, columns: number): readonly string[] {
  const figures = `${task.began}, ${task.failed} failed, ${task.size}`
  return [
    task.taskId,
    ...[figures, task.cause, task.since]
      .filter((words) => words !== '')
      .map((words) => fitted(`  ${words}`, columns)),
  ]
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
