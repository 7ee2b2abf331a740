import type { Clock } from '../core/ports.ts'
import { createRequestRate } from './request-rate.ts'

/** What a socket gives at a time, at the most. */
const chunkBytes = 64 * 1024
/** A timer may be late by so much; at 300 MB/s a chunk is due every 0.2 ms. */
const lateMs = 10
/** After a slow-down, further refusals within this time are its echo and do not count again. */
const echoMs = 1000

/** The pace that all requests of a run share. */
export interface Pace {
  /** Waits for a free place and returns what gives it back. Rejects with the signal's reason. */
  admit(signal: AbortSignal): Promise<() => void>
  /** Waits until so many more bytes may arrive under the rate limit. */
  takeBytes(count: number, signal: AbortSignal): Promise<void> | undefined
  /** The server asked for less (429, 503): halves the places and holds new requests back. */
  slowDown(retryAfterMs: number | undefined): void
  /** A request was answered well: places come back, one for each round of good answers. */
  wentWell(): void
}

export interface PaceOptions {
  /** Requests at once, at most (`maxConnections`). */
  readonly maxConnections: number
  /** Bytes a second over all transfers (`rateLimitThreshold`); 0 is no limit. */
  readonly bytesPerSecond: number
  /** One that is never set: its beginning does not matter. */
  readonly clock: Clock
}

/**
 * Makes the shared pace: additive increase, multiplicative decrease of the requests at once and of
 * their rate, and a byte schedule without a burst: each chunk moves the time of the next one on by its own share.
 */
export function createPace({ maxConnections, bytesPerSecond, clock }: PaceOptions): Pace {
  const mostPlaces =
    bytesPerSecond === 0 ? maxConnections : placesAt(bytesPerSecond, maxConnections)
  let places = mostPlaces
  let open = 0
  let heldUntilMs = 0
  let lastSlowDownMs = Number.NEGATIVE_INFINITY
  let bytesDueMs = 0
  const waiting = new Set<() => void>()
  const rate = createRequestRate()

  const wakeNext = () => {
    for (const wake of waiting) {
      if (open >= Math.floor(places)) return
      waiting.delete(wake)
      open += 1
      wake()
    }
  }
  const release = () => {
    open -= 1
    wakeNext()
  }

  /** A place that comes free while the server wants to be left alone is given back until then. */
  const takePlace = async (signal: AbortSignal) => {
    for (;;) {
      if (heldUntilMs > clock.now()) await clock.sleep(heldUntilMs - clock.now(), signal)
      if (open < Math.floor(places)) open += 1
      else await waitForPlace(waiting, signal)
      if (heldUntilMs <= clock.now()) return
      release()
    }
  }

  return {
    async admit(signal) {
      signal.throwIfAborted()
      await takePlace(signal)
      let held = true
      const giveBack = () => {
        if (held) release()
        held = false
      }
      const delayMs = rate.takeTurn(clock.now())
      if (delayMs <= 0) return giveBack
      try {
        await clock.sleep(delayMs, signal)
      } catch (error) {
        giveBack()
        throw error
      }
      return giveBack
    },
    takeBytes(count, signal) {
      if (bytesPerSecond === 0) return undefined
      const nowMs = clock.now()
      // A wait that ended a little late is made up for; time that was not used is not.
      const dueMs = nowMs - bytesDueMs < lateMs ? bytesDueMs : nowMs
      bytesDueMs = dueMs + (count * 1000) / bytesPerSecond
      return bytesDueMs > nowMs ? clock.sleep(bytesDueMs - nowMs, signal) : undefined
    },
    slowDown(retryAfterMs) {
      const nowMs = clock.now()
      rate.refused(nowMs)
      heldUntilMs = Math.max(heldUntilMs, nowMs + Math.min(retryAfterMs ?? 0, 30_000))
      if (nowMs - lastSlowDownMs < echoMs) return
      lastSlowDownMs = nowMs
      places = Math.max(1, Math.min(places, open) / 2)
    },
    wentWell() {
      rate.wentWell(clock.now())
      places = Math.min(mostPlaces, places + 1 / Math.max(1, places))
      wakeNext()
    },
  }
}

/**
 * A connection that gets a chunk less often than every few seconds looks dead to the server, so a
 * low rate is shared by few of them.
 */
function placesAt(bytesPerSecond: number, maxConnections: number): number {
  return Math.min(maxConnections, Math.max(1, Math.floor((bytesPerSecond * 5) / chunkBytes)))
}

/** Resolves when `wakeNext` has taken a place for the caller. */
async function waitForPlace(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      waiting.delete(wake)
      reject(abortReason(signal))
    }
    const wake = () => {
      signal.removeEventListener('abort', stop)
      resolve()
    }
    waiting.add(wake)
    signal.addEventListener('abort', stop, { once: true })
  })
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}
