import type { DownloadPlan, PlannedFailures, PlannedSpace } from '../core/download-plan.ts'
import { toOneLine } from '../core/report-text.ts'
import { formatSize } from '../core/units.ts'
import { counted, grouped } from './counts.ts'
import { describeCause } from './failure-summary.ts'

const mostColumns = 80
const shownCauses = 5
const indent = '  '

/**
 * What a run would do, for people: plain text of at most 80 columns but for long paths and wide
 * characters; lines end in a newline.
 */
export function formatPlan(plan: DownloadPlan): string {
  const lines = [
    '',
    headline(plan),
    ...table(rowsOf(plan)),
    ...failures('cannot succeed', plan.failing),
    ...failures('could not be found out', plan.unknown),
    ...spaces(plan.space),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function headline({ items, sizeBytes, presentBytes }: DownloadPlan): string {
  if (items === 0) return 'Plan: nothing to fetch'
  const present = presentBytes === 0 ? '' : ` (${formatSize(presentBytes)} of it is there already)`
  return `Plan: ${counted(items, 'item')}, ${formatSize(sizeBytes)} to fetch${present}`
}

type Row = readonly [label: string, count: string, size: string, note?: string]

function rowsOf(plan: DownloadPlan): readonly Row[] {
  const { direct, parts, folders, replaced, unchanged, leftOut, presentBytes } = plan
  const rows: readonly (readonly [number, Row])[] = [
    [direct.items, ['directly', counted(direct.items, 'item'), formatSize(direct.sizeBytes)]],
    [parts.items, ['in parts', counted(parts.items, 'item'), formatSize(parts.sizeBytes)]],
    [
      parts.begunItems,
      [
        'begun before',
        counted(parts.begunItems, 'item'),
        formatSize(presentBytes),
        'there already by the record, to be proven',
      ],
    ],
    [folders.items, ['folders', counted(folders.items, 'item'), '']],
    [replaced.files, ['replaced', counted(replaced.files, 'file'), formatSize(replaced.sizeBytes)]],
    [unchanged.items, ['unchanged', counted(unchanged.items, 'item'), '']],
    [leftOut.items, ['left out', counted(leftOut.items, 'item'), '']],
  ]
  return rows.filter(([count]) => count > 0).map(([, row]) => row)
}

/** Labels to the left, figures to the right. */
function table(rows: readonly Row[]): readonly string[] {
  const widest = (column: 0 | 1 | 2) => Math.max(0, ...rows.map((row) => row[column].length))
  const [labels, counts, sizes] = [widest(0), widest(1), widest(2)]
  return rows.map(([label, count, size, note = '']) => {
    const cells = [label.padEnd(labels), count.padStart(counts), size.padStart(sizes), note]
    return `${indent}${cells.join(indent)}`.trimEnd()
  })
}

function failures(label: string, { items, causes, causeCount }: PlannedFailures): string[] {
  if (items === 0) return []
  const shown = causes.slice(0, shownCauses)
  const width = Math.max(0, ...shown.map(({ count }) => grouped(count).length))
  const more = causeCount - shown.length
  return [
    `${indent}${label}: ${counted(items, 'item')}`,
    ...shown
      .flatMap((cause) => describeCause(cause, width))
      .flatMap((line) => wrapped(`${indent}${line}`, indent.repeat(3) + ' '.repeat(width))),
    ...(more > 0 ? [`${indent.repeat(2)}and ${counted(more, 'other cause')}`] : []),
  ]
}

function spaces(space: readonly PlannedSpace[]): string[] {
  const needed = space.filter(({ neededBytes }) => neededBytes > 0)
  if (needed.length === 0) return []
  const width = Math.max(...needed.map(({ neededBytes }) => formatSize(neededBytes).length))
  return [
    `${indent}space needed, at most:`,
    ...needed.flatMap((one) =>
      wrapped(`${indent.repeat(2)}${describeSpace(one, width)}`, indent.repeat(4)),
    ),
  ]
}

function describeSpace(
  { path, neededBytes, freeBytes, shortBytes }: PlannedSpace,
  width: number,
): string {
  const free = freeBytes === undefined ? 'free: not known' : `free: ${formatSize(freeBytes)}`
  const short = shortBytes === 0 ? '' : `, not enough: ${formatSize(shortBytes)} more needed`
  return `${formatSize(neededBytes).padStart(width)} on ${toOneLine(path)}, ${free}${short}`
}

/** Broken at blanks, as far as there are some; what follows the first line begins with `margin`. */
function wrapped(line: string, margin: string): readonly string[] {
  const start = /^ */.exec(line)?.[0] ?? ''
  const lines: string[] = []
  let current = start
  for (const word of line.slice(start.length).split(/(?<=[^ ])(?= )/)) {
    if (current.trim() !== '' && current.length + word.length > mostColumns) {
      lines.push(current)
      current = margin
    }
    const fitting = current.trim() === '' ? word.trimStart() : word
    current += shortened(fitting, mostColumns - current.length)
  }
  return [...lines, current]
}

/** Without its middle: both ends of a name tell most. */
function shortened(word: string, columns: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(word), ({ segment }) => segment)
  if (characters.length <= columns) return word
  const tail = Math.floor(columns / 2)
  const head = characters.slice(0, columns - 1 - tail)
  return [...head, '…', ...characters.slice(-tail)].join('')
}
