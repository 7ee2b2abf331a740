import { AsyncLocalStorage } from 'node:async_hooks'
import type { Agent } from 'node:http'
import { Socket } from 'node:net'
import type { NodeHttpHandler } from '@smithy/node-http-handler'
import { systemCode } from '../core/errors.ts'

/** A connection that was used before, and what had come over it by then. */
interface Reuse {
  readonly socket: Socket
  readonly readBytes: number
}

/** What one request goes over; nothing as long as it has a connection of its own. */
interface Request {
  reuse: Reuse | undefined
}

/**
 * Has the handler ask once more, over a new connection, where one that was kept ended before a byte of
 * the answer came (RFC 9112, 9.3.1): the other side had closed it as idle, and that is no attempt that
 * failed. For requests without a body that change nothing.
 *
 * @param agents those that keep the handler's connections.
 */
export function askAgainWhenStale(
  handler: NodeHttpHandler,
  agents: readonly Agent[],
): NodeHttpHandler {
  // The handler gives nobody its request; the agent knows that only as Node's.
  const requests = new AsyncLocalStorage<Request>()
  for (const agent of agents) tellReuse(agent, requests)
  const handle = handler.handle.bind(handler)
  handler.handle = async (...words) => {
    const request: Request = { reuse: undefined }
    try {
      return await requests.run(request, () => handle(...words))
    } catch (error) {
      if (!isStale(error, request)) throw error
    }
    // What else is idle is as old.
    for (const agent of agents) dropIdle(agent)
    return handle(...words)
  }
  return handler
}

function tellReuse(agent: Agent, requests: AsyncLocalStorage<Request>): void {
  const reuse = agent.reuseSocket.bind(agent)
  agent.reuseSocket = (socket, nodeRequest) => {
    const request = requests.getStore()
    if (request !== undefined && socket instanceof Socket) {
      request.reuse = { socket, readBytes: socket.bytesRead }
    }
    reuse(socket, nodeRequest)
  }
}

function isStale(error: unknown, { reuse }: Request): boolean {
  if (reuse === undefined || !['ECONNRESET', 'EPIPE'].includes(systemCode(error))) return false
  return reuse.socket.bytesRead === reuse.readBytes
}

function dropIdle(agent: Agent): void {
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy()
  }
}
