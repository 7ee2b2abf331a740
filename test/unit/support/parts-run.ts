import { crc32 } from 'node:zlib'
import { systemClock } from '../../../src/adapters/system-clock.ts'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import type { FileSummer } from '../../../src/core/file-sum-ports.ts'
import type { Item } from '../../../src/core/item.ts'
import type { ProvenRange } from '../../../src/core/part-record.ts'
import type {
  Clock,
  Log,
  ObjectHead,
  ObjectStore,
  PartRecord,
  TempFile,
} from '../../../src/core/ports.ts'
import { fetchParts, type FetchTools } from '../../../src/transfer/fetch-parts.ts'
import { createItemMeter } from '../../../src/transfer/item-meter.ts'
import { createPace } from '../../../src/transfer/pace.ts'
import { NO_HASHES } from '../../../src/transfer/parts-hashes.ts'
import type { PartsInProgress, PartsJob } from '../../../src/transfer/parts-job.ts'

/** An object, and how it is fetched. */
interface PartsSpec {
  /** What the store has. */
  readonly bytes: Buffer
  /** What the record says of it; the file has it. */
  readonly claimed?: readonly ProvenRange[]
  readonly missing: readonly ByteRange[]
  readonly partSizeBytes: number
  readonly partSize?: 'auto'
  readonly parallels: number
  /** Requests at once, of all. */
  readonly places?: number
  readonly clock?: Clock
}

const never = new AbortController().signal

/** What a test may put in place of a deed. */
interface Hooks {
  asked: () => void
  /** In place of what the store does. */
  get: ObjectStore['get'] | undefined
  sum: (range: ByteRange, signal: AbortSignal) => ReturnType<FileSummer['sum']>
  read: TempFile['read']
}

/** Fetches an object in parts from a store, to a disk and past threads that are all in memory. */
export function setUpParts(spec: PartsSpec) {
  const { bytes, claimed = [], missing, partSizeBytes, clock = systemClock } = spec
  const sizeBytes = bytes.length
  const file = Buffer.alloc(sizeBytes)
  for (const { start, end } of claimed) bytes.copy(file, start, start, end)
  const events: string[] = []
  const progress = { found: 0, arrived: 0 }
  const sumOf = ({ start, end }: ByteRange) =>
    Promise.resolve(new Map([['crc32', BigInt(crc32(file.subarray(start, end)))]] as const))
  const hooks: Hooks = { asked() {}, get: undefined, sum: sumOf, read: refuse }

  const head: ObjectHead = {
    sizeBytes,
    etag: '"e"',
    lastModifiedMs: 0,
    userMd5: undefined,
    checksums: [],
    status: 206,
    requestId: '',
  }
  const temp: TempFile = {
    path: '/temp',
    descriptor: -1,
    write(chunk, position) {
      file.set(chunk, position)
    },
    read: (...words) => hooks.read(...words),
    size: refuse,
    sync: refuse,
    publish: refuse,
    close: refuse,
    discard: refuse,
  }
  const record: PartRecord = {
    append: () => Promise.resolve(),
    rewrite(ranges) {
      events.push(`record anew ${ranges.map(({ start, end }) => `[${start},${end})`).join(' ')}`)
      return Promise.resolve()
    },
    close: refuse,
    remove: refuse,
  }
  const store: ObjectStore = {
    head: refuse,
    async get(request, sink, signal) {
      const { range = { start: 0, end: sizeBytes } } = request
      events.push(`GET ${range.start}`)
      hooks.asked()
      if (hooks.get !== undefined) return hooks.get(request, sink, signal)
      await sink.begin(head)
      await sink.write(bytes.subarray(range.start, range.end))
    },
  }
  const job: PartsJob = {
    id: 'id',
    item: ITEM,
    placement: { target: '/d', directTemp: '/d.temp' },
    meter: createItemMeter(progressOf(progress), sizeBytes),
    head,
    checks: [],
  }
  const started: PartsInProgress = {
    temp,
    record,
    found: [],
    claimed,
    claimMore(more) {
      events.push(`room for ${more}`)
      return Promise.resolve()
    },
    missing,
    partSizeBytes,
    wholeProof: undefined,
  }
  const pace = createPace({ maxConnections: spec.places ?? 10, bytesPerSecond: 0, clock })
  const context = { store, signal: never, clock, log: SILENT, maxRetries: 0, pace }
  const tools = {
    context,
    hashes: NO_HASHES,
    summer: { sum: ({ range }, signal) => hooks.sum(range, signal) } satisfies FileSummer,
    partSize: spec.partSize,
    parallels: spec.parallels,
    durability: 'cached',
    abortStatuses: new Set<number>(),
  } as const
  // What else the engine has is not needed here, and is not there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test that needed more would fail
  const fetch = () => fetchParts(job, started, tools as unknown as FetchTools)
  return { file, head, events, progress, hooks, sumOf, pace, fetch }
}

const ITEM: Item = {
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  destination: '/d',
  listedSize: undefined,
}

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} }

function progressOf(counts: { found: number; arrived: number }) {
  return {
    itemAdded() {},
    sizeCorrected() {},
    bytesArrived: (count: number) => void (counts.arrived += count),
    bytesLost() {},
    bytesFound: (count: number) => void (counts.found += count),
    itemDone() {},
    itemFailed() {},
    allAdded() {},
    objectStarted: () => () => {},
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('not a deed of this test'))
}
