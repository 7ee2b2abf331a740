import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'
import { changeBody } from './body-changes.ts'
import type { Fault, Point } from './fault-scripts.ts'
import type { Answer } from './object-answers.ts'
import type { OpenRequest } from './request-log.ts'
import { slice, steps, type ByteSource } from './test-bytes.ts'

/** What an answer is sent with. */
export interface Sending {
  readonly fault: Fault
  readonly entry: OpenRequest
  readonly latencyMs: number
  /** Aborted once nobody will read the rest: the client left or the server closes. */
  readonly signal: AbortSignal
}

/**
 * Sends an answer with everything that the fault wants to go wrong on the way. Rejects when the signal
 * is aborted, at whatever point that finds it.
 */
export async function sendAnswer(
  response: ServerResponse,
  answer: Answer,
  sending: Sending,
): Promise<void> {
  const { fault, entry, latencyMs, signal } = sending
  const body = changeBody(answer.body, fault.body)
  await pause(latencyMs + (fault.delayMs ?? 0), signal)
  if (fault.hold?.at === 'head') await heldBy(fault.hold.gate.opened, signal)
  if (fault.garbage !== undefined) return sendGarbage(response, fault.garbage, entry)
  if (fault.break?.at === 'head') return breakOff(response, fault.break.by, entry)

  setHead(response, { ...answer, body }, fault)
  entry.headSent(answer.status)
  await sendBody(response, body, sending)
}

async function sendBody(
  response: ServerResponse,
  body: ByteSource,
  sending: Sending,
): Promise<void> {
  const { fault, entry, signal } = sending
  const holdAt = within(body, fault.hold?.at)
  const breakAt = within(body, fault.break?.at)
  for (const stretch of stretches([holdAt, breakAt, body.sizeBytes])) {
    await writeBody(response, slice(body, stretch), sending)
    // Node keeps the head back until there is a body to go with it.
    if (stretch.end === holdAt || stretch.end === breakAt) response.flushHeaders()
    if (fault.hold !== undefined && stretch.end === holdAt) {
      await heldBy(fault.hold.gate.opened, signal)
    }
    if (fault.break !== undefined && stretch.end === breakAt) {
      return breakOff(response, fault.break.by, entry)
    }
  }
  response.end()
}

async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (delayMs > 0) await sleep(delayMs, undefined, { signal })
}

async function heldBy(opened: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await Promise.race([opened, once(signal, 'abort')])
  signal.throwIfAborted()
}

async function sendGarbage(
  response: ServerResponse,
  garbage: string,
  entry: OpenRequest,
): Promise<void> {
  response.socket?.write(garbage)
  await breakOff(response, 'cut', entry)
}

async function breakOff(
  response: ServerResponse,
  by: 'cut' | 'reset',
  entry: OpenRequest,
): Promise<void> {
  const { socket } = response
  if (socket === null) return
  // What was written before must have left, or a reset would take it along.
  await new Promise((resolve) => socket.write('', resolve))
  entry.end('by-script')
  if (by === 'cut') socket.end()
  else reset(socket)
}

/** Node cannot send RST on a TLS connection; there the end comes without TLS's own good-bye. */
function reset(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

function setHead(response: ServerResponse, answer: Answer, fault: Fault): void {
  response.statusCode = answer.status
  if (fault.framing === undefined) response.setHeader('Content-Length', answer.body.sizeBytes)
  for (const [name, value] of Object.entries({ ...answer.headers, ...fault.headers })) {
    if (value === null) response.removeHeader(name)
    else response.setHeader(name, value)
  }
  // Without a length and without chunks, Node ends the body by closing the connection.
  if (fault.framing === 'until-close') response.useChunkedEncodingByDefault = false
}

function within(body: ByteSource, point: Point | undefined): number | undefined {
  return typeof point === 'number' ? Math.min(point, body.sizeBytes) : undefined
}

/** From 0 to the first point, from there to the next, and so on; the first may be empty. */
function stretches(points: readonly (number | undefined)[]) {
  const known = points.filter((point) => point !== undefined)
  const ends = [...new Set(known)].toSorted((left, right) => left - right)
  return ends.map((end, index) => ({ start: ends[index - 1] ?? 0, end }))
}

async function writeBody(
  response: ServerResponse,
  body: ByteSource,
  { fault, entry, signal }: Sending,
): Promise<void> {
  const { pieceBytes, everyMs } = fault.drip ?? { pieceBytes: PIECE_BYTES, everyMs: 0 }
  for (const piece of steps({ start: 0, end: body.sizeBytes }, pieceBytes)) {
    await pause(everyMs, signal)
    const bytes = body.read(piece)
    const hasRoom = response.write(bytes)
    entry.bodySent(bytes.length)
    if (!hasRoom) await once(response, 'drain', { signal })
  }
}

const PIECE_BYTES = 64 * 1024
