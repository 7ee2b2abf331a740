import { createCredentialSource, type LookCause } from '../../../src/adapters/credentials.ts'
import type { Keys } from '../../../src/core/credentials.ts'

interface Look {
  readonly resolve: (keys: Keys) => void
  readonly reject: (error: Error) => void
}

/**
 * A source whose looks end as the test says, at a time that only the test moves on. Stuck ones do not
 * hear that they should end.
 */
export function setUp(first: Keys, kind: 'obedient' | 'stuck' = 'obedient') {
  let nowMs = 0
  let look: Look | undefined
  let lookSignal: AbortSignal | undefined
  const causes: LookCause[] = []
  const alarms = new Map<number, () => void>()
  const news: Keys[] = []
  const logged: string[] = []
  const slept: number[] = []
  const add = (text: string) => logged.push(text)
  const answerLook = async (end: (look: Look) => void) => {
    while (look === undefined) await new Promise((done) => setImmediate(done))
    end(look)
    look = undefined
    await new Promise((done) => setImmediate(done))
  }
  const source = createCredentialSource({
    first,
    read: (signal, cause) =>
      new Promise((resolve, reject) => {
        causes.push(cause)
        look = { resolve, reject }
        lookSignal = signal
        if (kind === 'stuck') return
        signal.addEventListener('abort', () => reject(new Error('closed')), { once: true })
      }),
    clock: {
      now: () => nowMs,
      async sleep(delayMs, signal) {
        if (delayMs < LONG_MS) {
          slept.push(delayMs)
          nowMs += delayMs
          return
        }
        await new Promise<void>((resolve, reject) => {
          alarms.set(delayMs, resolve)
          signal.addEventListener('abort', () => {
            alarms.delete(delayMs)
            reject(new Error('called off'))
          })
        })
      },
    },
    log: { debug: add, info: add, warn: add, error: add },
    onNewKeys: (keys) => news.push(keys),
  })
  return {
    source,
    news,
    logged,
    clock: {
      slept,
      advance(byMs: number) {
        nowMs += byMs
      },
      waiting: () => alarms.size,
      async timeUp(afterMs: number) {
        while (!alarms.has(afterMs)) await new Promise((done) => setImmediate(done))
        nowMs += afterMs
        alarms.get(afterMs)?.()
      },
    },
    look: {
      count: () => causes.length,
      causes: () => causes,
      signal: () => lookSignal,
      found: (keys: Keys) => answerLook(({ resolve }) => resolve(keys)),
      failed: (error: Error) => answerLook(({ reject }) => reject(error)),
    },
  }
}

/** Shorter waits pass by themselves. */
const LONG_MS = 5_000
