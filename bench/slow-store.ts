import { createServer, type ServerResponse } from 'node:http'
import { listenOnLoopback, type Loopback } from './loopback.ts'

/** A store that is slow in a way of its own; every key is an object of these bytes. */
export interface SlowStore extends Loopback {
  /** Answers so far, by status. */
  readonly counts: ReadonlyMap<number, number>
}

const BODY = Buffer.alloc(1024, 'x')

/** A store that takes so long for each answer, whatever else it has to do. */
export function startDistantStore(delayMs: number): Promise<SlowStore> {
  return startStore((answer) => setTimeout(answer, delayMs, 200))
}

/** A store that answers so many requests a second, one after the other, and the rest with 503. */
export function startBusyStore(perSecond: number): Promise<SlowStore> {
  const burst = perSecond / 10
  let tokens = burst
  let lastMs = performance.now()
  return startStore((answer) => {
    const nowMs = performance.now()
    tokens = Math.min(burst, tokens + ((nowMs - lastMs) * perSecond) / 1000)
    lastMs = nowMs
    const isAdmitted = tokens >= 1
    if (isAdmitted) tokens -= 1
    answer(isAdmitted ? 200 : 503)
  })
}

async function startStore(decide: (answer: (status: number) => void) => void): Promise<SlowStore> {
  const counts = new Map<number, number>()
  const server = createServer((_, response) => {
    decide((status) => {
      counts.set(status, (counts.get(status) ?? 0) + 1)
      send(response, status)
    })
  })
  return { ...(await listenOnLoopback(server)), counts }
}

function send(response: ServerResponse, status: number): void {
  const body = status === 200 ? BODY : '<Error><Code>SlowDown</Code></Error>'
  response.writeHead(status, { 'Content-Length': body.length, ETag: '"x"' }).end(body)
}
