import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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

/** The same object with and without its MD5 compared, which the store tells as metadata. */
async function benchVerification(stage: Stage, rounds: number, md5: string): Promise<Table> {
  await writeFile(
    join(stage.root, 'metadata-md5.conf'),
    `location = /bench/large.bin { add_header x-amz-meta-md5chksum ${md5}; }\n`,
  )
  await stage.reload()
  const variants = [
    { name: 'obsutil', flags: [] },
    { name: 'obsutil -vmd5', flags: ['-vmd5'] },
    { name: 'obsutil -p=16', flags: ['-p=16'] },
  ]
  const contestants = variants.map(({ name, flags }) => ({
    name,
    prepare: (job: Job, folder: string) => ours.prepare({ ...job, flags }, folder),
  }))
  const objects = [{ key: 'large.bin', sizeBytes: gibibyte }]
  const job = { stage, endpoint: stage.plain, objects }
  const note = 'The same object over HTTP, its MD5 compared, and in 16 parts at a time.'
  const runs = await compare({ job, rounds, contestants })
  return comparisonTable('1 GiB, verified', note, runs)
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
