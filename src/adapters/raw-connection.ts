import { createReadWindow, type ReadWindow, type WindowMemory } from './read-window.ts'
import { connectorFor, untilConnected, type ConnectionTarget } from './connecting.ts'

export interface RawConnectionOptions {
  readonly connectTimeoutMs: number
  /** Where it reads into, at the most so much at a time. */
  readonly memory: WindowMemory
  /** Told of what shortens the next handshake with the same host. */
  readonly onSession?: (session: Buffer) => void
}

/** Who is told of what happens on a connection. */
interface ConnectionListener {
  /** More lies in the window. `pause` ends reading until `resume` is called. */
  arrived(): 'go-on' | 'pause'
  /** Nothing more will come; the error is undefined where the other side closed properly. */
  ended(error: Error | undefined): void
}

/**
 * One connection to a server. It reads into memory that is used again and again: no stream and no
 * buffer of its own for each read, which is what makes the difference for large objects.
 */
export interface RawConnection extends Pick<ReadWindow, 'bytes' | 'isFull' | 'consume'> {
  /**
   * Says who listens from now on. What comes while nobody does is left in the window, and reading ends
   * when that is full.
   */
  listen(listener: ConnectionListener | undefined): void
  /** From now on, until something is sent again, whatever comes ends the connection. */
  rest(): void
  send(text: string): void
  pause(): void
  resume(): void
  /** Closes it. What its window held may be overwritten from now on. */
  destroy(): void
  isOpen(): boolean
}

/**
 * Connects, within the connect timeout; for TLS that includes the handshake and the check of the
 * certificate. Rejects with `ConnectionLost`, or with the signal's reason.
 */
export async function openConnection(
  target: ConnectionTarget,
  options: RawConnectionOptions,
  signal: AbortSignal,
): Promise<RawConnection> {
  signal.throwIfAborted()
  const window = createReadWindow(options.memory)
  let listener: ConnectionListener | undefined
  let isOpen = true
  let isResting = true

  const connect = await connectorFor(target.security)
  signal.throwIfAborted()
  // From here on nothing is awaited before somebody listens.
  const socket = connect(target, {
    buffer: () => window.next(),
    callback(byteCount) {
      if (isResting) {
        // Nobody asked for it, so nobody can tell what it is. The socket says later that it is closed.
        isOpen = false
        socket.destroy()
        return false
      }
      window.arrived(byteCount)
      // Between two listeners reading goes on: to stop and start it takes two calls of the system.
      return listener === undefined ? !window.isFull() : listener.arrived() === 'go-on'
    },
  })
  const end = (error?: Error) => {
    if (!isOpen) return
    isOpen = false
    listener?.ended(error)
  }
  if (options.onSession !== undefined) socket.on('session', options.onSession)
  // Before the first wait: no moment may pass in which nobody hears of the end.
  socket.on('error', end)
  socket.once('end', () => end())
  socket.once('close', () => end())
  try {
    await untilConnected(socket, { ...target, ...options, signal })
  } catch (error) {
    window.dispose()
    throw error
  }
  socket.setNoDelay(true)

  return {
    ...window,
    listen(next) {
      listener = next
    },
    rest() {
      isResting = true
      socket.resume()
    },
    send(text) {
      isResting = false
      socket.write(text, 'latin1')
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    destroy() {
      isOpen = false
      listener = undefined
      // It is closed when this returns, so that nothing is read into memory of others.
      socket.destroy()
      window.dispose()
    },
    isOpen: () => isOpen,
  }
}
