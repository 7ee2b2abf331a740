import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { systemClock } from '../../src/adapters/system-clock.ts'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { ItemError } from '../../src/core/errors.ts'
import type { FileSummer } from '../../src/core/file-sum-ports.ts'
import type { Item } from '../../src/core/item.ts'
import type { Part } from '../../src/core/part-plan.ts'
import type { ProvenRange } from '../../src/core/part-record.ts'
import type { Log, ObjectHead, ObjectStore, PartRecord, TempFile } from '../../src/core/ports.ts'
import { fetchParts, type FetchTools } from '../../src/transfer/fetch-parts.ts'
import { createItemMeter } from '../../src/transfer/item-meter.ts'
import { createPace } from '../../src/transfer/pace.ts'
import { NO_HASHES } from '../../src/transfer/parts-hashes.ts'
import type { PartsInProgress, PartsJob } from '../../src/transfer/parts-job.ts'
import { generated } from '../support/test-bytes.ts'

const SIZE_BYTES = 4000
const PART_BYTES = 1000
const BYTES = generated(SIZE_BYTES).read({ start: 0, end: SIZE_BYTES })
const never = new AbortController().signal

/** The first two parts are in the record, the others are not. */
const CLAIMED: readonly ProvenRange[] = [claim(1), claim(2)]
const MISSING: readonly Part[] = [part(3), part(4)]

describe('fetchParts() of a download that is resumed', () => {
  it('asks for what is missing before anything of the record is proven', async () => {
    const run = setUp()
    const asked = new Promise<void>((resolve) => (run.hooks.asked = resolve))
    run.hooks.sum = async (range) => {
      await asked
      return run.sumOf(range)
    }
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
    assert.deepEqual(run.events, ['GET 2000', 'GET 3000'])
    assert.equal(run.progress.found, 2000)
    assert.equal(run.progress.arrived, 2000)
  })

  it('fetches what was refuted, once the record does not claim it any more', async () => {
    const run = setUp()
    run.file.fill(0, 1500, 1501)
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
    assert.deepEqual(run.file, BYTES)
    const rewriting = run.events.findIndex((event) => event.startsWith('record anew'))
    assert.match(run.events[rewriting] ?? '', /\[0,1000\)/)
    assert.doesNotMatch(run.events[rewriting] ?? '', /\[1000,2000\)/)
    assert.ok(rewriting < run.events.indexOf('GET 1000'), run.events.join('\n'))
    assert.ok(run.events.includes('room for 1000'))
    assert.equal(run.progress.found, 1000)
  })

  it('ends the proof when fetching is pointless, and returns only then', async () => {
    const run = setUp()
    let isProving = true
    run.hooks.sum = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          isProving = false
          reject(new Error('aborted'))
        })
      })
    run.hooks.get = () =>
      Promise.reject(new ItemError('gone', { code: 'NoSuchKey', retry: 'changed', status: 412 }))
    await assert.rejects(run.fetch(), /gone/)
    assert.equal(isProving, false)
  })

  it('ends the fetching when the disk cannot be read, and throws that', async () => {
    const run = setUp()
    run.hooks.sum = () => Promise.reject(new Error('no threads'))
    run.hooks.read = () => Promise.reject(new ItemError('no disk', { code: 'EACCES' }))
    run.hooks.get = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    await assert.rejects(run.fetch(), /no disk/)
  })

  it('takes a place of the disk that is bad for one that is missing', async () => {
    const run = setUp()
    run.hooks.sum = () => Promise.reject(new Error('no threads'))
    run.hooks.read = () => Promise.reject(new ItemError('bad sector', { code: 'EIO' }))
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
  })
})

function claim(number: number): ProvenRange {
  const range = part(number)
  return { ...range, crc32: crc32(BYTES.subarray(range.start, range.end)) }
}

function part(number: number): Part {
  return { part: number, start: (number - 1) * PART_BYTES, end: number * PART_BYTES }
}

/** Where ranges begin and end, provided that they meet. */
function tiles(ranges: readonly ByteRange[]): readonly number[] {
  const inOrder = ranges.toSorted((one, other) => one.start - other.start)
  for (const [at, { start }] of inOrder.entries()) assert.equal(start, inOrder[at - 1]?.end ?? 0)
  return [0, ...inOrder.map(({ end }) => end)]
}

interface Hooks {
  asked: () => void
  get: ((signal: AbortSignal) => Promise<void>) | undefined
  sum: (range: ByteRange, signal: AbortSignal) => ReturnType<FileSummer['sum']>
  read: TempFile['read']
}

function setUp() {
  const file = Buffer.alloc(SIZE_BYTES)
  BYTES.copy(file, 0, 0, 2 * PART_BYTES)
  const events: string[] = []
  const progress = { found: 0, arrived: 0 }
  const sumOf = ({ start, end }: ByteRange) =>
    Promise.resolve(new Map([['crc32', BigInt(crc32(file.subarray(start, end)))]] as const))
  const hooks: Hooks = { asked() {}, get: undefined, sum: sumOf, read: refuse }

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
    async get({ range = { start: 0, end: SIZE_BYTES } }, sink, signal) {
      events.push(`GET ${range.start}`)
      hooks.asked()
      if (hooks.get !== undefined) return hooks.get(signal)
      await sink.begin(HEAD)
      await sink.write(BYTES.subarray(range.start, range.end))
    },
  }
  const job: PartsJob = {
    id: 'id',
    item: ITEM,
    placement: { target: '/d', directTemp: '/d.temp' },
    meter: createItemMeter(progressOf(progress), SIZE_BYTES),
    head: HEAD,
    checks: [],
  }
  const started: PartsInProgress = {
    temp,
    record,
    found: [],
    claimed: CLAIMED,
    claimMore(bytes) {
      events.push(`room for ${bytes}`)
      return Promise.resolve()
    },
    missing: MISSING,
    partSizeBytes: PART_BYTES,
    wholeProof: undefined,
  }
  const context = {
    store,
    signal: never,
    clock: systemClock,
    log: SILENT,
    maxRetries: 0,
    pace: createPace({ maxConnections: 10, bytesPerSecond: 0, clock: systemClock }),
  }
  const tools = {
    context,
    hashes: NO_HASHES,
    summer: { sum: ({ range }, signal) => hooks.sum(range, signal) } satisfies FileSummer,
    parallels: 2,
    durability: 'cached',
    abortStatuses: new Set<number>(),
  } as const
  // What else the engine has is not needed here, and is not there.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a test that needed more would fail
  const fetch = () => fetchParts(job, started, tools as unknown as FetchTools)
  return { file, events, progress, hooks, sumOf, fetch }
}

const ITEM: Item = {
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  destination: '/d',
  listedSize: undefined,
}

const HEAD: ObjectHead = {
  sizeBytes: SIZE_BYTES,
  etag: '"e"',
  lastModifiedMs: 0,
  userMd5: undefined,
  checksums: [],
  status: 206,
  requestId: '',
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
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('not a deed of this test'))
}
