import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { TestCredentials } from './signature-check.ts'

/** What the service says to one request. */
export type MetadataAnswer =
  | { readonly kind: 'keys'; readonly account: TestCredentials; readonly livesMs?: number }
  | { readonly kind: 'text'; readonly status: number; readonly text: string }
  /** Nothing, and the connection stays open: before the head, or in the middle of the body. */
  | { readonly kind: 'silence'; readonly after: 'nothing' | 'half' }

/** A stand-in for the metadata service of an ECS. */
export interface MetadataServer {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string
  /** Method and target of every request. */
  readonly asked: readonly string[]
}

/** Starts one that lives as long as the test; `answer` is given the number of the request, from 1. */
export async function startMetadataServer(
  t: TestContext,
  answer: (nth: number) => MetadataAnswer,
): Promise<MetadataServer> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((message, response) => {
    asked.push(`${message.method} ${message.url}`)
    send(response, answer(asked.length))
  })
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return { endpoint: `http://127.0.0.1:${address.port}`, asked }
}

/** What a metadata service was told to answer, as its JSON document. */
export function securityKey(account: TestCredentials, livesMs?: number): string {
  const expires = new Date(Date.now() + (livesMs ?? 0)).toISOString().replace('Z', '000Z')
  return JSON.stringify({
    credential: {
      access: account.accessKeyId,
      secret: account.secretAccessKey,
      securitytoken: account.sessionToken,
      ...(livesMs !== undefined && { expires_at: expires }),
    },
  })
}

function send(response: ServerResponse, answer: MetadataAnswer): void {
  switch (answer.kind) {
    case 'keys':
      response.end(securityKey(answer.account, answer.livesMs))
      return
    case 'text':
      response.writeHead(answer.status).end(answer.text)
      return
    case 'silence':
      if (answer.after === 'half') response.writeHead(200).write('{"credential":')
  }
}
