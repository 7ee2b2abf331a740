import { once } from 'node:events'
import type { ClientRequest } from 'node:http'
import { checkServerIdentity, TLSSocket } from 'node:tls'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { connectTimeout } from './connect-timeout.ts'

export interface TunnelOptions {
  readonly proxyUrl: string
  readonly connectTimeoutMs: number
  readonly keepAlive: boolean
  readonly maxSockets: number
}

type ConnectOptions = Parameters<HttpsProxyAgent<string>['connect']>[1]
type Tunnel = Awaited<ReturnType<HttpsProxyAgent<string>['connect']>>

/**
 * An agent for https through a proxy (CONNECT; RFC 9110, 9.3.6). It adds what the package leaves
 * out: a time limit, which holds for the proxy's answer and the TLS handshake behind it, an end when
 * the request is given up, and the check of a certificate against an IP address.
 */
export function createTunnelAgent(options: TunnelOptions): HttpsProxyAgent<string> {
  const { proxyUrl, connectTimeoutMs, ...settings } = options
  const agent = new HttpsProxyAgent(proxyUrl, settings)
  // The package looks for https in the call stack, and finds none when a connection comes free: then it
  // would be kept under a name by which nobody asks for it.
  agent.isSecureEndpoint = () => true
  const toProxy = agent.connectOpts
  // A request that is given up before it has a connection does not say so.
  const connecting = new Set<AbortController>()
  const destroy = agent.destroy.bind(agent)
  agent.destroy = () => {
    for (const ending of connecting) ending.abort()
    destroy()
  }
  const connect = agent.connect.bind(agent)
  agent.connect = async (request: ClientRequest, target: ConnectOptions) => {
    const ending = new AbortController()
    const timer = setTimeout(() => ending.abort(), connectTimeoutMs)
    const stop = () => ending.abort()
    request.once('close', stop)
    connecting.add(ending)
    // Read when the connection to the proxy is begun, which is before `connect` first waits.
    agent.connectOpts = Object.assign({ signal: ending.signal }, toProxy)
    try {
      return await secured(await connect(request, withIdentityCheck(target)), ending.signal)
    } catch (error) {
      throw ending.signal.aborted ? connectTimeout(connectTimeoutMs) : error
    } finally {
      clearTimeout(timer)
      request.off('close', stop)
      connecting.delete(ending)
    }
  }
  return agent
}

/** The package hands a connection on when its handshake has only begun. */
async function secured(tunnel: Tunnel, signal: AbortSignal): Promise<Tunnel> {
  // Anything else is the proxy's refusal, which is read like an answer.
  if (!(tunnel instanceof TLSSocket)) return tunnel
  tunnel.on('error', ignore)
  try {
    await once(tunnel, 'secureConnect', { signal })
  } catch (error) {
    tunnel.destroy()
    throw error
  }
  tunnel.off('error', ignore)
  return tunnel
}

function ignore(): void {
  // What a connection that is given up still has to say interests nobody.
}

/** Without a name to ask for, the check would be made against `localhost`. */
function withIdentityCheck(target: ConnectOptions): ConnectOptions {
  const host = target.host ?? ''
  return Object.assign(
    {},
    target,
    target.secureEndpoint && {
      checkServerIdentity: (
        _name: string,
        certificate: Parameters<typeof checkServerIdentity>[1],
      ) => checkServerIdentity(host, certificate),
    },
  )
}
