import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

/** How to run the tool. The child sees no variable of ours but PATH, and `home` as its HOME. */
export interface CliOptions {
  readonly home: string
  /** Default: the home. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** All of standard input. Without it `runCli` gives an empty one, and `startCli` leaves it open. */
  readonly stdin?: string
  /** After so long the child is killed and the run is an error. Default: 60 s. */
  readonly timeoutMs?: number
}

/** A run that has ended. */
export interface CliResult {
  /** Null where a signal ended it. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly durationMs: number
}

/** A run that goes on. */
export interface CliRun {
  readonly child: ChildProcessWithoutNullStreams
  /** Rejects when the time is up, with the output so far; the child is dead by then. */
  readonly done: Promise<CliResult>
  /** The match, once the whole output so far has one; rejects when the run ends without. */
  waitForStdout(pattern: RegExp): Promise<RegExpExecArray>
  waitForStderr(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends the signal and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<CliResult>
}

/** Runs the built tool (`bin/obsutil.js`) to its end. */
export function runCli(args: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(args, { stdin: '', ...options }).done
}

/** Starts the built tool and leaves it running. */
export function startCli(args: readonly string[], options: CliOptions): CliRun {
  const bin = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))
  return startNode([bin, ...args], options)
}

/** Starts this Node with the arguments the way the tool is started. */
export function startNode(args: readonly string[], options: CliOptions): CliRun {
  const startMs = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: options.cwd ?? options.home,
    // oxlint-disable-next-line node/no-process-env -- a bare environment is made from the real one
    env: { PATH: process.env['PATH'], HOME: options.home, ...options.env },
  })
  // A child that does not want its input is no fault of the test.
  child.stdin.on('error', () => {})
  if (options.stdin !== undefined) child.stdin.end(options.stdin)

  const stdout = collect(child.stdout)
  const stderr = collect(child.stderr)
  const soFar = () =>
    `${args.join(' ')}\n--- stdout\n${stdout.text()}\n--- stderr\n${stderr.text()}`
  const finish = async (): Promise<CliResult> => {
    let late = false
    const timer = setTimeout(() => {
      late = true
      child.kill('SIGKILL')
    }, options.timeoutMs ?? DEFAULT_TIMEOUT_MS)
    try {
      await once(child, 'close')
    } finally {
      clearTimeout(timer)
    }
    if (late) throw new Error(`The run took too long: ${soFar()}`)
    const { exitCode: code, signalCode: signal } = child
    const durationMs = performance.now() - startMs
    return { code, signal, stdout: stdout.text(), stderr: stderr.text(), durationMs }
  }
  const waitFor = async (output: Output, pattern: RegExp) => {
    const match = await Promise.race([output.find(pattern), done.then(() => undefined)])
    if (match === undefined) throw new Error(`The run ended without ${pattern}: ${soFar()}`)
    return match
  }

  const done = finish()
  // Who only waits for a line need not look at the end too; who does still gets the rejection.
  done.catch(() => {})
  return {
    child,
    done,
    waitForStdout: (pattern) => waitFor(stdout, pattern),
    waitForStderr: (pattern) => waitFor(stderr, pattern),
    kill(signal) {
      child.kill(signal)
      return done
    },
  }
}

interface Output {
  text(): string
  find(pattern: RegExp): Promise<RegExpExecArray>
}

function collect(stream: Readable): Output {
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    text += chunk
  })
  return {
    text: () => text,
    find: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          const match = pattern.exec(text)
          if (match === null) return
          stream.off('data', look)
          resolve(match)
        }
        stream.on('data', look)
        look()
      }),
  }
}

const DEFAULT_TIMEOUT_MS = 60_000
