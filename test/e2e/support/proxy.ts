import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'

/** One request or tunnel that a proxy was asked for. */
export interface Proxied {
  readonly method: string
  /** A whole URL, or `host:port` of a tunnel. */
  readonly target: string
  /** `user:password` as they were sent; undefined without. */
  readonly login: string | undefined
}

/** An HTTP proxy on loopback. */
export interface Proxy {
  /** `127.0.0.1:<port>` */
  readonly address: string
  readonly seen: readonly Proxied[]
}

/** What is special about a proxy. */
export interface ProxyOptions {
  /** `host:port` that it sends everything to; otherwise where it is asked to. */
  readonly leadsTo?: string
  /** PEM texts; it is then spoken to over TLS. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** `mute`: a tunnel is granted, and then nothing comes out of it. */
  readonly tunnels?: 'open' | 'mute'
}

/** Starts a proxy (RFC 9110, 3.7 and 9.3.6) that lives as long as the test. */
export async function startProxy(t: TestContext, options: ProxyOptions = {}): Promise<Proxy> {
  const { leadsTo, tls, tunnels = 'open' } = options
  const seen: Proxied[] = []
  const sockets = new Set<Duplex>()
  const forward = (message: IncomingMessage, response: ServerResponse) => {
    seen.push(describe(message))
    const { 'proxy-authorization': _login, ...headers } = message.headers
    const { url = '', method = 'GET' } = message
    const next = leadsTo === undefined ? url : url.replace(/(?<=^http:\/\/)[^/]*/, leadsTo)
    const onward = request(next, { method, headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    message.pipe(onward)
  }
  const server = tls === undefined ? createServer(forward) : createTlsServer(tls, forward)
  server.on('connection', (socket: Socket) => keep(socket, sockets))
  server.on('connect', (message: IncomingMessage, near: Duplex) => {
    seen.push(describe(message))
    near.on('error', () => near.destroy())
    if (tunnels === 'mute') {
      near.write(ESTABLISHED)
      return
    }
    const [host = '', port] = (leadsTo ?? message.url ?? '').split(':')
    const far = connect(Number(port), host, () => {
      near.write(ESTABLISHED)
      near.pipe(far).pipe(near)
    })
    keep(far, sockets)
    far.on('error', () => near.destroy())
    near.on('close', () => far.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port')
  return { address: `127.0.0.1:${address.port}`, seen }
}

const ESTABLISHED = 'HTTP/1.1 200 Connection Established\r\n\r\n'

function keep(socket: Duplex, sockets: Set<Duplex>): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

function describe({ method = '', url = '', headers }: IncomingMessage): Proxied {
  const [, encoded] = /^Basic (\S+)$/.exec(headers['proxy-authorization'] ?? '') ?? []
  const login = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
  return { method, target: url, login }
}
