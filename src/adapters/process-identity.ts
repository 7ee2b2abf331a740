import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Names one running process, also after its number was given to another one. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** When the process started, in the system's own count; '' where that cannot be found out. */
  readonly started: string
  /**
   * Where the number means something: the kernel since its start, and the namespace of processes in it.
   * Containers may share a host name and have processes of their own. '' where there is no such thing.
   */
  readonly space: string
}

/** The identity of this process. */
export function ownIdentity(): ProcessIdentity {
  const { started } = statOf(process.pid)
  return { pid: process.pid, host: hostname(), started, space: ownSpace() }
}

/**
 * Whether that process still runs. Unknown of one that cannot be asked, for it belongs to another
 * computer or container, and of one whose number may belong to a younger process by now.
 */
export function lifeOf(identity: ProcessIdentity): 'runs' | 'ended' | 'unknown' {
  if (identity.host !== hostname() || identity.space !== ownSpace()) return 'unknown'
  if (!exists(identity.pid)) return 'ended'
  const { state, started } = statOf(identity.pid)
  // Dead, but not yet waited for, as it happens in containers without an init.
  if (state === 'Z' || state === 'X') return 'ended'
  if (started === '' || identity.started === '') return 'unknown'
  return started === identity.started ? 'runs' : 'ended'
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

/** See proc(5): `sys/kernel/random/boot_id`, and pid_namespaces(7). */
function ownSpace(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
