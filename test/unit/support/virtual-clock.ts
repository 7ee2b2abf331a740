import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../../src/core/ports.ts'

/** A time that goes on as fast as those who sleep by it can do what they have to do. */
export interface VirtualClock extends Clock {
  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void>
}

/** Starts at 0; its chance is the same each time. */
export function createVirtualClock(): VirtualClock {
  const sleepers = new Map<() => void, number>()
  let nowMs = 0
  let state = 1
  return {
    now: () => nowMs,
    random() {
      state = (state * 48_271) % 2_147_483_647
      return state / 2_147_483_647
    },
    sleep(delayMs, signal) {
      return new Promise((resolve, reject) => {
        const stop = () => {
          sleepers.delete(wake)
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as the real clock does
          reject(signal.reason)
        }
        const wake = () => {
          signal.removeEventListener('abort', stop)
          resolve()
        }
        sleepers.set(wake, nowMs + delayMs)
        signal.addEventListener('abort', stop, { once: true })
      })
    },
    async pass(ms) {
      const endMs = nowMs + ms
      for (;;) {
        // All that needs no time is done by then.
        await setImmediate()
        const nextMs = Math.min(...sleepers.values())
        if (nextMs > endMs) break
        nowMs = Math.max(nowMs, nextMs)
        for (const [wake, atMs] of sleepers) {
          if (atMs > nowMs) continue
          sleepers.delete(wake)
          wake()
        }
      }
      nowMs = endMs
    },
  }
}
