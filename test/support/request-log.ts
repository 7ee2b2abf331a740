import type { IncomingHttpHeaders } from 'node:http'
import { matches, select, type Matcher } from './request-matcher.ts'

/** What a request asked for. */
export interface Arrival {
  readonly method: string
  /** Path and query as received. */
  readonly target: string
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders
}

/**
 * How a request ended: answered whole, broken off by the script, left by the client, or cut off
 * by the closing of the server.
 */
type Ending = 'not-yet' | 'whole' | 'by-script' | 'by-client' | 'by-close'

/** One request, as it stood when it was looked up: the last three fields change while it is answered. */
export interface LoggedRequest extends Arrival {
  /** From 1, in order of arrival; also in the request id that the client sees. */
  readonly id: number
  /** Since the server's start. */
  readonly atMs: number
  /** Requests that were being answered when this one came, itself included. */
  readonly concurrency: number
  /** 0 as long as no head was sent. */
  readonly status: number
  /** Bytes of the body handed to the socket; a client that went away may have got fewer. */
  readonly bytesSent: number
  readonly ended: Ending
}

/** The server's hand on a logged request. */
export interface OpenRequest {
  readonly request: LoggedRequest
  headSent(status: number): void
  bodySent(byteCount: number): void
  /** Only the first call counts. */
  end(ending: Exclude<Ending, 'not-yet'>): void
}

/** The requests that a server has seen, and promises of those it will see. */
export interface SeenRequests {
  readonly all: readonly LoggedRequest[]
  /** The requests that match, oldest first. */
  seen(matcher: Matcher): readonly LoggedRequest[]
  /**
   * The first request that matches, as soon as it is here, which may be already. Rejects with a list of
   * what came instead when that takes half a minute or the server closes.
   */
  arrived(matcher: Matcher): Promise<LoggedRequest>
  /** The same, once it has ended in whatever way. */
  ended(matcher: Matcher): Promise<LoggedRequest>
  /** The most requests, of those that match, that were being answered at once. */
  peak(matcher?: Matcher): number
  /** Forgets all requests; ids go on counting. */
  forget(): void
}

/** The same with the side that the server writes. */
export interface RequestLog extends SeenRequests {
  open(arrival: Arrival): OpenRequest
  /** Rejects all promises that are still waiting. */
  stop(): void
}

interface Entry {
  request: LoggedRequest
  /** Places in the order of all arrivals and ends, which is exact where a clock is not. */
  readonly openedAt: number
  endedAt: number
}

interface Waiter {
  readonly check: () => void
  readonly giveUp: (why: string) => void
}

/** An empty log; the time starts now. */
export function createRequestLog(): RequestLog {
  const startMs = performance.now()
  const entries: Entry[] = []
  const waiters = new Set<Waiter>()
  let requestCount = 0
  let openCount = 0
  let moment = 0
  let hasStopped = false

  const all = () => entries.map((entry) => entry.request)
  const update = (entry: Entry, change: Partial<LoggedRequest>) => {
    entry.request = { ...entry.request, ...change }
    for (const waiter of waiters) waiter.check()
  }
  const wait = (find: () => LoggedRequest | undefined) => {
    const promise = new Promise<LoggedRequest>((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer)
        waiters.delete(waiter)
        end()
      }
      const giveUp = (why: string) => settle(() => reject(new Error(`${why} of ${list(all())}`)))
      const check = () => {
        const found = find()
        if (found !== undefined) settle(() => resolve(found))
      }
      const waiter: Waiter = { check, giveUp }
      // It keeps the process alive, or who waits would neither get an answer nor hear that there is none.
      const timer = setTimeout(giveUp, WAIT_LIMIT_MS, 'Nothing matched for too long')
      waiters.add(waiter)
      check()
      if (hasStopped) giveUp(CLOSED)
    })
    // A test that failed earlier awaits this no more; who does await it still gets the rejection.
    promise.catch(() => {})
    return promise
  }

  return {
    get all() {
      return all()
    },
    open(arrival) {
      const atMs = performance.now() - startMs
      const state = { status: 0, bytesSent: 0, ended: 'not-yet' } as const
      const numbers = { id: ++requestCount, concurrency: ++openCount, atMs }
      const entry: Entry = {
        request: { ...arrival, ...numbers, ...state },
        openedAt: ++moment,
        endedAt: Number.POSITIVE_INFINITY,
      }
      entries.push(entry)
      update(entry, {})
      return {
        get request() {
          return entry.request
        },
        headSent: (status) => update(entry, { status }),
        bodySent: (byteCount) => update(entry, { bytesSent: entry.request.bytesSent + byteCount }),
        end(ended) {
          if (entry.request.ended !== 'not-yet') return
          openCount--
          entry.endedAt = ++moment
          update(entry, { ended })
        },
      }
    },
    seen: (matcher) => select(all(), matcher),
    arrived: (matcher) => wait(() => select(all(), matcher)[0]),
    ended: (matcher) =>
      wait(() => select(all(), matcher).find((request) => request.ended !== 'not-yet')),
    peak: (matcher = {}) => peakOf(entries.filter((entry) => matches(entry.request, matcher))),
    forget() {
      entries.length = 0
    },
    stop() {
      hasStopped = true
      for (const { giveUp } of waiters) giveUp(CLOSED)
    },
  }
}

/** So long that only a test that would hang for good ever sees it. */
const WAIT_LIMIT_MS = 30_000
const CLOSED = 'The server closed and nothing matched'

function list(requests: readonly LoggedRequest[]): string {
  const lines = requests.map(
    ({ id, method, target, range = '', ended }) => `${id} ${method} ${target} ${range} ${ended}`,
  )
  return [`${lines.length} requests`, ...lines.slice(-50)].join('\n')
}

function peakOf(entries: readonly Entry[]): number {
  const steps = entries
    .flatMap(({ openedAt, endedAt }) => [
      { moment: openedAt, change: 1 },
      { moment: endedAt, change: -1 },
    ])
    .toSorted((left, right) => left.moment - right.moment)
  let running = 0
  let peak = 0
  for (const { change } of steps) {
    running += change
    peak = Math.max(peak, running)
  }
  return peak
}
