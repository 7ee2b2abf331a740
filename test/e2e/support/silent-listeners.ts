import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { firstOutput } from './first-output.ts'

/** A port on loopback where nothing is ever said. */
interface SilentListener {
  /** `127.0.0.1:<port>` */
  readonly address: string
  /** Resolves when a client has sent its first bytes. */
  readonly heard: Promise<void>
}

/** Starts a listener that takes every connection, reads what comes, and never answers. */
export async function startSilentServer(t: TestContext): Promise<SilentListener> {
  const sockets = new Set<Socket>()
  const server = createServer()
  const heard = new Promise<void>((resolve) => {
    server.on('connection', (socket) => {
      sockets.add(socket)
      socket.once('data', () => resolve())
      // A client that gives up may do so with a reset.
      socket.on('error', () => {})
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { address: `127.0.0.1:${address.port}`, heard }
}

/**
 * Starts a listener that leaves a connection in the making: its process stands still and the queue
 * of connections that wait for it is full, so that the system drops what asks for another one.
 * Resolves with `127.0.0.1:<port>`.
 */
export async function startBlackHole(t: TestContext): Promise<string> {
  const listener = spawn(process.execPath, ['-e', LISTEN], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(listener, 'close')
  t.after(async () => {
    listener.kill('SIGKILL')
    await closed
  })
  const port = await firstOutput(listener)
  listener.kill('SIGSTOP')
  while (await isTaken(Number(port), t));
  return `127.0.0.1:${Number(port)}`
}

const LISTEN = `const server = require('node:net').createServer()
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port))`

/** On loopback a connection takes no time, unless there is no room for it. */
const NO_TIME_MS = 300

async function isTaken(port: number, t: TestContext): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  // The end of the listener ends those that it never took.
  socket.on('error', () => {})
  const connected = once(socket, 'connect').then(() => true)
  return Promise.race([connected, sleep(NO_TIME_MS, false)])
}
