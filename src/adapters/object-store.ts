import { IncomingMessage } from 'node:http'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { ByteRange } from '../core/byte-range.ts'
import { ItemError } from '../core/errors.ts'
import type { ObjectSource } from '../core/item.ts'
import type { ObjectStore } from '../core/ports.ts'
import { readGetHead, readHeadHead, type RawHead } from './response-head.ts'
import type { S3Connection } from './s3-client.ts'
import { toItemError } from './store-errors.ts'

export interface ObjectStoreOptions {
  readonly connection: S3Connection
  /** Milliseconds without a byte after which an attempt is over (`socketTimeout`). */
  readonly socketTimeoutMs: number
  /** `-payer=requester`. */
  readonly payer: 'owner' | 'requester'
}

/** The store through the AWS SDK: it signs and finds endpoints; the body and the checks are ours. */
export function createObjectStore(options: ObjectStoreOptions): ObjectStore {
  const { client, rawHeadOf } = options.connection
  return {
    head: (source, signal) =>
      withIdleTimeout(source, { ...options, signal }, async (watch) => {
        const command = new HeadObjectCommand(inputFor(source, options))
        const output = await client.send(command, { abortSignal: watch.signal })
        return readHeadHead(rawHeadOf(output))
      }),
    get: ({ source, range, ifMatch }, sink, signal) =>
      withIdleTimeout(source, { ...options, signal, range }, async (watch) => {
        const command = new GetObjectCommand({
          ...inputFor(source, options),
          ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }),
          ...(ifMatch !== undefined && { IfMatch: ifMatch }),
        })
        const output = await client.send(command, { abortSignal: watch.signal })
        const body = output.Body
        // In Node the SDK's stream is the response itself.
        if (!(body instanceof IncomingMessage)) throw new Error('the SDK gave no response stream')
        try {
          await receive(body, { raw: rawHeadOf(output), range, sink, watch })
        } finally {
          // A body that is not read to its end would hold its connection for ever.
          body.destroy()
        }
      }),
  }
}

interface Watch {
  readonly signal: AbortSignal
  /** Something came: the wait begins anew. */
  refresh(): void
  /** The wait is on our side for now: the server cannot be late. */
  pause(): void
}

interface Reception {
  readonly raw: RawHead
  readonly range: ByteRange | undefined
  readonly sink: Parameters<ObjectStore['get']>[1]
  readonly watch: Watch
}

async function receive(body: IncomingMessage, reception: Reception): Promise<void> {
  const { raw, range, sink, watch } = reception
  const { head, lengthBytes } = readGetHead(raw, range)
  watch.pause()
  await ours(() => sink.begin(head))
  watch.refresh()
  let receivedBytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    receivedBytes += chunk.length
    if (receivedBytes > lengthBytes) break
    watch.pause()
    await ours(() => sink.write(chunk))
    watch.refresh()
  }
  if (receivedBytes === lengthBytes) return
  throw new ItemError(`The body ended after ${receivedBytes} of ${lengthBytes} bytes`, {
    code: 'UnexpectedEndOfBody',
    retry: 'transient',
    requestId: head.requestId,
  })
}

/** Marks what the sink throws, so that it comes back as it is and not as the network's trouble. */
class SinkError extends Error {
  constructor(cause: unknown) {
    super('the receiver of the body failed', { cause })
  }
}

async function ours(deed: () => void | Promise<void>): Promise<void> {
  try {
    await deed()
  } catch (error) {
    throw new SinkError(error)
  }
}

interface Attempt {
  readonly signal: AbortSignal
  readonly socketTimeoutMs: number
  readonly range?: ByteRange | undefined
}

/**
 * Runs one request that ends when the caller's signal is aborted, or when nothing came for the
 * socket timeout. Whatever it throws is an `ItemError`, the signal's reason, or the sink's error.
 */
async function withIdleTimeout<T>(
  source: ObjectSource,
  { signal, socketTimeoutMs, range }: Attempt,
  deed: (watch: Watch) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const ending = new AbortController()
  const stop = () => ending.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  let paused = false
  // One timer for the request: it is put off with every chunk, which is cheaper than a new one.
  const timer = setTimeout(() => {
    if (!paused) ending.abort(silence(socketTimeoutMs))
  }, socketTimeoutMs)
  const watch: Watch = {
    signal: ending.signal,
    refresh() {
      paused = false
      timer.refresh()
    },
    pause() {
      paused = true
    },
  }
  try {
    return await deed(watch)
  } catch (error) {
    if (error instanceof SinkError) throw error.cause
    if (ending.signal.aborted) throw ending.signal.reason
    throw toItemError(error, { source, range })
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

function silence(timeoutMs: number): ItemError {
  return new ItemError(`Not a byte came for ${timeoutMs / 1000} s (socketTimeout)`, {
    code: 'SocketTimeout',
    retry: 'transient',
  })
}

function inputFor(source: ObjectSource, options: ObjectStoreOptions) {
  return {
    Bucket: source.bucket,
    Key: source.key,
    ...(source.versionId !== undefined && { VersionId: source.versionId }),
    ...(options.payer === 'requester' && { RequestPayer: 'requester' as const }),
  }
}
