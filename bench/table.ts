import type { Runs } from './compare.ts'

/** A table in Markdown. */
export interface Table {
  readonly title: string
  /** What was done, and the commands where they say more than the names. */
  readonly note: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The middle one of the values; of two in the middle the greater. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/**
 * Wall and processor time and memory as medians; the range of the wall time; and the wall time as a
 * multiple of the first contestant's, as the median of the rounds.
 */
export function comparisonTable(title: string, note: string, runs: readonly Runs[]): Table {
  const [first] = runs
  const rows = runs.map(({ name, figures }) => {
    const walls = figures.map(({ wallSeconds }) => wallSeconds)
    const ratios = walls.map((wall, at) => wall / (first?.figures[at]?.wallSeconds ?? Number.NaN))
    return [
      name,
      `${median(walls).toFixed(2)} s`,
      `${Math.min(...walls).toFixed(2)} to ${Math.max(...walls).toFixed(2)}`,
      `${median(figures.map(({ cpuSeconds }) => cpuSeconds)).toFixed(2)} s`,
      `${median(figures.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0)} MB`,
      median(ratios).toFixed(2),
    ]
  })
  const head = ['', 'wall', 'range', 'processor', 'memory', `× ${first?.name ?? ''}`]
  return { title, note, head, rows }
}

/** The table as text that is good to read as it stands, too. */
export function formatTable({ title, note, head, rows }: Table): string {
  const all = [head, ...rows]
  const widths = head.map((_, at) => Math.max(3, ...all.map((row) => row[at]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, at) => pad(row[at] ?? '', width, at)).join(' | ')} |`
  const rule = `| ${widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`
  return [`## ${title}`, '', note, '', line(head), rule, ...rows.map(line), ''].join('\n')
}

function pad(text: string, width: number, column: number): string {
  return column === 0 ? text.padEnd(width) : text.padStart(width)
}
