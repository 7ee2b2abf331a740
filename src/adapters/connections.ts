import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { connectTimeout } from './connect-timeout.ts'
import { createTunnelAgent } from './proxy-tunnel.ts'

export interface ConnectionOptions {
  /** `http://host:port` or `https://host:port`. */
  readonly endpoint: string
  readonly connectTimeoutMs: number
  readonly maxConnections: number
  /** `http://[user:password@]host:port`; undefined for none. */
  readonly proxyUrl: string | undefined
}

export interface Connections {
  readonly httpAgent: HttpAgent
  readonly httpsAgent: HttpsAgent
}

/**
 * Connections that are kept for the next request, each to be made within the connect timeout. With
 * a proxy, an https endpoint is reached through a tunnel that it opens; an http endpoint needs no
 * agent of its own, see `sendThroughProxy`.
 */
export function createConnections(options: ConnectionOptions): Connections {
  const { endpoint, proxyUrl, connectTimeoutMs } = options
  const settings = { keepAlive: true, maxSockets: options.maxConnections }
  const httpAgent = limitConnecting(new HttpAgent(settings), connectTimeoutMs)
  const isTunneled = proxyUrl !== undefined && endpoint.startsWith('https:')
  const httpsAgent = isTunneled
    ? createTunnelAgent({ ...settings, proxyUrl, connectTimeoutMs })
    : limitConnecting(new HttpsAgent(settings), connectTimeoutMs)
  return { httpAgent, httpsAgent }
}

/**
 * Gives up on a connection that is not made in time. The SDK's own timer for this outlives a
 * request that was aborted, and with it the process.
 */
function limitConnecting<A extends HttpAgent>(agent: A, timeoutMs: number): A {
  const create = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback)
    if (socket !== null && socket !== undefined) watchConnecting(socket, timeoutMs)
    return socket
  }
  return agent
}

function watchConnecting(socket: Duplex, timeoutMs: number): void {
  const timer = setTimeout(() => socket.destroy(connectTimeout(timeoutMs)), timeoutMs)
  const stop = () => clearTimeout(timer)
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', stop)
  socket.once('close', stop)
}
