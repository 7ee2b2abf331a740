import { ItemError, messageOf } from '../core/errors.ts'
import {
  framingOf,
  parseAnswerHead,
  type BodyFraming,
  type HttpAnswerHead,
} from '../core/http-answer.ts'
import type { AnswerBody } from './answer-body.ts'
import { ConnectionLost } from './connecting.ts'
import type { RawConnection } from './raw-connection.ts'
import { isSilence, readUntil, type ReadOptions, type Step } from './read-until.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD'
  /** Request line and headers, the empty line included. */
  readonly text: string
  /** Decides by the head of the answer who gets its body. What it throws ends the exchange. */
  readonly takeBody: (
    head: HttpAnswerHead,
    framing: BodyFraming,
  ) => AnswerBody | Promise<AnswerBody>
}

export interface Exchanged {
  readonly head: HttpAnswerHead
  /** Whether the connection is fit for another request. */
  readonly state: 'reusable' | 'spent'
}

/**
 * Sends one request over an open connection and reads its answer (RFC 9112). Rejects with what
 * `readUntil` or `takeBody` throws, with `Unanswered`, or with an `ItemError` where the answer is not
 * HTTP; the connection must be closed then. What had come of the body was handed over before.
 */
export async function exchange(request: HttpRequest, options: ReadOptions): Promise<Exchanged> {
  const { connection, signal } = options
  signal.throwIfAborted()
  connection.send(request.text)
  const answer = readAnswer(request, connection)
  try {
    await readUntil(answer.advance, options)
  } catch (error) {
    await endEarly(answer, error, options)
  }
  const { head, body } = answer.taken()
  const isReusable =
    head.persistence === 'kept' &&
    body.isWhole() &&
    // A server that sent more than it said cannot be understood from here on.
    connection.bytes().length === 0
  return { head, state: isReusable ? 'reusable' : 'spent' }
}

/** The connection ended before a byte of the answer came (RFC 9112, 9.3.1). */
export class Unanswered extends ConnectionLost {}

/** An answer that is being read. */
interface Answer {
  /** Takes what has come of it. */
  readonly advance: () => Step | Promise<Step>
  /** Whether nothing at all has come. */
  isAwaited(): boolean
  /** Once its head is there. */
  body(): AnswerBody | undefined
  /** Throws where its head is not there. */
  taken(): { readonly head: HttpAnswerHead; readonly body: AnswerBody }
}

/** One reading for both head and body: of a small object they come together. */
function readAnswer({ method, takeBody }: HttpRequest, connection: RawConnection): Answer {
  let head: HttpAnswerHead | undefined
  let body: AnswerBody | undefined
  let announced = 0

  const readHead = (): HttpAnswerHead | undefined => {
    for (;;) {
      const next = takeHead(connection)
      if (next === undefined || next.statusCode >= 200) return next
      announced += 1
      assertAnnouncement(next, announced)
    }
  }
  const goOn = (taken: AnswerBody) => {
    body = taken
    return taken.isWhole() ? 'done' : taken.advance()
  }
  return {
    advance() {
      if (body !== undefined) return body.advance()
      head = understood(readHead)
      if (head === undefined) return 'more'
      const found = head
      const taken = takeBody(
        found,
        understood(() => framingOf(found, method)),
      )
      return taken instanceof Promise ? taken.then(goOn) : goOn(taken)
    },
    isAwaited: () => head === undefined && announced === 0 && connection.bytes().length === 0,
    body: () => body,
    taken() {
      if (head !== undefined && body !== undefined) return { head, body }
      throw new Error('an answer was read, and its head is not there')
    },
  }
}

/** Returns where the end of the reading is the end of the body, and throws otherwise. */
async function endEarly(answer: Answer, error: unknown, { signal }: ReadOptions): Promise<void> {
  const isOver = error instanceof ConnectionLost
  const body = answer.body()
  if (body === undefined) {
    throw isOver && answer.isAwaited() ? new Unanswered(error.cause) : error
  }
  if (isOver && body.endsWithConnection()) return
  // What broke off may be continued from its last byte.
  if (isOver || isSilence(error) || error === signal.reason) await flush(body, signal)
  throw error
}

/** Rejects where what came cannot be kept, for then another try is of no use; an abort tells more. */
async function flush(body: AnswerBody, signal: AbortSignal): Promise<void> {
  try {
    await body.flush()
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A longer head is an attack or a mistake. */
const longestHeadBytes = 64 * 1024
const endOfHead = '\r\n\r\n'

/** Takes a head out of the window once all of it is there. */
function takeHead(connection: RawConnection): HttpAnswerHead | undefined {
  const arrived = connection.bytes()
  assertHttp(arrived)
  const length = arrived.indexOf(endOfHead, 0, 'latin1')
  if (length === -1 && arrived.length < longestHeadBytes) return undefined
  if (length === -1) throw new Error('The answer has no end of its headers')
  const head = parseAnswerHead(arrived.toString('latin1', 0, length))
  connection.consume(length + endOfHead.length)
  return head
}

const mostAnnouncements = 100

/** RFC 9110, 15.2: answers that only announce another one may come first, but not for ever. */
function assertAnnouncement({ statusCode }: HttpAnswerHead, count: number): void {
  if (statusCode === 101) throw new Error('The answer changes to another protocol')
  if (count > mostAnnouncements) throw new Error('The answer is announced over and over')
}

const beginning = 'HTTP/1.'

/** What is no HTTP will not end like it either, so it is not waited for. */
function assertHttp(arrived: Buffer): void {
  const begun = arrived.toString('latin1', 0, beginning.length)
  if (!beginning.startsWith(begun)) parseAnswerHead(arrived.toString('latin1', 0, 60))
}

function understood<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw new ItemError(messageOf(error), {
      code: 'InvalidResponse',
      retry: 'transient',
      cause: error,
    })
  }
}
