import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import { TEST_CREDENTIALS } from '../../support/fault-server.ts'
import { findSignatureFault } from '../../support/signature-check.ts'

/** What was asked of a store, as it came over the wire. */
export interface NamedRequest {
  /** The URL without its query, or `host:port` of a tunnel. */
  readonly url: string
  readonly query: string
  readonly host: string
  /** The region in the scope of the signature. */
  readonly region: string
}

/** A store that goes by a name that nobody need look up, for a proxy is said to know the way. */
export interface NamedStore {
  /** `http://127.0.0.1:<port>`; all that is sent through it is sent to the store. */
  readonly proxyUrl: string
  readonly seen: readonly NamedRequest[]
}

/**
 * Starts a store that lives as long as the test. It holds an object at whatever URL (RFC 9112, 3.2.2)
 * is asked for, whose content is that URL without its query. A signature that does not hold is
 * answered with 403; a tunnel is refused.
 */
export async function startNamedStore(t: TestContext): Promise<NamedStore> {
  const seen: NamedRequest[] = []
  const server = createServer((message, response) => {
    const request = describe(message)
    seen.push(request)
    const { method = '', headers } = message
    const target = (message.url ?? '').replace(/^http:\/\/[^/]*/, '')
    const fault = findSignatureFault({ method, target, headers }, TEST_CREDENTIALS, Date.now())
    response.writeHead(fault?.status ?? 200, {
      'Content-Length': Buffer.byteLength(request.url),
      'Last-Modified': 'Tue, 02 Jan 2024 03:04:05 GMT',
      ETag: '"the-only-version"',
    })
    response.end(request.url)
  })
  server.on('connect', (message: IncomingMessage, socket: Duplex) => {
    seen.push(describe(message))
    socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { proxyUrl: `http://127.0.0.1:${address.port}`, seen }
}

function describe({ url = '', headers }: IncomingMessage): NamedRequest {
  const [path = '', query = ''] = url.split('?')
  const { host = '', authorization = '' } = headers
  const [, region = ''] = /Credential=\w+\/\d{8}\/([^/]+)\/s3\//.exec(authorization) ?? []
  return { url: path, query, host, region }
}
