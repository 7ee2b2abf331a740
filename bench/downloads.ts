import { createReadStream } from 'node:fs'
import { link, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CRC_OF_NOTHING } from '../src/core/crc.ts'
import { continueFastCrc } from '../src/transfer/fast-crc.ts'
import { compare } from './compare.ts'
import {
  forLargeObjects,
  forSmallObjects,
  installed,
  official,
  ours,
  type Contestant,
  type Job,
} from './contestants.ts'
import { putObject, putObjects } from './objects.ts'
import type { Stage } from './stage.ts'
import { comparisonTable, type Table } from './table.ts'

const gibibyte = 1024 ** 3

/** Large and small objects against everything else that is installed. */
export async function* benchDownloads(stage: Stage, rounds: number): AsyncGenerator<Table> {
  const large = { key: 'large.bin', sizeBytes: gibibyte }
  const md5 = await putObject(stage, large)
  const peers = installed(forLargeObjects)
  const overTls = peers.filter(({ name }) => !['aws-cli', 's3cmd'].includes(name))
  const run = async (title: string, job: Job, others: readonly Contestant[]) => {
    const contestants = [ours, ...official(), ...others]
    const runs = await compare({ job, rounds, contestants })
    return comparisonTable(title, 'One object, default flags.', runs)
  }
  const plain = { stage, endpoint: stage.plain, objects: [large] }
  const secure = { stage, endpoint: stage.secure, objects: [large] }
  yield await run('1 GiB over HTTP', plain, peers)
  yield await run('1 GiB over TLS', secure, overTls)
  yield await benchVerification(stage, rounds, md5)
  yield await benchSmall(stage, rounds, { count: 4000, sizeBytes: 16 * 1024 })
  yield await benchSmall(stage, rounds, { count: 20_000, sizeBytes: 1024 })
}

/** The same object with and without its checksums compared, at full speed and below that of MD5. */
async function benchVerification(stage: Stage, rounds: number, md5: string): Promise<Table> {
  const summed = 'with-crc64.bin'
  const path = join(stage.bucketFolder, summed)
  await link(join(stage.bucketFolder, 'large.bin'), path)
  await writeFile(
    join(stage.root, 'metadata-sums.conf'),
    [
      `location = /bench/large.bin { add_header x-amz-meta-md5chksum ${md5}; }`,
      `location = /bench/${summed} { add_header x-obs-hash-crc64ecma ${await crc64Of(path)}; }`,
      '',
    ].join('\n'),
  )
  await stage.reload()
  const limited = { config: { rateLimitThreshold: 300_000_000 } }
  const variants: readonly (Partial<Job> & { readonly name: string })[] = [
    { name: 'obsutil' },
    { name: 'CRC-64', objects: [{ key: summed, sizeBytes: gibibyte }] },
    { name: '-vmd5', flags: ['-vmd5'] },
    { name: '-p=1', flags: ['-p=1'] },
    { name: '-p=1 -vmd5', flags: ['-p=1', '-vmd5'] },
    { name: '-p=16', flags: ['-p=16'] },
    { name: '300 MB/s', ...limited },
    { name: '300 MB/s, -vmd5', ...limited, flags: ['-vmd5'] },
  ]
  const contestants = variants.map(({ name, ...variant }) => ({
    name,
    prepare: (job: Job, folder: string) => ours.prepare({ ...job, ...variant }, folder),
  }))
  const job = { stage, endpoint: stage.plain, objects: [{ key: 'large.bin', sizeBytes: gibibyte }] }
  const note =
    'One object over HTTP: its CRC-64 compared, its MD5, one part at a time, 16 at a time, and with `rateLimitThreshold`.'
  const runs = await compare({ job, rounds, contestants })
  return comparisonTable('1 GiB, verified', note, runs)
}

async function crc64Of(path: string): Promise<string> {
  let crc = CRC_OF_NOTHING
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2 })) {
    if (!(chunk instanceof Uint8Array)) throw new Error('a file is bytes')
    crc = continueFastCrc('crc64ecma', crc, chunk)
  }
  return crc.toString()
}

async function benchSmall(
  stage: Stage,
  rounds: number,
  { count, sizeBytes }: { readonly count: number; readonly sizeBytes: number },
): Promise<Table> {
  const objects = await putObjects(stage, { prefix: `of-${sizeBytes}`, count, sizeBytes })
  const job = { stage, endpoint: stage.plain, objects }
  const contestants = [ours, ...official(), ...installed(forSmallObjects)]
  const title = `${count} objects of ${sizeBytes / 1024} KiB over HTTP`
  const note = 'Default flags, 5 at a time here; each file by way of a temp file and a rename.'
  return comparisonTable(title, note, await compare({ job, rounds, contestants }))
}
