import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { measure, type Command, type Figures } from './measure.ts'
import type { Stage } from './stage.ts'
import { comparisonTable, type Table } from './table.ts'

const BIN = fileURLToPath(new URL('../bin/obsutil.js', import.meta.url))
const UNKNOWN = '00000000-0000-4000-8000-000000000000'
const KEYS = {
  OBS_ENDPOINT: 'http://127.0.0.1:1',
  OBS_ACCESS_KEY_ID: 'bench',
  OBS_SECRET_ACCESS_KEY: 'bench',
}
const startsPerRound = 5

/** What it takes to start, against a Node.js that does nothing. */
export async function* benchStartup(stage: Stage, rounds: number): AsyncGenerator<Table> {
  const folder = join(stage.root, 'startup')
  await mkdir(join(folder, '.obsutil_output'), { recursive: true })
  const commands: readonly (readonly [name: string, command: Command])[] = [
    ['node -e 0', { words: [process.execPath, '-e', '0'] }],
    ['obsutil version', { words: [process.execPath, BIN, 'version'] }],
    ['obsutil help cp', { words: [process.execPath, BIN, 'help', 'cp'] }],
    [
      'obsutil cp -recover=<unknown>',
      { words: [process.execPath, BIN, 'cp', `-recover=${UNKNOWN}`, '-f'], env: KEYS },
    ],
  ]
  const runs = commands.map(([name]) => ({ name, figures: [] as Figures[] }))
  for (let round = 0; round <= rounds * startsPerRound; round += 1) {
    for (const [at, [, command]] of commands.entries()) {
      const figures = await measure(command, folder)
      if (round > 0) runs[at]?.figures.push(figures)
    }
  }
  const table = comparisonTable('Start', `${rounds * startsPerRound} starts of each.`, runs)
  // Hundredths of a second are too coarse for these.
  const rows = table.rows.map((row, at) => {
    const walls = runs[at]?.figures.map(({ wallSeconds }) => wallSeconds * 1000) ?? []
    const sorted = walls.toSorted((one, other) => one - other)
    const middle = sorted[sorted.length >> 1] ?? Number.NaN
    const range = `${sorted[0]?.toFixed(0)} to ${sorted.at(-1)?.toFixed(0)}`
    return [row[0] ?? '', `${middle.toFixed(0)} ms`, range, ...row.slice(3)]
  })
  yield { ...table, rows }
}
