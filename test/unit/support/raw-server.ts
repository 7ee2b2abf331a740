import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import type { Certificate } from './certificate.ts'

/** The server's end of one connection. */
export interface Peer {
  readonly socket: Socket
  /** Which connection of the server this is, from 0. */
  readonly index: number
}

/** A request as it came, with the place it has among those of its connection, from 0. */
export interface ReceivedRequest {
  readonly text: string
  readonly requestIndex: number
}

/** Decides what a server says to a request; it may say nothing, later or too much. */
export type Answering = (peer: Peer, request: ReceivedRequest) => unknown

export interface RawServer {
  readonly port: number
  /** Every connection there ever was. */
  readonly peers: readonly Peer[]
  /** Every request there ever was. */
  readonly requests: readonly ReceivedRequest[]
}

export interface RawServerOptions {
  readonly certificate?: Certificate
  /** Told of each connection, before any request. */
  readonly greet?: (peer: Peer) => void
}

/**
 * Starts a server on 127.0.0.1 that knows no HTTP: it cuts what comes at empty lines and answers
 * byte for byte as it is told. It and its connections are gone when the test is over.
 */
export async function startRawServer(
  t: TestContext,
  answer: Answering,
  { certificate, greet = () => undefined }: RawServerOptions = {},
): Promise<RawServer> {
  const peers: Peer[] = []
  const requests: ReceivedRequest[] = []
  const serve = (socket: Socket) => {
    const peer = { socket, index: peers.length }
    peers.push(peer)
    // A client that goes away in the middle is what many tests are about.
    socket.on('error', () => undefined)
    socket.setNoDelay(true)
    greet(peer)
    cutRequests(socket, (request) => {
      requests.push(request)
      answer(peer, request)
    })
  }
  const server =
    certificate === undefined
      ? createTcpServer(serve)
      : createTlsServer({ key: certificate.key, cert: certificate.cert }, serve)
  const port = await listen(t, server)
  return { port, peers, requests }
}

/** Starts a server of any kind on a free port of 127.0.0.1; it is gone when the test is over. */
export async function listen(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  server.on('tlsClientError', () => undefined)
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

function cutRequests(socket: Socket, take: (request: ReceivedRequest) => void): void {
  let text = ''
  let requestIndex = 0
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1')
    for (let end = text.indexOf(EMPTY); end !== -1; end = text.indexOf(EMPTY)) {
      take({ text: text.slice(0, end + EMPTY.length), requestIndex })
      requestIndex += 1
      text = text.slice(end + EMPTY.length)
    }
  })
}

const EMPTY = '\r\n\r\n'
