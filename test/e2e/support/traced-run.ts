import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Workspace } from '../../support/workspace.ts'

/** One call of the operating system by a run. */
export interface TracedCall {
  readonly name: string
  /** The number of the thread that called. */
  readonly thread: string
  /** The arguments as strace writes them, with the path of each descriptor. */
  readonly text: string
  /** Places in the order of all begins and ends of calls. */
  readonly begun: number
  readonly ended: number
}

/** Whether processes can be traced here; containers may forbid it. */
export async function canTrace(): Promise<boolean> {
  try {
    await promisify(execFile)(STRACE, ['-o', '/dev/null', 'true'])
    return true
  } catch {
    return false
  }
}

/** Runs the tool to its end and returns its calls of these names, in the order they began. */
export async function traceRun(
  space: Workspace,
  words: readonly string[],
  names: readonly string[],
): Promise<readonly TracedCall[]> {
  const trace = join(space.root, 'trace')
  const options = ['-f', '-y', '-s', '4096', '-o', trace, '-e', `trace=${names.join(',')}`]
  const child = spawn(STRACE, [...options, process.execPath, BIN, ...words], {
    // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
    env: { PATH: process.env['PATH'], HOME: space.home },
    stdio: 'ignore',
  })
  await once(child, 'close')
  return readCalls((await readFile(trace, 'utf8')).split('\n'))
}

/** Not a tool that the project needs: without it a test is skipped. */
const STRACE = 'strace'
const BIN = fileURLToPath(new URL('../../../bin/obsutil.js', import.meta.url))

/** A call that another thread interrupts stands in two lines: `unfinished ...` and `resumed`. */
function readCalls(lines: readonly string[]): readonly TracedCall[] {
  return lines.flatMap((line, begun) => {
    const [, thread, name, text] = /^(\d+) +(\w+)\((.*)$/.exec(line) ?? []
    if (thread === undefined || name === undefined || text === undefined) return []
    if (!text.endsWith('<unfinished ...>')) return [{ name, thread, text, begun, ended: begun }]
    const rest = new RegExp(`^${thread} +<\\.\\.\\. ${name} resumed>`)
    const ended = lines.findIndex((later, at) => at > begun && rest.test(later))
    return [{ name, thread, text, begun, ended: ended === -1 ? lines.length : ended }]
  })
}
