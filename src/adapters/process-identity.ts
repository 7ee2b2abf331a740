import { createProcessLooks, type ProcessLooks } from './process-looks.ts'

/** Names one running process, also after its number was given to another one. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** When the process started, in the system's own count; '' where that cannot be found out. */
  readonly started: string
  /** See `ProcessLooks`. */
  readonly space: string
}

/** Tells the owners of locks apart, and whether they live. */
export interface Processes {
  /** The identity of this process. */
  own(): ProcessIdentity
  /**
   * Whether that process still runs. Unknown of one that cannot be asked, for it belongs to another
   * computer or container, and of one whose number may belong to a younger process by now.
   */
  lifeOf(identity: ProcessIdentity): 'runs' | 'ended' | 'unknown'
}

/** Those that a system tells of. */
export function createProcesses(looks: ProcessLooks): Processes {
  return {
    own() {
      const { started } = looks.look(process.pid)
      return { pid: process.pid, host: looks.host(), started, space: looks.space() }
    },
    lifeOf(identity) {
      if (identity.host !== looks.host() || identity.space !== looks.space()) return 'unknown'
      if (!looks.exists(identity.pid)) return 'ended'
      const { state, started } = looks.look(identity.pid)
      // Dead, but not yet waited for, as it happens in containers without an init.
      if (state === 'Z' || state === 'X') return 'ended'
      if (started === '' || identity.started === '') return 'unknown'
      return started === identity.started ? 'runs' : 'ended'
    },
  }
}

/** Those of this system. */
export const theseProcesses = createProcesses(createProcessLooks())
