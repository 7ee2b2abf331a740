import { execFile, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createTerminal, type Terminal } from './terminal.ts'

/** Why runs on a terminal cannot be tested here; false where they can. */
export const NO_TERMINAL =
  spawnSync('script', ['--version']).status === 0 ? false : 'there is no script(1) of util-linux'

export interface TerminalOptions {
  readonly columns: number
  readonly rows: number
  readonly home: string
  readonly env?: Readonly<Record<string, string>>
  /** `bash`: the command is typed at the prompt of a shell that has jobs; the end is the shell's. */
  readonly from?: 'bash'
}

/** The prompt of that shell. */
export const PROMPT = 'ready>'

/** The built tool in a terminal. */
export interface TerminalRun {
  /** What the user sees. */
  readonly terminal: Terminal
  /** Resolves once the rows, joined by line feeds, match; rejects when the run ends without. */
  readonly shows: (pattern: RegExp) => Promise<void>
  /** Presses keys; `\u0003` is Ctrl+C. */
  readonly type: (keys: string) => void
  /** Makes the window another size: first what is on it, then the tool is told. */
  readonly resize: (columns: number, rows: number) => Promise<void>
  /** The exit code, and everything that was written. */
  readonly done: Promise<{ readonly code: number | null; readonly written: string }>
}

/** Starts the built tool with these words in a pseudo-terminal; it is gone when the test has ended. */
export function startOnTerminal(
  t: TestContext,
  words: readonly string[],
  { columns, rows, home, env, from }: TerminalOptions,
): TerminalRun {
  const bin = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))
  const nameFile = join(home, 'terminal-name')
  const command = [process.execPath, bin, ...words].map(quote).join(' ')
  const set = `stty cols ${columns} rows ${rows} && tty >${quote(nameFile)}`
  const first = from === 'bash' ? 'bash --norc --noprofile --noediting -i' : command
  const child = spawn('script', ['-qfec', `${set} && exec ${first}`, '/dev/null'], {
    env: {
      // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
      PATH: process.env['PATH'],
      HOME: home,
      TERM: 'xterm-256color',
      PS1: `${PROMPT} `,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  t.after(async () => {
    child.kill()
    await ended
  })

  const terminal = createTerminal(columns, rows)
  const chunks: Buffer[] = []
  const looks = new Set<() => void>()
  const lookAgain = () => {
    for (const look of looks) look()
  }
  let arrived = Promise.resolve()
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    arrived = arrived.then(() => terminal.write(chunk)).then(lookAgain)
  })
  const finish = async () => {
    await ended
    await arrived
    return { code: child.exitCode, written: Buffer.concat(chunks).toString() }
  }
  const done = finish()
  if (from === 'bash') child.stdin.write(`${command}\n`)

  return {
    terminal,
    done,
    async shows(pattern) {
      const waiting = new AbortController()
      const shown = new Promise<void>((resolve, reject) => {
        const look = () => {
          if (pattern.test(rowsOf(terminal))) resolve()
        }
        const giveUp = (why: string) =>
          reject(new Error(`${why} without ${pattern}:\n${rowsOf(terminal)}`))
        const timer = setTimeout(() => giveUp('Much time has passed'), LONG_MS)
        waiting.signal.addEventListener('abort', () => {
          clearTimeout(timer)
          looks.delete(look)
        })
        looks.add(look)
        look()
        void done.then(() => giveUp('The run has ended'))
      })
      await shown.finally(() => waiting.abort())
    },
    type: (keys) => void child.stdin.write(keys),
    async resize(toColumns, toRows) {
      terminal.resize(toColumns, toRows)
      const name = (await readFile(nameFile, 'utf8')).trim()
      await run('stty', ['-F', name, 'cols', `${toColumns}`, 'rows', `${toRows}`])
    },
  }
}

const LONG_MS = 30_000
const run = promisify(execFile)

function rowsOf(terminal: Terminal): string {
  return terminal.rows().join('\n')
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
