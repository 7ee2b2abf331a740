import { once } from 'node:events'
import { createServer, request, type IncomingMessage } from 'node:http'
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

/** Starts a proxy (RFC 9110, 3.7 and 9.3.6) that lives as long as the test. */
export async function startProxy(t: TestContext): Promise<Proxy> {
  const seen: Proxied[] = []
  const sockets = new Set<Duplex>()
  const server = createServer((message, response) => {
    seen.push(describe(message))
    const { 'proxy-authorization': _login, ...headers } = message.headers
    const onward = request(message.url ?? '', { method: message.method ?? 'GET', headers })
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.destroy())
    message.pipe(onward)
  })
  server.on('connection', (socket: Socket) => keep(socket, sockets))
  server.on('connect', (message: IncomingMessage, near: Duplex) => {
    seen.push(describe(message))
    const [host = '', port] = (message.url ?? '').split(':')
    const far = connect(Number(port), host, () => {
      near.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      near.pipe(far).pipe(near)
    })
    keep(far, sockets)
    far.on('error', () => near.destroy())
    near.on('error', () => far.destroy())
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

function keep(socket: Duplex, sockets: Set<Duplex>): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

function describe({ method = '', url = '', headers }: IncomingMessage): Proxied {
  const [, encoded] = /^Basic (\S+)$/.exec(headers['proxy-authorization'] ?? '') ?? []
  const login = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString()
  return { method, target: url, login }
}
