import type { TestContext } from 'node:test'
import { createConnectionPool, type ConnectionPool } from '../../../src/adapters/connection-pool.ts'
import { noWatcher } from '../../../src/adapters/logged-headers.ts'
import { createRawStore, type RawStoreOptions } from '../../../src/adapters/raw-store.ts'
import { createRequestSigner } from '../../../src/adapters/request-signer.ts'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import { parseEndpoint } from '../../../src/core/endpoint.ts'
import { ItemError } from '../../../src/core/errors.ts'
import type { GetRequest, ObjectHead, ObjectStore } from '../../../src/core/ports.ts'
import { createWindowMemory } from '../../../src/adapters/read-window.ts'

export const SOURCE = { bucket: 'b', key: 'k', versionId: undefined }

export interface ClientOptions extends Partial<RawStoreOptions> {
  readonly scheme?: 'http' | 'https'
  readonly connectTimeoutMs?: number
  readonly bufferBytes?: number
}

export interface Client {
  readonly store: ObjectStore
  readonly pool: ConnectionPool
}

/**
 * The store under test, for a server on 127.0.0.1. Its pool is closed when the test is over. A
 * silence of ten seconds ends a test that would hang otherwise.
 */
export function makeClient(t: TestContext, port: number, options: ClientOptions = {}): Client {
  const { scheme = 'http', connectTimeoutMs = 10_000, bufferBytes = 65_536, ...rest } = options
  const now = options.now ?? (() => performance.now())
  const pool = createConnectionPool({
    connectTimeoutMs,
    memory: createWindowMemory(bufferBytes),
    now,
  })
  t.after(() => pool.close())
  const store = createRawStore({
    endpoint: parseEndpoint(`${scheme}://127.0.0.1:${port}`),
    pool,
    keys: () => Promise.resolve(KEYS),
    signer: createRequestSigner('region', Date.now),
    socketTimeoutMs: 10_000,
    gatherBytes: 16_384,
    payer: 'owner',
    userAgent: 'test',
    watcher: noWatcher,
    now,
    ...rest,
  })
  return { store, pool }
}

const KEYS = { ak: 'access', sk: 'secret', token: '' }

/** A taker of a body that keeps a copy of all that it is given. */
export interface TestSink {
  begin(head: ObjectHead): void | Promise<void>
  write(chunk: Uint8Array): void | Promise<void>
  readonly heads: readonly ObjectHead[]
  /** What was written, in order. */
  content(): Buffer
}

/**
 * A sink that is done at once, or, where `pause` is given, after the promise that this makes. It looks
 * at a chunk at the end of that, since until then the chunk is its own.
 */
export function makeSink(pause?: () => Promise<unknown>): TestSink {
  const heads: ObjectHead[] = []
  const chunks: Buffer[] = []
  const keep = (chunk: Uint8Array) => {
    chunks.push(Buffer.from(chunk))
  }
  return {
    heads,
    begin(head) {
      heads.push(head)
      return pause?.().then(() => undefined)
    },
    write: (chunk) => (pause === undefined ? keep(chunk) : pause().then(() => keep(chunk))),
    content: () => Buffer.concat(chunks),
  }
}

/** Waits for a turn of the event loop, in which sockets are read. */
export function turn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await turn()
}

/** Waits until the condition holds; the test runner's patience is the limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn()
}

export const never = new AbortController().signal

export interface Asked extends Omit<GetRequest, 'source'> {
  readonly range?: ByteRange
  readonly sink?: TestSink
  readonly signal?: AbortSignal
}

/** Gets the object; resolves with its bytes. */
export async function getBytes(store: ObjectStore, asked: Asked = {}): Promise<Buffer> {
  const { sink = makeSink(), signal = never, ...request } = asked
  await store.get({ source: SOURCE, ...request }, sink, signal)
  return sink.content()
}

/** What an attempt ended with, in the words that are decisive for what follows it. */
export async function endOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt
    return 'success'
  } catch (error) {
    if (error instanceof ItemError) return `${error.code} ${error.retry}`
    return `not an ItemError: ${String(error)}`
  }
}

/** The head of an answer that is 200 unless the first line says otherwise. */
export function headOf(lines: readonly string[], status = 'HTTP/1.1 200 OK'): string {
  return `${[status, ...lines].join('\r\n')}\r\n\r\n`
}

/** A whole answer with the body. */
export function answerOf(body: string | Buffer, ...lines: readonly string[]): Buffer {
  const bytes = Buffer.from(body)
  return Buffer.concat([Buffer.from(headOf([`Content-Length: ${bytes.length}`, ...lines])), bytes])
}
