import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))
const built = fileURLToPath(new URL('../../dist/main.js', import.meta.url))

/** Columns that fit into a window of 80 with the indentation and the backslash. */
const commandWidth = 70

/** A command line of the tool, which can be shown and run. */
export interface CliCommand {
  /** Variables that are set on the line itself. */
  readonly variables: Readonly<Record<string, string>>
  /** What comes after `obsutil`. */
  readonly words: readonly string[]
}

/** A run of the tool that has begun; what it prints goes where the demo's output goes. */
export interface CliRun {
  readonly pid: number | undefined
  readonly isOver: () => boolean
  /** Resolves at the end, however that comes: with the exit code or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>
  kill(): void
}

export interface CliSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingFolder: string
  /** Ends the tool when it is aborted. */
  readonly signal: AbortSignal
}

/** Throws where the tool was not compiled yet. */
export function assertBuilt(): void {
  if (existsSync(built)) return
  throw new Error(
    'the tool is not built: there is no dist/main.js; run `npm ci` or `npm run build`',
  )
}

/** `cp -recover` of a task without questions, for a user whose home is the given folder. */
export function recoverCommand(
  taskId: string,
  home: string,
  environment: CliSurroundings['environment'],
): CliCommand {
  // A proxy that the visitor's shell names cannot reach a server on loopback.
  const proxied = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].some(
    (name) => (environment[name] ?? '') !== '',
  )
  return {
    variables: { HOME: home, ...(proxied && { NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1' }) },
    words: ['cp', `-recover=${taskId}`, '-f'],
  }
}

/** `tasks`, for that user. */
export function tasksCommand(home: string): CliCommand {
  return { variables: { HOME: home }, words: ['tasks'] }
}

/** The lines that do the same in a shell, in any folder. */
export function formatCommand({ variables, words }: CliCommand): string[] {
  const assignments = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`)
  // Not `node`: with another HOME, what a version manager has put in its place may not find it.
  const program = [process.execPath, bin].map(quote)
  const lines = [...fillLines([...assignments, ...program]), ...fillLines(words.map(quote))]
  return lines.map((line, index) => {
    const indented = index === 0 ? line : `  ${line}`
    return index === lines.length - 1 ? indented : `${indented} \\`
  })
}

/** Starts the command; throws the signal's reason where that is aborted already. */
export function startCli(command: CliCommand, surroundings: CliSurroundings): CliRun {
  const { environment, workingFolder, signal } = surroundings
  signal.throwIfAborted()
  const child = spawn(process.execPath, [bin, ...command.words], {
    cwd: workingFolder,
    env: { ...environment, ...command.variables },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const terminate = () => child.kill('SIGTERM')
  signal.addEventListener('abort', terminate, { once: true })
  return {
    pid: child.pid,
    isOver: () => child.exitCode !== null || child.signalCode !== null,
    ended: once(child, 'exit').then(() => {
      signal.removeEventListener('abort', terminate)
      return child.signalCode ?? child.exitCode ?? 255
    }),
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** Words on as few lines as they fit in; one that is longer has a line of its own. */
function fillLines(words: readonly string[]): string[] {
  const lines: string[] = []
  for (const word of words) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trimStart()
    if (lines.length > 0 && longer.length <= commandWidth) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}
