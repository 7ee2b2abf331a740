import { availableParallelism } from 'node:os'
import { createBulkWriter } from '../adapters/bulk-writer.ts'
import { createCredentialSource } from '../adapters/credentials.ts'
import { createDiscreetStore } from '../adapters/discreet-store.ts'
import { createDisk } from '../adapters/disk.ts'
import { createDiskLooks } from '../adapters/disk-looks.ts'
import { createDownloadLocks } from '../adapters/download-lock.ts'
import { createFileReader } from '../adapters/file-reader.ts'
import { idOfItem } from '../adapters/item-ids.ts'
import { logRequests } from '../adapters/logged-store.ts'
import { createOfficialRecords } from '../adapters/official-records.ts'
import { createPartRecords } from '../adapters/part-record-file.ts'
import { createRenewingStore } from '../adapters/renewing-store.ts'
import { steadyClock, systemClock } from '../adapters/system-clock.ts'
import { thisSystem } from '../adapters/this-system.ts'
import type { DestinationClaims } from '../app/destination-claims.ts'
import type { Soon } from '../core/and-then.ts'
import type { Config } from '../core/config.ts'
import type { Keys } from '../core/credentials.ts'
import type { Endpoint } from '../core/endpoint.ts'
import type { Filters } from '../core/filters.ts'
import { isFolder } from '../core/item.ts'
import type { Options } from '../core/options.ts'
import type { Log, Progress, Warning } from '../core/ports.ts'
import { writePieceBytes } from '../core/buffer-sizes.ts'
import { createDownloader, type Downloader } from '../transfer/download.ts'
import { createFinish } from '../transfer/finish.ts'
import { createPace } from '../transfer/pace.ts'
import { officialRecordFolder, recordFolder } from './folders.ts'
import { connectStore } from './connect-store.ts'

/** What other threads run; it lies beside this file once that is built. */
const FILE_WORKER = new URL('file-worker.js', import.meta.url)
/** More than that no disk feeds. */
const mostSummers = 4

export interface EngineParts {
  readonly options: Options
  readonly config: Config
  readonly endpoint: Endpoint
  /** The keys that the run starts with. */
  readonly keys: Keys
  /** Looks for the keys where they come from, once more. */
  readonly findKeysAnew: (signal: AbortSignal) => Promise<Keys>
  /** Told of new keys before they are used. */
  readonly onNewKeys: (keys: Keys) => void
  /** Never shown; may become more. */
  readonly secrets: readonly string[]
  /** The proxy of all requests; undefined where they go straight to the store. */
  readonly proxyUrl: string | undefined
  readonly filters: Filters
  readonly claim: DestinationClaims
  readonly progress: Progress
  readonly log: Log
  /** Told of every request and answer. */
  readonly sdkLog: Log
  readonly warn: (warning: Warning) => Soon
  readonly umask: number
}

export interface Engine {
  readonly downloader: Downloader
  /** Closes the connections that wait for more work, and leaves nothing behind. */
  close(): Promise<void>
}

/** Puts the engine for one item together: the store, the disk, and what is between them. */
export async function createEngine(parts: EngineParts): Promise<Engine> {
  const { options, config, filters, log, progress } = parts
  const durability = config.fsyncForDownload ? 'fsync' : 'cached'
  const probes = options.dryRun ? 'forbidden' : 'allowed'
  const { store, close } = await openStore(parts)
  const reader = createFileReader({
    module: FILE_WORKER,
    summers: Math.min(availableParallelism(), mostSummers),
  })
  const bulk = createBulkWriter({
    module: FILE_WORKER,
    onBroken: (reason) => log.warn(`Files are written without a thread of their own: ${reason}`),
  })
  const disk = createDisk({
    bulk: availableParallelism() > 1 ? bulk : undefined,
    tempFolder: options.tempFolder,
    defaultTempFolder: options.defaultTempFolder,
    overwriting: config.forceOverwriteForDownload ? 'always' : 'if-writable',
    fileMode: 0o666 & ~parts.umask,
    durability,
    probes,
    system: thisSystem,
    pieceBytes: writePieceBytes(config.writeBufferBytes),
    log,
  })
  const locks = createDownloadLocks(recordFolder(options))
  const downloader = createDownloader(
    {
      mode: options.dryRun ? 'dry-run' : 'download',
      existing: options.update ? 'kept-if-current' : 'replaced',
      checkPolicy: {
        userMd5: options.verifyMd5 ? 'compared' : 'ignored',
        etagMd5: config.checkETagMd5 ? 'compared' : 'ignored',
      },
      thresholdBytes: options.thresholdBytes,
      system: thisSystem,
      emptySegments: config.skipCheckEmptyFolder ? 'allowed' : 'refused',
      needsTime: (item) =>
        options.timeRange !== undefined && (options.filterFolders || !isFolder(item)),
      keepsTime: (item, lastModifiedMs) => filters.keepsTime(lastModifiedMs, item.key),
    },
    {
      store,
      disk,
      looks: createDiskLooks(recordFolder(options)),
      log,
      progress,
      clock: systemClock,
      pace: createPace({
        maxConnections: config.maxConnections,
        bytesPerSecond: config.rateLimitBytesPerSecond,
        clock: steadyClock,
      }),
      maxRetries: config.maxRetryCount,
      hasher: reader,
      summer: reader,
      records: createPartRecords(recordFolder(options), durability, probes),
      officialRecords: createOfficialRecords(officialRecordFolder(options)),
      locks,
      ids: { idOf: idOfItem },
      mayTake: (item, destination) => parts.claim(item, destination) !== 'taken',
      finish: createFinish({
        verifyLength: options.verifyLength,
        verifyMd5: options.verifyMd5,
        sourceCheck: config.checkSourceChange ? 'head' : 'none',
        warn: parts.warn,
      }),
      partSize: options.partSize,
      parallels: options.parallels,
      durability,
      abortStatuses: config.abortStatuses,
    },
  )
  return {
    downloader,
    async close() {
      try {
        close()
        reader.close()
        bulk.close()
      } finally {
        await locks.close()
      }
    },
  }
}

/** The store, as everything above it sees it: with keys that are renewed, logged, and discreet. */
async function openStore(parts: EngineParts) {
  const keys = createCredentialSource({
    first: parts.keys,
    read: parts.findKeysAnew,
    clock: systemClock,
    log: parts.log,
    onNewKeys: parts.onNewKeys,
  })
  const connected = await connectStore(parts, () => keys.current())
  const logged = logRequests(connected.store, parts.sdkLog, () => performance.now())
  return {
    store: createDiscreetStore(createRenewingStore(logged, keys), parts.secrets),
    close: () => {
      keys.close()
      connected.close()
    },
  }
}
