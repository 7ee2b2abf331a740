import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { messageOf } from '../../src/core/errors.ts'
import { sendAnswer } from './answer-sender.ts'
import { createScript, type Fault, type Script } from './fault-scripts.ts'
import {
  answerError,
  answerFromShelf,
  METHOD_NOT_ALLOWED,
  requestIdOf,
  type Answer,
} from './object-answers.ts'
import { createRequestLog, type LoggedRequest, type SeenRequests } from './request-log.ts'
import { readArrival } from './request-target.ts'
import { findSignatureFault, type Refusal, type TestCredentials } from './signature-check.ts'
import { createShelf, type Shelf, type TestObject } from './test-objects.ts'

/** How to start a server; everything has a default. */
export interface FaultServerOptions {
  readonly objects?: readonly TestObject[]
  /** Whose signature a request must bear; `anyone` checks none. Default: `TEST_CREDENTIALS`. */
  readonly credentials?: TestCredentials | 'anyone'
  /** Before the head of every answer, in milliseconds. */
  readonly latencyMs?: number
  /** PEM texts; the server then speaks HTTPS. */
  readonly tls?: { readonly key: string; readonly cert: string }
  /** Default: `x-amz-request-id`. */
  readonly requestIdHeader?: string
}

/**
 * An S3 store on loopback that can be read, path-style, and misbehaves as its script says. Answers
 * anything but GET and HEAD with 405.
 */
export interface FaultServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  readonly port: number
  readonly objects: Shelf
  readonly script: Script
  readonly requests: SeenRequests
  /** From now on a request must bear the signature of one of these accounts. */
  admit(...accounts: readonly TestCredentials[]): void
  /**
   * Ends all connections, held answers included. Rejects with what the server itself, or a function
   * in its script, threw meanwhile.
   */
  close(): Promise<void>
}

/** The account that a server knows, unless it is told otherwise. */
export const TEST_CREDENTIALS: TestCredentials = {
  accessKeyId: 'TESTACCESSKEY0000001',
  secretAccessKey: 'test/secret+access=key',
}

/** Starts a server on a free port of 127.0.0.1. */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const { latencyMs = 0, requestIdHeader = 'x-amz-request-id', tls } = options
  const objects = createShelf()
  const script = createScript()
  const requests = createRequestLog()
  const closing = new AbortController()
  const running = new Set<Promise<void>>()
  const errors: unknown[] = []
  const { credentials = TEST_CREDENTIALS } = options
  let accounts: readonly TestCredentials[] | 'anyone' =
    credentials === 'anyone' ? credentials : [credentials]
  for (const object of options.objects ?? []) objects.put(object)

  const serve = (message: IncomingMessage, response: ServerResponse) => {
    const done = handle(message, response)
      .catch((error: unknown) => {
        errors.push(error)
        response.destroy()
      })
      .finally(() => running.delete(done))
    running.add(done)
  }
  const handle = async (message: IncomingMessage, response: ServerResponse) => {
    const entry = requests.open(readArrival(message))
    const left = new AbortController()
    const { socket } = message
    const leave = () => {
      socket.off('close', leave)
      entry.end(closing.signal.aborted ? 'by-close' : 'by-client')
      left.abort()
    }
    response.once('finish', () => entry.end('whole'))
    response.once('close', leave)
    // An answer whose turn on the connection never came, behind one that was broken off, hears nothing of
    // its end from Node: whoever sends it would wait for room for good.
    socket.once('close', leave)
    const { answer, fault } = settle(entry.request)
    response.setHeader(requestIdHeader, requestIdOf(entry.request))
    try {
      await sendAnswer(response, answer, { fault, entry, latencyMs, signal: left.signal })
    } catch (error) {
      // Where nobody is left to be answered, nothing went wrong.
      if (!left.signal.aborted) throw error
    }
  }
  const settle = (request: LoggedRequest): { answer: Answer; fault: Fault } => {
    const refusal = findRefusal(request, accounts)
    if (refusal !== undefined) return { answer: answerError(request, refusal), fault: {} }
    const fault = script.faultFor(request)
    const canned = fault.answer
    const answer =
      canned === undefined ? answerFromShelf(request, objects, fault) : answerError(request, canned)
    fault.meanwhile?.()
    return { answer, fault }
  }

  const server = tls === undefined ? createServer(serve) : createTlsServer(tls, serve)
  const sockets = keepSockets(server)
  const port = await listen(server)
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    objects,
    script,
    requests,
    admit(...admitted) {
      accounts = admitted
    },
    async close() {
      closing.abort()
      await stop(server, sockets)
      await Promise.all(running)
      requests.stop()
      if (errors.length > 0) {
        throw new AggregateError(errors, `Fault server: ${errors.map(messageOf).join('; ')}`)
      }
    },
  }
}

function findRefusal(
  request: LoggedRequest,
  accounts: readonly TestCredentials[] | 'anyone',
): Refusal | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return METHOD_NOT_ALLOWED
  if (accounts === 'anyone') return undefined
  const faults = accounts.map((account) => findSignatureFault(request, account, Date.now()))
  return faults.includes(undefined) ? undefined : faults[0]
}

/** All open connections, also those in the middle of a TLS handshake, which Node itself loses track of. */
function keepSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function listen(server: Server): Promise<number> {
  // An idle connection that the server ended by itself would look like a fault that nobody asked for.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return address.port
}

async function stop(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  for (const socket of sockets) socket.destroy()
  await closed
}
