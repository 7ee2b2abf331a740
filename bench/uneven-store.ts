import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { listenOnLoopback, type Loopback } from './loopback.ts'

export interface UnevenStoreOptions {
  readonly sizeBytes: number
  /** From a request to its answer. */
  readonly delayMs: number
  /** What each connection brings, in the order in which they come; after the last it begins anew. */
  readonly bytesPerMs: readonly number[]
}

const tickMs = 4

/** A store with one object under every key, whose connections are as fast as is said. */
export async function startUnevenStore(options: UnevenStoreOptions): Promise<Loopback> {
  const { delayMs, bytesPerMs, sizeBytes } = options
  const speeds = new WeakMap<Socket, number>()
  let connections = 0
  const server = createServer((request, response) => {
    const speed = speeds.get(request.socket) ?? 0
    setTimeout(() => answer(request, response, { speed, sizeBytes }), delayMs)
  })
  server.on('connection', (socket: Socket) => {
    speeds.set(socket, bytesPerMs[connections % bytesPerMs.length] ?? 0)
    connections += 1
  })
  return listenOnLoopback(server)
}

const HEADERS = { ETag: '"x"', 'Last-Modified': 'Thu, 01 Jan 2026 00:00:00 GMT' }

function answer(
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  { speed, sizeBytes }: { readonly speed: number; readonly sizeBytes: number },
): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
  if (method === 'HEAD' || range === null) {
    response.writeHead(200, { ...HEADERS, 'Content-Length': sizeBytes }).end()
    return
  }
  const [first, last] = [Number(range[1]), Number(range[2])]
  let left = last - first + 1
  response.writeHead(206, {
    ...HEADERS,
    'Content-Length': left,
    'Content-Range': `bytes ${first}-${last}/${sizeBytes}`,
  })
  let beforeMs = performance.now()
  const send = () => {
    const nowMs = performance.now()
    const chunk = Buffer.alloc(Math.min(left, Math.round((nowMs - beforeMs) * speed)))
    beforeMs = nowMs
    left -= chunk.length
    if (left === 0) response.end(chunk)
    else {
      response.write(chunk)
      setTimeout(send, tickMs)
    }
  }
  setTimeout(send, tickMs)
}
