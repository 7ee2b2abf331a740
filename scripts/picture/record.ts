import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createTerminal } from '../../test/support/terminal.ts'
import type { Frame } from './svg.ts'

export interface RecordOptions {
  readonly columns: number
  readonly rows: number
  readonly home: string
  /** A folder in whose place another one is shown. */
  readonly shownAs: { readonly folder: string; readonly path: string }
  /** Milliseconds between two looks at the screen. */
  readonly everyMs: number
}

/** Runs the shell commands in a pseudo-terminal and looks at what it shows, until they have ended. */
export async function record(
  commands: readonly string[],
  options: RecordOptions,
): Promise<readonly Frame[]> {
  const { columns, rows, home, shownAs, everyMs } = options
  const size = `stty cols ${columns} rows ${rows}`
  const child = spawn('script', ['-qfec', [size, ...commands].join('; '), '/dev/null'], {
    // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
    env: { PATH: process.env['PATH'], HOME: home, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const terminal = createTerminal(columns, rows)
  const startMs = performance.now()
  const frames: Frame[] = []
  const look = () => {
    const shown = terminal.rows().slice(0, rows)
    if (shown.join('\n') === frames.at(-1)?.rows.join('\n')) return
    frames.push({ atMs: Math.round(performance.now() - startMs), rows: shown })
  }
  const timer = setInterval(look, everyMs)
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (text: string) => {
    void terminal.write(text.replaceAll(shownAs.folder, shownAs.path))
  })
  await once(child, 'close')
  clearInterval(timer)
  await terminal.write('')
  look()
  if (child.exitCode === 0) return frames
  throw new Error(`The commands ended with ${child.exitCode}:\n${frames.at(-1)?.rows.join('\n')}`)
}
