import { once } from 'node:events'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'
import { pipeline } from 'node:stream/promises'

/** One request that went through the tap. */
export interface TappedRequest {
  readonly method: string
  /** As it stood on the wire. */
  readonly url: string
  readonly range: string | undefined
  readonly ifMatch: string | undefined
  /** 0 until the store has answered. */
  status: number
  /** Bytes of the body that the store sent so far. */
  bodyBytes: number
}

/** A look at the wire between tool and store. */
export interface Tap {
  /** To be used in place of the store's. */
  readonly endpoint: string
  /** In the order of arrival; grows as the tool goes on. */
  readonly requests: readonly TappedRequest[]
}

/**
 * Puts a proxy before the store that changes nothing and notes everything. Signatures hold, for the
 * Host header they cover passes as it is. Closed when the test has ended.
 */
export async function tapStore(t: TestContext, storeEndpoint: string): Promise<Tap> {
  const requests: TappedRequest[] = []
  const server = createServer((incoming, outgoing) => {
    const noted: TappedRequest = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      range: incoming.headers.range,
      ifMatch: incoming.headers['if-match'],
      status: 0,
      bodyBytes: 0,
    }
    requests.push(noted)
    // Either side may break off (a killed run does): then the other's connection ends too.
    forward(incoming, outgoing, { storeEndpoint, noted }).catch(() => outgoing.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the tap has no port')
  return { endpoint: `http://127.0.0.1:${address.port}`, requests }
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { storeEndpoint, noted }: { readonly storeEndpoint: string; readonly noted: TappedRequest },
): Promise<void> {
  const { hostname, port } = new URL(storeEndpoint)
  // The path is handed on unparsed: `URL` would resolve the `..` of a key.
  const { method, url: path, headers } = incoming
  const onward = request({ hostname, port, method, path, headers, agent: false, setHost: false })
  incoming.pipe(onward)
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve).once('error', reject)
  })
  noted.status = answer.statusCode ?? 0
  answer.on('data', (chunk: Buffer) => {
    noted.bodyBytes += chunk.length
  })
  outgoing.writeHead(noted.status, answer.headers)
  await pipeline(answer, outgoing)
}
