import { ItemError } from '../core/errors.ts'
import { onAbort } from './abort-watch.ts'
import { ConnectionLost } from './connecting.ts'
import type { RawConnection } from './raw-connection.ts'

/** What was made of the bytes that came: more are needed, or nothing more is to be read. */
export type Step = 'more' | 'done'

export interface ReadOptions {
  readonly connection: RawConnection
  /** Milliseconds without a byte after which reading is over; our own time does not count. */
  readonly socketTimeoutMs: number
  readonly signal: AbortSignal
}

/** What `take` left lying for the sake of more is offered again after so long. */
const patienceMs = 100

/**
 * Reads from a connection until `take` says that it is done; it is called at first for what lies in
 * the window, then after each arrival, and once more when nothing followed what it left there. While a
 * promise of its is open nothing is read, and nothing ends this wait. Rejects with what `take` threw,
 * with the signal's reason, with an `ItemError` for silence, or with `ConnectionLost`.
 */
export async function readUntil(
  take: () => Step | Promise<Step>,
  { connection, socketTimeoutMs, signal }: ReadOptions,
): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    let turn: 'theirs' | 'ours' = 'theirs'
    let end: Error | undefined
    let nudge: NodeJS.Timeout | undefined
    const settle = (then: () => void) => {
      clearTimeout(timer)
      clearTimeout(nudge)
      forgetAbort()
      connection.listen(undefined)
      then()
    }
    const fail = (error: unknown) => settle(() => reject(toError(error)))
    /** It is over, but not before our side has done with what it was given. */
    const endWith = (error: unknown) => {
      end ??= toError(error)
      if (turn === 'theirs') fail(end)
    }
    const timer = setTimeout(() => {
      if (turn === 'theirs') endWith(silence(socketTimeoutMs))
    }, socketTimeoutMs)

    const wait = (pending: Promise<Step>) => {
      turn = 'ours'
      const goOnWith = (step: Step) => {
        turn = 'theirs'
        timer.refresh()
        if (step === 'done') settle(resolve)
        else if (end === undefined) offerRest()
        // What came before the connection ended is good, and may be all that was missing.
        else if (!(end instanceof ConnectionLost) || offer() === 'more') fail(end)
      }
      pending.then(goOnWith, fail)
    }
    const offer = (): Step | 'wait' => {
      try {
        const step = take()
        if (step === 'done') settle(resolve)
        else if (step !== 'more') {
          wait(step)
          return 'wait'
        } else if (connection.bytes().length > 0) nudge ??= setTimeout(offerAgain, patienceMs)
        return step
      } catch (error) {
        fail(error)
        return 'done'
      }
    }
    const offerAgain = () => {
      nudge = undefined
      if (turn === 'theirs' && connection.bytes().length > 0 && offer() === 'wait') {
        connection.pause()
      }
    }
    const goOn = () => {
      if (connection.isOpen()) connection.resume()
      else endWith(new ConnectionLost())
    }
    const offerRest = () => {
      if (connection.bytes().length === 0 || offer() === 'more') goOn()
    }
    const arrived = () => {
      timer.refresh()
      // A TLS record that was on its way already; it waits in the window.
      return turn === 'ours' || offer() === 'wait' ? 'pause' : 'go-on'
    }
    const forgetAbort = onAbort(signal, () => endWith(signal.reason))
    connection.listen({ arrived, ended: (error) => endWith(new ConnectionLost(error)) })
    offerRest()
  })
}

const silenceCode = 'SocketTimeout'

/** Whether reading ended because nothing came for the socket timeout. */
export function isSilence(error: unknown): boolean {
  return error instanceof ItemError && error.code === silenceCode
}

function silence(timeoutMs: number): ItemError {
  return new ItemError(`Not a byte came for ${timeoutMs / 1000} s (socketTimeout)`, {
    code: silenceCode,
    retry: 'transient',
  })
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
