import { connect as connectTcp, type OnReadOpts, type Socket } from 'node:net'
import { connectTimeout } from './connect-timeout.ts'

export interface ConnectionTarget {
  readonly hostname: string
  readonly port: number
  readonly security: 'none' | 'tls'
  /** A TLS session of an earlier connection to the same host, which shortens the handshake. */
  readonly session?: Buffer | undefined
}

/** Begins to connect to the target; all that is read goes where `onread` says. */
type Connector = (target: ConnectionTarget, onread: OnReadOpts) => Socket

/** How to connect; what TLS needs is loaded only where it is due. */
export async function connectorFor(security: ConnectionTarget['security']): Promise<Connector> {
  if (security === 'none') {
    return ({ hostname, port }, onread) => connectTcp({ host: hostname, port, onread })
  }
  const { connect: connectTls } = await import('node:tls')
  return ({ hostname, port, session }, onread) => {
    // Node's types leave out that a TLS socket takes `onread` just as well.
    const options = { host: hostname, port, onread, ...(session !== undefined && { session }) }
    return connectTls(options)
  }
}

export interface ConnectingOptions extends Pick<ConnectionTarget, 'security'> {
  readonly connectTimeoutMs: number
  readonly signal: AbortSignal
}

/**
 * Resolves once requests can be sent; else closes the socket and rejects with `ConnectionLost`, or
 * with the signal's reason.
 */
export function untilConnected(socket: Socket, options: ConnectingOptions): Promise<void> {
  const { connectTimeoutMs, signal } = options
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      socket.off('error', failed)
      socket.off('close', closed)
    }
    const fail = (error: Error) => {
      settle()
      socket.destroy()
      reject(error)
    }
    const failed = (cause: Error) => fail(new ConnectionLost(cause))
    const closed = () => fail(new ConnectionLost())
    const stop = () => fail(reasonOf(signal))
    const timer = setTimeout(() => failed(connectTimeout(connectTimeoutMs)), connectTimeoutMs)
    signal.addEventListener('abort', stop, { once: true })
    socket.once('error', failed)
    socket.once('close', closed)
    socket.once(options.security === 'tls' ? 'secureConnect' : 'connect', () => {
      settle()
      resolve()
    })
  })
}

/** The connection failed or ended too early; without a cause, the other side closed it properly. */
export class ConnectionLost extends Error {
  readonly code: string = 'ECONNRESET'

  constructor(cause?: unknown) {
    super('The connection was closed', { cause })
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason))
}
