import type { System } from './system.ts'

/** The signals that ask a run to end. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGBREAK'

/**
 * Which of them the system sends. On Windows Ctrl+Break is one, SIGHUP comes when the window of the
 * console is closed, and leaves ten seconds then, and nobody can send SIGTERM: what ends a process from
 * without, ends it at once.
 */
export function endSignalsOf(system: System): readonly EndSignal[] {
  return system === 'win32' ? ['SIGINT', 'SIGHUP', 'SIGBREAK'] : ['SIGINT', 'SIGTERM', 'SIGHUP']
}
