import type { Keys } from '../core/credentials.ts'
import { keepAliveOf, type HttpAnswerHead } from '../core/http-answer.ts'
import { collectBody, type AnswerBody, type CollectedBody } from './answer-body.ts'
import { ConnectionLost } from './connecting.ts'
import type { ConnectionPool, Lease } from './connection-pool.ts'
import { exchange, Unanswered } from './http-exchange.ts'
import type { HeaderWatcher } from './logged-headers.ts'
import type { RawConnection } from './raw-connection.ts'
import {
  signRequest,
  type Question,
  type SignedRequest,
  type SigningOptions,
} from './signed-request.ts'

export interface AskerOptions extends SigningOptions {
  readonly pool: ConnectionPool
  /** Asked for each request. */
  readonly keys: () => Keys | Promise<Keys>
  /** Milliseconds without a byte after which an attempt is over (`socketTimeout`). */
  readonly socketTimeoutMs: number
  /** Told of the headers of every request and answer. */
  readonly watcher: HeaderWatcher
}

/** Says who gets the body of a good answer. */
type Accept = (
  answer: HttpAnswerHead,
  connection: RawConnection,
) => AnswerBody | Promise<AnswerBody>

/** One question, and who takes its answer. */
interface Call {
  readonly question: Question
  readonly accept: Accept
  readonly signal: AbortSignal
}

/**
 * Makes one attempt to have a question answered: signs it, sends it, and reads the answer. Rejects
 * with an `ItemError`, the signal's reason, or what `accept` and its body throw.
 */
export type Ask = (call: Call) => Promise<void>

/** Asks over connections of our own, each kept for the next question. */
export function createAsker(options: AskerOptions): Ask {
  return async (call) => {
    const { question } = call
    const send = () => networked(question, () => sendSigned(call, options))
    const first = await send()
    if (first === undefined) return
    // The refusal may be about our clock alone.
    const refusal = learnsTime(first, options) ? await send() : first
    if (refusal === undefined) return
    const { explainRefusal } = await import('./answered-errors.ts')
    throw await explainRefusal(question, { ...refusal.head, body: refusal.body })
  }
}

function learnsTime({ head }: Refusal, { signer }: AskerOptions): boolean {
  return head.statusCode === 403 && signer.learnTime(Date.parse(head.headers['date'] ?? ''))
}

interface Refusal {
  readonly head: HttpAnswerHead
  readonly body: Buffer
}

async function sendSigned(call: Call, options: AskerOptions): Promise<Refusal | undefined> {
  const { question, signal } = call
  const { pool, endpoint } = options
  const request = signRequest(question, await options.keys(), options)
  const { hostname, port } = request.target
  const security = endpoint.url.startsWith('https:') ? 'tls' : 'none'
  const place = { hostname, port, security } as const
  const lease = await pool.lend(place, signal)
  try {
    return await sendOver(lease, request, { call, options })
  } catch (error) {
    // Nothing was answered, so it is no attempt that failed: the server had closed it as idle.
    if (!(error instanceof Unanswered) || lease.use === 'first') throw error
  }
  return sendOver(await pool.lendNew(place, signal), request, { call, options })
}

/** Resolves with the answer where it says no; one that says yes goes to whoever accepts it. */
async function sendOver(
  lease: Lease,
  request: SignedRequest,
  { call, options }: { readonly call: Call; readonly options: AskerOptions },
): Promise<Refusal | undefined> {
  const { question, signal } = call
  const { watcher, socketTimeoutMs } = options
  const { connection } = lease
  const { method } = question
  let refused: CollectedBody | undefined
  let isKept = false
  try {
    watcher.asked(request)
    const { head, state } = await exchange(
      {
        method,
        text: request.text,
        takeBody(answer, framing) {
          watcher.answered(request, answer)
          if (answer.statusCode < 300) return call.accept(answer, connection)
          refused = collectBody(connection, framing)
          return refused
        },
      },
      { connection, socketTimeoutMs, signal },
    )
    isKept = state === 'reusable'
    if (isKept) lease.giveBack(keepAliveOf(head))
    return refused && { head, body: refused.content() }
  } finally {
    if (!isKept) connection.destroy()
  }
}

/** Makes what went wrong on the way the item's error; the rest is thrown as it came. */
async function networked<T>(question: Question, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed()
  } catch (error) {
    const isLost = error instanceof ConnectionLost
    if (!isLost && !(error instanceof URIError)) throw error
    const { toItemError } = await import('./store-errors.ts')
    throw toItemError(isLost ? (error.cause ?? error) : error, question)
  }
}
