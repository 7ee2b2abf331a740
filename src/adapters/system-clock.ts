import { setTimeout } from 'node:timers/promises'
import type { Clock } from '../core/ports.ts'

/** The real time; waits end early, with the signal's own reason, when it is aborted. */
export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(delayMs, signal) {
    try {
      await setTimeout(delayMs, undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}

/** The same from another beginning, and nobody sets it: what waits by it waits no hour too long. */
export const steadyClock: Clock = { ...systemClock, now: () => performance.now() }
