import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names one running process, also after its number was given to another one. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** When the process started, in the system's own count; '' where that cannot be found out. */
  readonly started: string
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), started: statOf(process.pid).started }
}

/** Whether that process still runs. One of another host counts as running: it cannot be asked. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true
  if (!exists(identity.pid)) return false
  const { state, started } = statOf(identity.pid)
  // Dead, but not yet waited for, as it happens in containers without an init.
  if (state === 'Z' || state === 'X') return false
  return started === '' || identity.started === '' || started === identity.started
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, but belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Fields 3 and 22 of /proc/<pid>/stat (proc(5)): the state, and clock ticks from boot to the start of
 * the process. Both empty on a system without /proc, where the pid alone has to do.
 */
function statOf(pid: number): { readonly state: string; readonly started: string } {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in parentheses and may hold blanks and parentheses itself.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', started: fields[19] ?? '' }
  } catch {
    return { state: '', started: '' }
  }
}
