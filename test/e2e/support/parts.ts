import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import {
  parsePartHeader,
  parseProvenRange,
  type PartHeader,
  type ProvenRange,
} from '../../../src/core/part-record.ts'
import { createGate, type Rule } from '../../support/fault-scripts.ts'
import type { LoggedRequest } from '../../support/request-log.ts'
import { generated, type ByteSource } from '../../support/test-bytes.ts'
import { listTree, type Workspace } from '../../support/workspace.ts'
import type { TaskBench, TaskObject } from './task-bench.ts'
import { until } from './until.ts'

/** Bytes of a part under `PART_FLAGS`. */
export const PART_BYTES = 10_000
/** Six parts. */
export const LARGE_BYTES = 6 * PART_BYTES
/** Everything goes in parts of `PART_BYTES`, two of an object at a time. */
export const PART_FLAGS: readonly string[] = ['-threshold=1', `-ps=${PART_BYTES}`, '-p=2']

/** A part record on disk. */
export interface FoundRecord {
  readonly path: string
  readonly header: PartHeader
  readonly ranges: readonly ProvenRange[]
}

/** An object of six parts; a seed stands for its content. */
export function largeBody(seed = 0): ByteSource {
  return generated(LARGE_BYTES, seed)
}

/** All part records that can be read. */
export async function readPartRecords(space: Workspace): Promise<readonly FoundRecord[]> {
  const folder = join(space.cpd, 'down')
  const names = await readdir(folder).catch(() => [])
  const records = names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name))
  const found = await Promise.all(records.map(readPartRecord))
  return found.filter((record) => record !== undefined)
}

/** The part record of an object; throws where there is none. */
export async function partRecordOf(space: Workspace, key: string): Promise<FoundRecord> {
  const found = (await readPartRecords(space)).find(({ header }) => header.key === key)
  assert.ok(found, `there is no part record of ${key}`)
  return found
}

/** What GETs of an object asked for, by position; a GET without a range asked for all. */
export function rangesAsked(bench: TaskBench, key: string): readonly ByteRange[] {
  return bench.server.requests
    .seen({ method: 'GET', key })
    .map(askedRange)
    .toSorted((left, right) => left.start - right.start)
}

/** Where a request for a part begins; -1 for a request without a range. */
export function rangeStart({ range }: LoggedRequest): number {
  return range === undefined ? -1 : Number(/^bytes=(\d+)-/.exec(range)?.[1] ?? Number.NaN)
}

/** Holds all parts from this byte of the object on, for good, after some bytes of each. */
export function holdPartsFrom(start: number, afterBytes = 3000): Rule {
  return {
    on: (request) => rangeStart(request) >= start,
    do: { hold: { at: afterBytes, gate: createGate() } },
  }
}

/** Resolves once each object has so many ranges in its record on disk. */
export async function partsRecorded(
  space: Workspace,
  keys: readonly string[],
  count: number,
): Promise<void> {
  await until(`${count} ranges of ${keys.join(', ')} are recorded`, async () => {
    const records = await readPartRecords(space)
    const ready = records.filter(({ header, ranges }) => {
      return keys.includes(header.key) && ranges.length >= count
    })
    return ready.length === keys.length
  })
}

/** Resolves once the object's temp file holds the right bytes in the range. */
export async function tempHolds(
  space: Workspace,
  object: TaskObject,
  range: ByteRange,
): Promise<void> {
  const { header } = await partRecordOf(space, object.key)
  await until(`the temp file holds ${range.start} to ${range.end}`, async () => {
    const bytes = await readFile(header.tempFile)
    return bytes.subarray(range.start, range.end).equals(object.body.read(range))
  })
}

/**
 * Kills a run with SIGKILL while the first two parts of each object are recorded and the next two
 * have brought some bytes. Then the script and the request log are empty again.
 */
export async function killHalfway(bench: TaskBench, keys: readonly string[]): Promise<void> {
  const { server, space } = bench
  server.script.add(holdPartsFrom(2 * PART_BYTES))
  const run = bench.start({ flags: [...PART_FLAGS, `-j=${keys.length}`] })
  const onTheirWay = keys.flatMap((key) =>
    [2, 3].map((part) => server.requests.arrived({ key, range: startsAt(part * PART_BYTES) })),
  )
  await Promise.all([partsRecorded(space, keys, 2), ...onTheirWay])
  await run.kill('SIGKILL')
  server.script.clear()
  server.requests.forget()
}

/** Picks requests for the part that begins there. */
export function startsAt(start: number): RegExp {
  return new RegExp(`^bytes=${start}-`)
}

/** Asserts that neither part records, locks nor temp files are left, hidden ones included. */
export async function assertNothingLeft(space: Workspace): Promise<void> {
  assert.deepEqual(await listTree(join(space.cpd, 'down')), [], 'part records or locks are left')
  assert.deepEqual(await listTree(space.tmp), [], 'temp files are left')
  const hidden = (await listTree(space.dest)).filter((path) => path.includes('.obs.temp'))
  assert.deepEqual(hidden, [], 'temp files are left beside destinations')
}

async function readPartRecord(path: string): Promise<FoundRecord | undefined> {
  // A record may vanish or be replaced at any moment while a run goes on.
  const [first = '', ...lines] = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  const header = parsePartHeader(first)
  if (header === undefined) return undefined
  const ranges = lines.flatMap((line) => parseProvenRange(line, header.sizeBytes) ?? [])
  return { path, header, ranges }
}

/** What a GET asked for; without a range, all up to infinity. */
export function askedRange({ range }: LoggedRequest): ByteRange {
  if (range === undefined) return { start: 0, end: Number.POSITIVE_INFINITY }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? []
  return { start: Number(first), end: Number(last) + 1 }
}
