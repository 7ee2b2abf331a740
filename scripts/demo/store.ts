import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** An S3 server on loopback that lives as long as this process. */
export interface Store {
  /** `http://127.0.0.1:port` */
  readonly url: string
  /** Bytes that it has sent so far, headers included; resolves once no connection is open. */
  sentBytes(): Promise<number>
  /** Resolves when it runs no more, for whatever reason. */
  readonly ended: Promise<unknown>
  stop(): Promise<void>
}

/** s3rver knows this one user. */
export const credentials = { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' } as const

/** The bucket that the store has from the start. */
export const bucket = 'demo'

/**
 * Starts s3rver in a child process: it needs parts of Node that newer versions warn about, and there
 * only its own warnings are silenced. Throws where it does not come up.
 *
 * @param directory where it keeps its objects; made if missing.
 */
export async function startStore(directory: string): Promise<Store> {
  const script = fileURLToPath(new URL('./store-process.ts', import.meta.url))
  const child = fork(script, [directory, bucket], {
    execArgv: [...process.execArgv, '--no-deprecation'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const port = await nextNumber(child)
  return {
    ended,
    url: `http://127.0.0.1:${port}`,
    sentBytes() {
      child.send('sent')
      return nextNumber(child)
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

async function nextNumber(child: ChildProcess): Promise<number> {
  const ended = new AbortController()
  const onExit = () => ended.abort(new Error('the S3 server has ended unexpectedly'))
  child.once('exit', onExit)
  if (!isRunning(child)) onExit()
  try {
    const [message]: unknown[] = await once(child, 'message', { signal: ended.signal })
    return Number(message)
  } catch (error) {
    throw ended.signal.aborted ? ended.signal.reason : error
  } finally {
    child.off('exit', onExit)
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}
