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
  return { pid: process.pid, host: hostname(), started: startOf(process.pid) }
}

/** Whether that process still runs. One of another host counts as running: it cannot be asked. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true
  if (!exists(identity.pid)) return false
  const started = startOf(identity.pid)
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

/** Field 22 of /proc/<pid>/stat (proc(5)): clock ticks from boot to the start of the process. */
function startOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the command in parentheses and may hold blanks and parentheses itself.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    // No /proc on this system: the pid alone has to do.
    return ''
  }
}
