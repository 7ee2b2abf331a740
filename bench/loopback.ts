import { once } from 'node:events'
import type { Server } from 'node:http'

/** A server on this machine. */
export interface Loopback {
  readonly endpoint: string
  close(): Promise<void>
}

/** Has the server listen on loopback, on a port that is free; closing it ends its connections. */
export async function listenOnLoopback(server: Server): Promise<Loopback> {
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
