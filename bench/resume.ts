import { copyFile, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { idOfItem } from '../src/adapters/item-ids.ts'
import { findGaps } from '../src/core/part-plan.ts'
import { formatPartHeader, formatProvenRange, type ProvenRange } from '../src/core/part-record.ts'
import { createPartFeed } from '../src/transfer/part-feed.ts'
import { compare } from './compare.ts'
import { forLargeObjects, installed, ours, type Contestant, type Job } from './contestants.ts'
import { putObject } from './objects.ts'
import { BUCKET, type Stage } from './stage.ts'
import { comparisonTable, type Table } from './table.ts'

const object = { key: 'huge.bin', sizeBytes: 4 * 1024 ** 3 }
const partSizeBytes = 32 * 1024 ** 2
/** One of so many parts was not fetched yet when the run before was killed. */
const missingOne = 16

/** 4 GiB from the start, and gone on with where a killed run left 15 of 16 parts. */
export async function* benchResume(stage: Stage, rounds: number): AsyncGenerator<Table> {
  await putObject(stage, object)
  const recorded = await recordedParts(join(stage.bucketFolder, object.key))
  const curls = installed({ curl: forLargeObjects['curl'] ?? ours })
  const resumed: Contestant = {
    name: 'obsutil, resumed',
    async prepare(job, folder) {
      await leaveParts(job, folder, recorded)
      return ours.prepare(job, folder)
    },
  }
  const job = { stage, endpoint: stage.plain, objects: [object] }
  const runs = await compare({ job, rounds, contestants: [ours, resumed, ...curls] })
  const missing = `${object.sizeBytes / missingOne / 1024 ** 2} MiB`
  const note = `From the start, and with all but ${missing} on disk, whose parts are read back and proven.`
  yield comparisonTable('4 GiB over HTTP, and resumed', note, runs)
}

async function recordedParts(path: string): Promise<readonly ProvenRange[]> {
  const whole = [{ start: 0, end: object.sizeBytes }]
  const feed = createPartFeed(whole, { partSizeBytes, sizing: 'fixed', parallels: 1 })
  feed.close()
  const file = await open(path)
  const buffer = Buffer.alloc(partSizeBytes)
  const recorded: ProvenRange[] = []
  try {
    for (let part = await feed.next(); part !== undefined; part = await feed.next()) {
      if (part.part % missingOne === 0) continue
      await file.read(buffer, 0, buffer.length, part.start)
      recorded.push({ ...part, crc32: crc32(buffer) })
    }
  } finally {
    await file.close()
  }
  return recorded
}

/** Lays out the record and the temp file as a killed run leaves them. */
async function leaveParts(job: Job, folder: string, recorded: readonly ProvenRange[]) {
  const source = { bucket: BUCKET, key: object.key, versionId: undefined }
  const destination = join(folder, 'dest', object.key)
  const id = idOfItem({ ...source, destination, listedSize: undefined })
  const tempFile = join(folder, '.obsutil_tempfile', `${id}.obs.temp`)
  await mkdir(join(folder, '.obsutil_tempfile'))
  await copyFile(join(job.stage.bucketFolder, object.key), tempFile)
  await wipe(tempFile, recorded)

  const { headers } = await fetch(`${job.endpoint}/${BUCKET}/${object.key}`, { method: 'HEAD' })
  const header = formatPartHeader({
    ...source,
    destination,
    sizeBytes: object.sizeBytes,
    etag: headers.get('etag') ?? '',
    lastModifiedMs: Date.parse(headers.get('last-modified') ?? ''),
    tempFile,
    partSizeBytes,
  })
  const records = join(folder, 'cpd', 'down')
  await mkdir(records, { recursive: true })
  const file = await open(join(records, `${id}.jsonl`), 'w', 0o600)
  try {
    await file.writeFile([header, ...recorded.map(formatProvenRange), ''].join('\n'))
  } finally {
    await file.close()
  }
}

/** Takes away what is not recorded. */
async function wipe(path: string, recorded: readonly ProvenRange[]) {
  const file = await open(path, 'r+')
  try {
    await file.chmod(0o600)
    for (const { start, end } of findGaps(object.sizeBytes, recorded)) {
      await file.write(Buffer.alloc(end - start), 0, end - start, start)
    }
  } finally {
    await file.close()
  }
}
