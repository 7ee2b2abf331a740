import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A command line, to be run without a shell. */
export interface Command {
  readonly words: readonly [program: string, ...args: string[]]
  readonly env?: Readonly<Record<string, string>>
}

/** What one run of a whole process took, with all processes that it started. */
export interface Figures {
  readonly wallSeconds: number
  readonly cpuSeconds: number
  /** Resident memory of the largest single process, in MB of 10^6 bytes. */
  readonly peakMegabytes: number
  readonly exitCode: number
  /** The end of what it printed. */
  readonly output: string
}

const shownCharacters = 2000

/** Runs the command to its end by GNU time, in the folder, with little else in its environment. */
export async function measure(command: Command, folder: string): Promise<Figures> {
  const record = join(folder, 'time')
  const words = ['-q', '-o', record, '-f', '%U %S %M', ...command.words]
  const begunAt = performance.now()
  const child = spawn('/usr/bin/time', words, {
    cwd: folder,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, LANG: 'C.UTF-8', ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = `${output}${text}`.slice(-shownCharacters)
    })
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 255))
  })
  const wallSeconds = (performance.now() - begunAt) / 1000
  const [user = 0, system = 0, kilobytes = 0] = (await readFile(record, 'utf8'))
    .trim()
    .split(' ')
    .map(Number)
  const peakMegabytes = (kilobytes * 1024) / 1e6
  return { wallSeconds, cpuSeconds: user + system, peakMegabytes, exitCode, output }
}
