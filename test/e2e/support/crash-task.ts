import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { crc32 } from 'node:zlib'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import type { Rule } from '../../support/fault-scripts.ts'
import { startFaultServer } from '../../support/fault-server.ts'
import type { SeenRequests } from '../../support/request-log.ts'
import type { CliResult, CliRun } from '../../support/run-cli.ts'
import { startCli } from '../../support/run-cli.ts'
import { generated, literal, type ByteSource } from '../../support/test-bytes.ts'
import { listTree } from '../../support/workspace.ts'
import { BUCKET, linesAbout, makeBench, newTaskIdOf, type Bench } from './bench.ts'
import { askedRange, readPartRecords } from './parts.ts'

/** An object of the task, and what lay at its destination before. */
export interface CrashObject {
  readonly key: string
  readonly body: ByteSource
  readonly before?: string
}

/** How a run is disturbed. */
export interface Disturbance {
  readonly env?: Readonly<Record<string, string>>
  /** What the store does amiss in this run. */
  readonly rules?: readonly Rule[]
  /** Objects at a time; default: 3. */
  readonly jobs?: number
  /** Called as soon as the run goes on. */
  readonly meanwhile?: (run: CliRun, requests: SeenRequests) => Promise<void>
}

/** A task that is resumed again and again, and killed in between. */
export interface CrashTask {
  readonly bench: Bench
  readonly taskId: string
  /** Paths of destinations below the root, and the bytes that may lie there. */
  readonly destinations: ReadonlyMap<string, { readonly old?: Buffer; readonly new: Buffer }>
  /**
   * Resumes the task while one object is missing, which therefore fails. Then asserts what must hold
   * even if that run was killed: whole files, lists that tell the truth as far as they go, and no
   * proven range fetched again.
   */
  disturbed(disturbance: Disturbance): Promise<CliResult>
  /** The same with all objects there, to the end, where all must be done and nothing left over. */
  toTheEnd(): Promise<void>
}

/** Bytes of a part. */
const PART_BYTES = 10_000
const FLAGS = ['-threshold=20000', `-ps=${PART_BYTES}`, '-p=2']
const MISSING = 'missing.bin'
const FOLDER = 'folder/'
const TASK_ID_ENDING = '00000000-0000-0000-0000-000000000000.txt'
const LAST_MODIFIED = new Date('2024-01-01T00:00:00Z')

/** Seven files in one GET each, two in parts, a folder; three files take the place of old ones. */
const OBJECTS: readonly CrashObject[] = [
  { key: 'one.txt', body: generated(900, 1), before: 'what was here before' },
  { key: 'sub/two.bin', body: generated(3000, 2) },
  { key: 'parts/one.bin', body: generated(4 * PART_BYTES, 3) },
  { key: MISSING, body: generated(700, 4) },
  { key: 'same-size.txt', body: literal('new bytes'), before: 'old bytes' },
  { key: 'parts-two.bin', body: generated(3.5 * PART_BYTES, 5), before: 'x'.repeat(35_000) },
  { key: 'empty', body: literal('') },
  { key: 'deep/er/five.bin', body: generated(8000, 6) },
  { key: 'six.bin', body: generated(5000, 7) },
]

/**
 * Lays the task out on a disk of its own; gone again when the test has ended. Every run has the keys of
 * the configuration and the flags.
 */
export async function makeCrashTask(
  t: TestContext,
  config: Readonly<Record<string, string>> = {},
  flags: readonly string[] = [],
): Promise<CrashTask> {
  const bench = await makeBench(t)
  const items = [
    ...OBJECTS.map(bench.itemOf),
    { ...bench.unsizedItemOf({ key: FOLDER, body: '' }) },
  ]
  const taskId = await bench.writeFailureList({ items })
  const destinations = new Map(
    OBJECTS.map(({ key, body, before }) => {
      const bytes = { new: body.read({ start: 0, end: body.sizeBytes }) }
      const path = `dest/${key}`
      return [path, before === undefined ? bytes : { ...bytes, old: Buffer.from(before) }]
    }),
  )
  for (const { key, before } of OBJECTS) {
    if (before !== undefined) await writeFile(bench.pathOf(key), before)
  }

  // Each run has a store of its own: what a killed one had still sent is no request of the next one.
  const runWith = async (objects: readonly CrashObject[], disturbance: Disturbance) => {
    const proven = await findProven(bench)
    const server = await startFaultServer({
      objects: objects.map(({ key, body }) => {
        return { bucket: BUCKET, key, body, lastModified: LAST_MODIFIED }
      }),
    })
    try {
      server.script.add(...(disturbance.rules ?? []))
      const quiet = { utilLogLevel: 'OFF', sdkLogLevel: 'OFF' }
      await bench.configure({ endpoint: server.endpoint, maxRetryCount: 0, ...quiet, ...config })
      const { home } = bench
      const words = bench.words(taskId, ...FLAGS, ...flags, `-j=${disturbance.jobs ?? 3}`)
      const run = startCli(words, { home, env: disturbance.env ?? {} })
      await disturbance.meanwhile?.(run, server.requests)
      const result = await run.done
      assertNotFetched(proven, server.requests)
      return result
    } finally {
      await server.close()
    }
  }

  return {
    bench,
    taskId,
    destinations,
    async disturbed(disturbance) {
      const present = OBJECTS.filter(({ key }) => key !== MISSING)
      const result = await runWith(present, disturbance)
      await assertWholeFiles(bench, destinations)
      await assertTrueLists(
        bench,
        items.map(({ destination }) => destination),
      )
      return result
    },
    async toTheEnd() {
      const result = await runWith(OBJECTS, {})
      await bench.assertExit(result, 0)
      await bench.assertArrived(...OBJECTS)
      assert.deepEqual(await bench.findRemains(), [], 'something is left over')
      const lists = await bench.readReports(newTaskIdOf(result))
      assert.deepEqual([lists.failed, lists.warning], [[], []])
      assert.equal(lists.succeed.length, items.length)
      for (const { destination } of items) {
        assert.equal(linesAbout(lists.succeed, destination).length, 1, destination)
      }
    },
  }
}

/** Ranges of a key that the record claims and the temp file holds. */
type Proven = ReadonlyMap<string, readonly ByteRange[]>

async function findProven(bench: Bench): Promise<Proven> {
  const proven = new Map<string, readonly ByteRange[]>()
  for (const { header, ranges } of await readPartRecords(bench)) {
    // Once the file was put in place, its record is about nothing.
    const bytes = await readFile(header.tempFile).catch(() => Buffer.alloc(0))
    const holds = ranges.filter(({ start, end, crc32: crc }) => {
      return bytes.length === header.sizeBytes && crc32(bytes.subarray(start, end)) === crc
    })
    proven.set(header.key, holds)
  }
  return proven
}

function assertNotFetched(proven: Proven, requests: SeenRequests): void {
  for (const [key, ranges] of proven) {
    for (const asked of requests.seen({ method: 'GET', key }).map(askedRange)) {
      const again = ranges.filter(({ start, end }) => start < asked.end && asked.start < end)
      assert.deepEqual(
        again,
        [],
        `${key} was proven there, and bytes from ${asked.start} asked for`,
      )
    }
  }
}

/** At each destination: the old file, the new one, or nothing where nothing was. */
async function assertWholeFiles(
  { root }: Bench,
  destinations: CrashTask['destinations'],
): Promise<void> {
  const files = (await listTree(join(root, 'dest'))).map((name) => `dest/${name}`)
  for (const path of files) {
    if (path.endsWith('/') || path.endsWith('.obs.temp')) continue
    const known = destinations.get(path) ?? assert.fail(`${path} was never asked for`)
    const found = await readFile(join(root, path))
    assert.ok(found.equals(known.new) || known.old?.equals(found), `${path} is neither old nor new`)
  }
  for (const [path, { old }] of destinations) {
    if (old !== undefined) assert.ok(files.includes(path), `${path} is gone`)
  }
}

/** Of the lines that are whole: no item has two in a run's lists, and what succeeded is there. */
async function assertTrueLists(bench: Bench, destinations: readonly string[]): Promise<void> {
  const names = (await readdir(bench.out)).filter((name) => !name.includes('_20240102030405_'))
  const taskIds = new Set(names.map((name) => name.slice(-TASK_ID_ENDING.length)))
  for (const taskId of taskIds) {
    const lists = names.filter((name) => name.endsWith(taskId))
    const texts = await Promise.all(lists.map((name) => readFile(join(bench.out, name), 'utf8')))
    const lines = texts.flatMap((text) => text.split('\n').slice(0, -1))
    for (const destination of destinations) {
      const about = linesAbout(lines, destination)
      assert.ok(about.length <= 1, `${destination} has ${about.length} lines in a run's lists`)
      if (!about.join().includes('success message')) continue
      if (destination.endsWith('folder')) continue
      const path = `dest/${destination.slice(bench.dest.length + 1)}`
      const body = OBJECTS.find(({ key }) => path === `dest/${key}`)?.body ?? assert.fail(path)
      const found = await readFile(destination)
      assert.ok(found.equals(body.read({ start: 0, end: body.sizeBytes })), destination)
    }
  }
}
