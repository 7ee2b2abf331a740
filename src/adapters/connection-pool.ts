import type { ConnectionTarget } from './connecting.ts'
import { openConnection, type RawConnection, type RawConnectionOptions } from './raw-connection.ts'

type PoolTarget = Omit<ConnectionTarget, 'session'>

/** A connection that was lent to one request. */
export interface Lease {
  readonly connection: RawConnection
  /** One that was used before may be closed by the other side just as it is used again. */
  readonly use: 'first' | 'another'
  /** Takes it back for another request; `keepAliveMs` is how long the server said it would wait. */
  readonly giveBack: (keepAliveMs: number | undefined) => void
}

/** Connections that are kept for the next request. */
export interface ConnectionPool {
  /** One that is open, or a new one. Rejects as `openConnection` does. */
  lend(target: PoolTarget, signal: AbortSignal): Promise<Lease>
  /** A new one, whatever lies idle. */
  lendNew(target: PoolTarget, signal: AbortSignal): Promise<Lease>
  /** Closes those that lie idle, and from now on whatever is given back. */
  close(): void
}

export interface ConnectionPoolOptions extends Omit<RawConnectionOptions, 'onSession'> {
  /** Milliseconds, from any beginning. */
  readonly now: () => number
}

/** A server that is about to close a connection must not be sent a request over it. */
const marginMs = 1000
/** What a server that says nothing is trusted to wait; a new connection costs little after that. */
const usualKeepAliveMs = 5000

/**
 * Keeps connections by host and port; the one that was used last is used first, so that those which
 * are too many grow old and are closed. How many there are is for the caller to limit.
 */
export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { now } = options
  const idle = new Map<string, Idle[]>()
  const sessions = new Map<string, Buffer>()
  let isClosed = false

  const lease = (place: string, connection: RawConnection, use: Lease['use']): Lease => ({
    connection,
    use,
    giveBack(keepAliveMs = usualKeepAliveMs) {
      if (isClosed || !connection.isOpen() || connection.bytes().length > 0) {
        connection.destroy()
        return
      }
      connection.rest()
      const waiting = idle.get(place) ?? []
      idle.set(place, waiting)
      waiting.push({ connection, untilMs: now() + keepAliveMs - marginMs })
    },
  })
  const takeIdle = (place: string): Lease | undefined => {
    const waiting = idle.get(place) ?? []
    for (let last = waiting.pop(); last !== undefined; last = waiting.pop()) {
      const { connection, untilMs } = last
      if (connection.isOpen() && now() < untilMs) return lease(place, connection, 'another')
      connection.destroy()
    }
    return undefined
  }
  const lendNew = async (target: PoolTarget, signal: AbortSignal) => {
    const place = placeOf(target)
    const connection = await openConnection(
      { ...target, session: sessions.get(place) },
      { ...options, onSession: (session) => sessions.set(place, session) },
      signal,
    )
    return lease(place, connection, 'first')
  }
  return {
    lend: async (target, signal) => takeIdle(placeOf(target)) ?? lendNew(target, signal),
    lendNew,
    close() {
      isClosed = true
      for (const { connection } of [...idle.values()].flat()) connection.destroy()
      idle.clear()
    },
  }
}

interface Idle {
  readonly connection: RawConnection
  readonly untilMs: number
}

function placeOf({ hostname, port }: PoolTarget): string {
  return `${hostname} ${port}`
}
