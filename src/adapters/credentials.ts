import { areSameKeys, renewalTimeOf, type Keys, type Refusal } from '../core/credentials.ts'
import { messageOf } from '../core/errors.ts'
import type { Clock, Log } from '../core/ports.ts'
import { maskAccessKey } from '../core/secrets.ts'

/** Why keys are looked for: their end is near, or the store said or seemed to say that it refuses them. */
export type LookCause = 'due' | 'refused' | 'doubted'

export interface CredentialSourceOptions {
  /** The keys that the run starts with. */
  readonly first: Keys
  /** Looks for the keys anew, wherever they come from; should end when the signal is aborted. */
  readonly read: (signal: AbortSignal, cause: LookCause) => Promise<Keys>
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly log: Log
  /** Told of new keys before anything is signed with them. */
  readonly onNewKeys: (keys: Keys) => void
}

/** The keys of a run, which may change while it lasts. */
export interface CredentialSource {
  /**
   * The keys to sign with. Never rejects; a promise while others are being looked for because these
   * expired or were certainly refused. A doubt holds up nobody but the doubter.
   */
  current(): Keys | Promise<Keys>
  /**
   * Whether there are other keys than the ones that the store refused. Where these are the current
   * ones they are looked for anew, once for all who ask at that time, and not again so soon after it
   * was in vain. Never rejects.
   */
  renew(refused: Keys, refusal: Refusal): Promise<boolean>
  /** Ends a search that is under way, and starts no other. */
  close(): void
}

/** Milliseconds for which what was just looked for in vain is not looked for again. */
const restMs = 10_000
/** Longest look, in milliseconds; it takes moments, unless a disk or a file is stuck. */
const mostLookMs = 15_000
/** Keys refused so soon after they were found (in milliseconds) were only half written. */
const settleMs = 1000

/** Keeps the keys of a run valid: asks for others in time before they expire, and when they are refused. */
export function createCredentialSource(options: CredentialSourceOptions): CredentialSource {
  const { read, clock, log, onNewKeys } = options
  const closing = new AbortController()
  let keys = options.first
  let renewAtMs = renewalTimeOf(keys, clock.now())
  let newAtMs = Number.NEGATIVE_INFINITY
  let vainAtMs = Number.NEGATIVE_INFINITY
  let search: Promise<void> | undefined
  let areRefused = false

  const look = async (cause: LookCause) => {
    // The clock may have been set back since: then the pause is over, not hours long.
    const pauseMs = Math.min(settleMs, newAtMs + settleMs - clock.now())
    if (pauseMs > 0) await clock.sleep(pauseMs, closing.signal)
    const found = await inTime((signal) => read(signal, cause), { clock, closing: closing.signal })
    const areNew = !areSameKeys(found, keys)
    if (areNew) {
      onNewKeys(found)
      newAtMs = clock.now()
      log.info(`Going on with other keys, access key [${maskAccessKey(found.ak)}]`)
    } else vainAtMs = clock.now()
    keys = found
    renewAtMs = renewalTimeOf(found, clock.now())
  }
  const lookOnce = (cause: LookCause) => {
    search ??= look(cause)
      .catch((error: unknown) => {
        vainAtMs = clock.now()
        if (!closing.signal.aborted) log.warn(`The keys cannot be renewed: ${messageOf(error)}`)
      })
      .finally(() => {
        search = undefined
        areRefused = false
      })
    return search
  }
  const isRested = (sinceMs: number) => {
    const elapsedMs = clock.now() - sinceMs
    // Less than nothing: the clock was set back, and nobody knows for how long to wait.
    return elapsedMs < 0 || elapsedMs >= restMs
  }

  return {
    current() {
      if (clock.now() >= renewAtMs && isRested(vainAtMs)) void lookOnce('due')
      // As long as the old keys are good, nobody need wait for the new ones.
      const areGood = !areRefused && clock.now() < (keys.expiresAtMs ?? Number.POSITIVE_INFINITY)
      return areGood || search === undefined ? keys : search.then(() => keys)
    },
    async renew(refused, refusal) {
      if (!areSameKeys(refused, keys)) return true
      // Some services give other keys whenever they are asked, which would feed every doubt.
      const lastMs = refusal === 'certain' ? vainAtMs : Math.max(vainAtMs, newAtMs)
      if (search === undefined && !isRested(lastMs)) return false
      const isCertain = refusal === 'certain'
      if (isCertain) areRefused = true
      if (search === undefined) {
        const shown = maskAccessKey(refused.ak)
        const says = isCertain ? 'refuses' : 'may be refusing'
        log.warn(`The store ${says} the access key [${shown}]: looking for another one`)
      }
      await lookOnce(isCertain ? 'refused' : 'doubted')
      return !areSameKeys(refused, keys)
    },
    close: () => closing.abort(new Error('the run is over')),
  }
}

interface LookLimits {
  readonly clock: Pick<Clock, 'sleep'>
  readonly closing: AbortSignal
}

/**
 * A look, or a rejection where it takes too long or the run is over. What a look waits for may not be
 * such that it can be called off, so nobody waits for that.
 */
async function inTime<T>(
  look: (signal: AbortSignal) => Promise<T>,
  { clock, closing }: LookLimits,
): Promise<T> {
  closing.throwIfAborted()
  const ending = new AbortController()
  const close = () => ending.abort(closing.reason)
  closing.addEventListener('abort', close, { once: true })
  try {
    return await Promise.race([look(ending.signal), timeUp(clock, ending.signal)])
  } finally {
    closing.removeEventListener('abort', close)
    ending.abort(new Error('the look is over'))
  }
}

async function timeUp(clock: Pick<Clock, 'sleep'>, signal: AbortSignal): Promise<never> {
  await clock.sleep(mostLookMs, signal)
  throw new Error(`the look took more than ${mostLookMs / 1000} s`)
}
