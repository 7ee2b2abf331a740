import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ours } from './contestants.ts'
import { measure } from './measure.ts'
import { putObject } from './objects.ts'
import { startBusyStore, startDistantStore, type SlowStore } from './slow-store.ts'
import type { Stage } from './stage.ts'
import { median, type Table } from './table.ts'

/** Stores that are far away or busy, and a limit of the rate. */
export async function* benchPacing(stage: Stage, rounds: number): AsyncGenerator<Table> {
  yield await benchDistance(stage, rounds)
  yield await benchStorm(stage)
  yield await benchRate(stage)
}

async function benchDistance(stage: Stage, rounds: number): Promise<Table> {
  const rows: string[][] = []
  for (const jobs of [5, 50]) {
    const walls: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      const store = await startDistantStore(20)
      walls.push(await timeOf(stage, store, { items: 100, flags: [`-j=${jobs}`] }))
      await store.close()
    }
    rows.push([
      `-j=${jobs}`,
      `${median(walls).toFixed(2)} s`,
      `${((100 / jobs) * 0.02).toFixed(2)} s`,
    ])
  }
  return {
    title: '100 objects from a store 20 ms away',
    note: 'The start of Node.js included. The last column is what the answers alone take.',
    head: ['', 'wall', 'of it waiting'],
    rows,
  }
}

async function benchStorm(stage: Stage): Promise<Table> {
  const perSecond = 200
  const items = 2000
  const store = await startBusyStore(perSecond)
  const config = { maxRetryCount: 20 }
  const seconds = await timeOf(stage, store, { items, flags: ['-j=50'], config })
  const refused = store.counts.get(503) ?? 0
  await store.close()
  const rate = items / seconds
  return {
    title: `${items} objects from a store that admits ${perSecond} requests a second`,
    note: 'With -j=50; what is beyond that rate is answered 503 at once.',
    head: ['', 'wall', 'objects a second', 'of the rate admitted', '503 for each object'],
    rows: [
      [
        'obsutil',
        `${seconds.toFixed(1)} s`,
        rate.toFixed(0),
        `${((100 * rate) / perSecond).toFixed(0)} %`,
        (refused / items).toFixed(2),
      ],
    ],
  }
}

interface Load {
  readonly items: number
  readonly flags: readonly string[]
  readonly config?: Readonly<Record<string, string | number>>
}

async function timeOf(stage: Stage, store: SlowStore, load: Load): Promise<number> {
  const folder = join(stage.root, `pacing-${performance.now()}`)
  await mkdir(folder)
  const objects = Array.from({ length: load.items }, (_, at) => ({
    key: `k${at}`,
    sizeBytes: 1024,
  }))
  const job = { stage, endpoint: store.endpoint, objects, ...load }
  const { wallSeconds, exitCode, output } = await measure(await ours.prepare(job, folder), folder)
  if (exitCode !== 0) throw new Error(output)
  return wallSeconds
}

const sampleMs = 50
const windowMs = 2000

async function benchRate(stage: Stage): Promise<Table> {
  const limit = 50_000_000
  const object = { key: 'rate.bin', sizeBytes: 8 * limit }
  await putObject(stage, object)
  const folder = join(stage.root, 'rate')
  await mkdir(folder)
  const config = { rateLimitThreshold: limit }
  const job = { stage, endpoint: stage.plain, objects: [object], config }
  const command = await ours.prepare(job, folder)
  const samples: { readonly atMs: number; readonly bytes: number }[] = []
  const running = measure(command, folder)
  let isOver = false
  const sampling = (async () => {
    while (!isOver) {
      samples.push({ atMs: performance.now(), bytes: await bytesIn(folder) })
      await sleep(sampleMs)
    }
  })()
  const { wallSeconds } = await running
  isOver = true
  await sampling
  const rates = ratesOf(samples).map((rate) => (100 * rate) / limit)
  return {
    title: 'rateLimitThreshold=50000000',
    note: `400 MB in ${wallSeconds.toFixed(2)} s, 8 s at the limit. The rate over any 2 seconds, by the blocks of the temp file every ${sampleMs} ms, in percent of the limit.`,
    head: ['', 'least', 'median', 'most'],
    rows: [
      [
        'obsutil',
        ...[Math.min(...rates), median(rates), Math.max(...rates)].map(
          (one) => `${one.toFixed(1)} %`,
        ),
      ],
    ],
  }
}

/** Bytes a second over each window that lies between the first bytes and the last. */
function ratesOf(samples: readonly { readonly atMs: number; readonly bytes: number }[]): number[] {
  const most = Math.max(...samples.map(({ bytes }) => bytes))
  const moving = samples.filter(({ bytes }) => bytes > 0 && bytes < most)
  return moving.flatMap(({ atMs, bytes }) => {
    const later = moving.find((sample) => sample.atMs >= atMs + windowMs)
    return later === undefined ? [] : [((later.bytes - bytes) * 1000) / (later.atMs - atMs)]
  })
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true })
  const temp = entries.find((name) => name.endsWith('.obs.temp'))
  if (temp === undefined) return 0
  const found = await stat(join(folder, temp)).catch(() => undefined)
  return (found?.blocks ?? 0) * 512
}
