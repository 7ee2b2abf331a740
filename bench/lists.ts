import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { official, ours, type Contestant, type Job } from './contestants.ts'
import { measure } from './measure.ts'
import { putObject } from './objects.ts'
import type { Stage } from './stage.ts'
import type { Table } from './table.ts'

/** Long lists, once each: a million lines that are left out, and a hundred thousand objects. */
export async function* benchLists(stage: Stage): AsyncGenerator<Table> {
  await putObject(stage, { key: 'any.bin', sizeBytes: 1024 })
  await writeFile(
    join(stage.root, 'metadata-any.conf'),
    'location /bench/any/ { try_files /bench/any.bin =404; }\n',
  )
  await stage.reload()
  const rows = [await timeOf(stage, ours, { lines: 1_000_000, flags: ['-exclude=*'] })]
  for (const contestant of [ours, ...official()]) {
    rows.push(await timeOf(stage, contestant, { lines: 100_000, flags: [] }))
  }
  yield {
    title: 'Long lists',
    note: 'A list of a million lines that are all left out, and one of objects of 1 KiB.',
    head: ['', 'wall', 'lines a second', 'processor', 'memory'],
    rows,
  }
}

interface List {
  readonly lines: number
  readonly flags: readonly string[]
}

async function timeOf(stage: Stage, contestant: Contestant, list: List): Promise<string[]> {
  const folder = join(stage.root, `lists-${performance.now()}`)
  await mkdir(folder)
  const objects = Array.from({ length: list.lines }, (_, at) => ({
    key: `any/${Math.floor(at / 500)}/${at}.bin`,
    sizeBytes: 1024,
  }))
  const job: Job = { stage, endpoint: stage.plain, objects, flags: list.flags }
  const figures = await measure(await contestant.prepare(job, folder), folder)
  if (figures.exitCode !== 0) throw new Error(figures.output)
  await rm(folder, { recursive: true })
  const what = list.flags.length === 0 ? 'objects' : 'lines left out'
  return [
    `${contestant.name}, ${list.lines} ${what}`,
    `${figures.wallSeconds.toFixed(1)} s`,
    (list.lines / figures.wallSeconds).toFixed(0),
    `${figures.cpuSeconds.toFixed(1)} s`,
    `${figures.peakMegabytes.toFixed(0)} MB`,
  ]
}
