import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import {
  formatOfficialRecord,
  officialRecordFile,
  type OfficialRecordText,
} from '../../support/official-record.ts'
import { md5Of, type ByteSource } from '../../support/test-bytes.ts'
import { PART_BYTES } from './parts.ts'
import { BUCKET, type TaskBench, type TaskObject } from './task-bench.ts'

/** What the official tool left of one download. */
export interface Leftover {
  readonly key: string
  readonly body: ByteSource
  /** Path of its part record. */
  readonly recordPath: string
  readonly tempPath: string
  /** What the record says. */
  readonly record: OfficialRecordText
}

interface LeftoverOptions {
  /** Numbers of the complete parts, from 1. Default: the first two. */
  readonly complete?: readonly number[]
  /** Default: the folder of `-tempFileDir`. */
  readonly folder?: string
}

/** An object whose ETag is its MD5, as after an upload in one piece. */
export function plainObject(key: string, body: ByteSource): TaskObject {
  return { key, body, etag: `"${md5Of(body)}"` }
}

/**
 * Lays down what the official tool leaves when it is interrupted: a temp file of the full size that
 * holds the complete parts and holes, and a record of parts of `PART_BYTES`.
 */
export async function leaveBehind(
  bench: TaskBench,
  { key, body, etag }: TaskObject,
  options: LeftoverOptions = {},
): Promise<Leftover> {
  const { complete = [1, 2], folder = bench.space.tmp } = options
  const tempPath = join(folder, `${randomUUID()}.obs.temp`)
  const parts = partsOf(body.sizeBytes)
  const bytes = Buffer.alloc(body.sizeBytes)
  for (const number of complete) {
    const part = parts[number - 1]
    if (part !== undefined) body.read(part).copy(bytes, part.start)
  }
  await mkdir(folder, { recursive: true })
  await writeFile(tempPath, bytes, { mode: 0o640 })
  const record = {
    bucket: BUCKET,
    key,
    destination: bench.destinationOf(key),
    sizeBytes: body.sizeBytes,
    etag: etag ?? '',
    lastModifiedSeconds: Date.parse('2024-01-02T03:04:05Z') / 1000,
    tempFile: tempPath,
    parts: parts.map((part, at) => ({ ...part, complete: complete.includes(at + 1) })),
  }
  const records = join(bench.space.cpd, 'download')
  await mkdir(records, { recursive: true })
  const recordPath = join(records, officialRecordFile(BUCKET, key))
  await writeFile(recordPath, formatOfficialRecord(record))
  return { key, body, recordPath, tempPath, record }
}

/** Writes another record in place of a leftover's. */
export async function rewrite(
  leftover: Leftover,
  change: Partial<OfficialRecordText>,
): Promise<void> {
  await writeFile(leftover.recordPath, formatOfficialRecord({ ...leftover.record, ...change }))
}

function partsOf(sizeBytes: number): readonly ByteRange[] {
  return Array.from({ length: Math.ceil(sizeBytes / PART_BYTES) }, (_, at) => ({
    start: at * PART_BYTES,
    end: Math.min(sizeBytes, (at + 1) * PART_BYTES),
  }))
}
