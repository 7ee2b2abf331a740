import type * as childProcess from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { hostname } from 'node:os'
import { systemCode } from '../core/errors.ts'
import type { System } from '../core/system.ts'
import { thisSystem } from './this-system.ts'

/** What a system tells of its processes. */
export interface ProcessLooks {
  readonly host: () => string
  /**
   * Where the number of a process means something: the kernel since its start, and the namespace of
   * processes in it. Containers may share a host name and have processes of their own. '' where there is
   * no such thing.
   */
  readonly space: () => string
  exists(pid: number): boolean
  /** Both '' where that cannot be found out. */
  look(pid: number): ProcessLook
}

interface ProcessLook {
  /** A letter as in ps(1); `Z` and `X` are dead, but not yet waited for. */
  readonly state: string
  /** When it started, by the system's own count; of two processes with one number only one has it. */
  readonly started: string
}

/** The calls that this takes; other than those of the system for tests. All throw where they fail. */
export interface ProcessCalls {
  readFile(path: string): string
  readLink(path: string): string
  /** What the program prints, in English and UTC. */
  run(program: string, words: readonly string[]): string
  signal(pid: number): void
}

const unknown: ProcessLook = { state: '', started: '' }

/** Linux has /proc, macOS `ps`; of others no more is known than whether a process is there. */
export function createProcessLooks(
  system: System = thisSystem,
  calls: ProcessCalls = systemCalls,
): ProcessLooks {
  const looks = {
    linux: (pid: number) => parseProcStat(calls.readFile(`/proc/${pid}/stat`)),
    darwin: (pid: number) =>
      parsePs(calls.run('/bin/ps', ['-o', 'stat=', '-o', 'lstart=', '-p', `${pid}`])),
    win32: () => unknown,
    other: () => unknown,
  }
  return {
    host: hostname,
    space: () =>
      orElse('', () => {
        if (system !== 'linux') return ''
        // See proc(5) and pid_namespaces(7).
        const boot = calls.readFile('/proc/sys/kernel/random/boot_id').trim()
        return `${boot} ${calls.readLink('/proc/self/ns/pid')}`
      }),
    exists(pid) {
      try {
        calls.signal(pid)
        return true
      } catch (error) {
        // It is there, but belongs to somebody else.
        return systemCode(error) === 'EPERM'
      }
    },
    look: (pid) => orElse(unknown, () => looks[system](pid)),
  }
}

/** Fields 3 and 22 of proc(5): the state, and clock ticks from boot to the start of the process. */
function parseProcStat(text: string): ProcessLook {
  // The second field is the command in parentheses and may hold blanks and parentheses itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '' }
}

/** `Ss+  Tue Nov 24 18:00:00 2026`: the date has a second at most, which no number comes back in. */
function parsePs(text: string): ProcessLook {
  const [, state = '', started = ''] = /^\s*([A-Z])\S*\s+(\S.*\d)\s*$/.exec(text) ?? []
  return { state, started: started.replaceAll(/\s+/g, ' ') }
}

function orElse<T>(otherwise: T, look: () => T): T {
  try {
    return look()
  } catch {
    // Whoever asks has another way to find out, which takes longer.
    return otherwise
  }
}

const systemCalls: ProcessCalls = {
  readFile: (path) => readFileSync(path, 'utf8'),
  readLink: (path) => readlinkSync(path),
  run(program, words) {
    // Loaded only where it is needed, for that takes a tenth of the start.
    const { execFileSync }: typeof childProcess = createRequire(import.meta.url)(
      'node:child_process',
    )
    return execFileSync(program, words, {
      encoding: 'utf8',
      env: { LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: RUN_TIMEOUT_MS,
    })
  },
  signal: (pid) => void process.kill(pid, 0),
}

const RUN_TIMEOUT_MS = 2000
