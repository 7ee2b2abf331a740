import type { WindowMemory } from '../adapters/read-window.ts'
import type { Keys } from '../core/credentials.ts'
import { noWatcher, watchHeaders } from '../adapters/logged-headers.ts'
import type { ObjectStore } from '../core/ports.ts'
import { gatheredBytes, readBufferBytes } from '../core/buffer-sizes.ts'
import type { EngineParts } from './engine.ts'

export interface ConnectedStore {
  readonly store: ObjectStore
  /** Closes the connections that wait for more work. */
  close(): void
}

/**
 * The way to the store: over connections of our own, or through a proxy, where the SDK's client makes
 * the requests. Either is loaded only when it is due.
 */
export function connectStore(
  parts: EngineParts,
  keys: () => Keys | Promise<Keys>,
): Promise<ConnectedStore> {
  return parts.proxyUrl === undefined
    ? connectStraight(parts, keys)
    : connectThroughProxy({ ...parts, proxyUrl: parts.proxyUrl }, keys)
}

/** By their sizes: what the connections of one round gave back is for those of the next. */
const windowMemories = new Map<number, WindowMemory>()

async function connectStraight(
  parts: EngineParts,
  keys: () => Keys | Promise<Keys>,
): Promise<ConnectedStore> {
  const { options, config, endpoint, sdkLog } = parts
  const [
    { createRawStore },
    { createConnectionPool },
    { createRequestSigner },
    { createWindowMemory },
    { foldingBytes, foldMemory },
  ] = await Promise.all([
    import('../adapters/raw-store.ts'),
    import('../adapters/connection-pool.ts'),
    import('../adapters/request-signer.ts'),
    import('../adapters/read-window.ts'),
    import('../transfer/fold-memory.ts'),
  ])
  const bufferBytes = readBufferBytes({
    configuredBytes: config.readBufferBytes,
    connections: Math.min(config.maxConnections, options.jobs * options.parallels),
    rateBytesPerSecond: config.rateLimitBytesPerSecond,
  })
  const memory =
    windowMemories.get(bufferBytes) ??
    createWindowMemory(bufferBytes, (sizeBytes) => foldMemory()?.take(sizeBytes, foldingBytes))
  windowMemories.set(bufferBytes, memory)
  const pool = createConnectionPool({
    connectTimeoutMs: config.connectTimeoutMs,
    memory,
    now: monotonicMs,
  })
  const store = createRawStore({
    endpoint,
    pool,
    keys,
    signer: createRequestSigner(endpoint.region, Date.now),
    socketTimeoutMs: config.socketTimeoutMs,
    gatherBytes: gatheredBytes(config.writeBufferBytes, bufferBytes),
    payer: options.requesterPays ? 'requester' : 'owner',
    userAgent: 'obsutil',
    watcher: config.sdkLog.level === 'DEBUG' ? watchHeaders(sdkLog) : noWatcher,
    now: monotonicMs,
  })
  return { store, close: () => pool.close() }
}

function monotonicMs(): number {
  return performance.now()
}

async function connectThroughProxy(
  parts: EngineParts & { readonly proxyUrl: string },
  keys: () => Keys | Promise<Keys>,
): Promise<ConnectedStore> {
  const { options, config, endpoint, proxyUrl, sdkLog } = parts
  const [{ connectS3 }, { createObjectStore }, { logHeaders }] = await Promise.all([
    import('../adapters/s3-client.ts'),
    import('../adapters/object-store.ts'),
    import('../adapters/logged-headers.ts'),
  ])
  const connection = connectS3({
    endpoint: endpoint.url,
    region: endpoint.region,
    style: endpoint.style,
    keys: async () => keys(),
    connectTimeoutMs: config.connectTimeoutMs,
    maxConnections: config.maxConnections,
    proxyUrl,
  })
  if (config.sdkLog.level === 'DEBUG') logHeaders(connection.client, sdkLog)
  const store = createObjectStore({
    connection,
    socketTimeoutMs: config.socketTimeoutMs,
    payer: options.requesterPays ? 'requester' : 'owner',
  })
  return { store, close: () => connection.client.destroy() }
}
