import { setMaxListeners } from 'node:events'
import { closeSync, fstatSync } from 'node:fs'
import { thisSystem } from '../adapters/this-system.ts'
import { ItemError } from '../core/errors.ts'
import { endSignalsOf } from '../core/signals.ts'
import type { System } from '../core/system.ts'

/**
 * Supervisors (npm among them) pass on a signal that the terminal sent to everybody already; that is
 * not a second one. No hand presses Ctrl+C twice in this time.
 */
const echoMs = 100

/** Exit code of a run that was interrupted. */
export const interruptedExitCode = 9

export interface Interrupts {
  /** Aborted by the first signal; its reason is what unfinished items are written off with. */
  readonly signal: AbortSignal
  readonly wasInterrupted: () => boolean
  /** Ends what still runs after a fault. */
  readonly abort: (reason: unknown) => void
  /** Gives the signals back. */
  readonly dispose: () => void
}

/** Listens to what asks a run to end, `endSignalsOf`. The first asks the run to end, the second ends it. */
export function watchInterrupts(onFirst: () => void, system: System = thisSystem): Interrupts {
  const signals = endSignalsOf(system)
  const controller = new AbortController()
  // Every part of every item in flight listens to this one signal.
  setMaxListeners(0, controller.signal)
  let first: { readonly name: string; atMs: number } | undefined
  const interrupt = (name: string) => {
    const atMs = performance.now()
    if (first !== undefined) {
      if (name === first.name && atMs - first.atMs < echoMs) return
      // A disk that does not answer holds up even the exit; then a third signal ends it, as the
      // system would have it.
      dispose()
      // oxlint-disable-next-line unicorn/no-process-exit -- a second signal must end the process now
      process.exit(interruptedExitCode)
    }
    const begun = { name, atMs }
    first = begun
    // What the abort sets off may keep this thread busy for longer than an echo takes to arrive.
    setImmediate(() => {
      begun.atMs = performance.now()
    })
    if (name === 'SIGHUP' && system !== 'win32') process.once('exit', closeTerminals)
    onFirst()
    controller.abort(new ItemError('Task is interrupted', { code: 'InterruptedError' }))
  }
  const dispose = () => {
    for (const name of signals) process.off(name, interrupt)
  }
  for (const name of signals) process.on(name, interrupt)
  return {
    signal: controller.signal,
    wasInterrupted: () => first !== undefined,
    abort: (reason) => controller.abort(reason),
    dispose,
  }
}

/**
 * On Unix, Node.js puts terminals back as it found them when it ends, and aborts over one that has gone, so that
 * a closed window would look like a crash. What is closed it leaves alone.
 */
function closeTerminals(): void {
  for (const descriptor of [0, 1, 2]) {
    try {
      if (fstatSync(descriptor).isCharacterDevice()) closeSync(descriptor)
    } catch {
      // It is closed already.
    }
  }
}
