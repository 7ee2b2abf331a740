import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ours } from './contestants.ts'
import { measure } from './measure.ts'
import type { Stage } from './stage.ts'
import { median, type Table } from './table.ts'
import { startUnevenStore } from './uneven-store.ts'

const mebibyte = 1024 ** 2
const delayMs = 20
const even = [50_000, 50_000, 50_000, 50_000]
const SIZES = ['auto', '4MB', '8MB', '32MB'] as const

/** The five connections that a run opens, by what each brings. */
const STORES = [
  { name: 'five of 50 MB/s', bytesPerMs: [50_000, ...even] },
  { name: 'one of them 25 MB/s', bytesPerMs: [25_000, ...even] },
  { name: 'one of them 12.5 MB/s', bytesPerMs: [12_500, ...even] },
] as const

/** Part sizes, on objects of two sizes, over connections that are equal and that are not. */
export async function* benchPartSize(stage: Stage, rounds: number): AsyncGenerator<Table> {
  const rows: string[][] = []
  for (const sizeMib of [100, 512]) {
    for (const { name, bytesPerMs } of STORES) {
      const sizeBytes = sizeMib * mebibyte
      const store = await startUnevenStore({ sizeBytes, delayMs, bytesPerMs })
      const walls = new Map<string, number[]>(SIZES.map((size) => [size, []]))
      for (let round = 0; round < rounds; round += 1) {
        for (const size of SIZES) {
          walls.get(size)?.push(await timeOf(stage, { endpoint: store.endpoint, sizeBytes, size }))
        }
      }
      await store.close()
      const medians = SIZES.map((size) => `${median(walls.get(size) ?? []).toFixed(2)} s`)
      rows.push([`${sizeMib} MiB, ${name}`, ...medians])
    }
  }
  yield {
    title: 'Part sizes',
    note: `From a store ${delayMs} ms away, with -p=5; how long the download takes with each part size.`,
    head: ['', ...SIZES.map((size) => `-ps=${size}`)],
    rows,
  }
}

async function timeOf(
  stage: Stage,
  run: { readonly endpoint: string; readonly sizeBytes: number; readonly size: string },
): Promise<number> {
  const { endpoint, sizeBytes, size } = run
  const folder = await mkdtemp(join(stage.root, 'run-'))
  const objects = [{ key: 'uneven.bin', sizeBytes }]
  const command = await ours.prepare({ stage, endpoint, objects, flags: [`-ps=${size}`] }, folder)
  const { wallSeconds, exitCode, output } = await measure(command, folder)
  await rm(folder, { recursive: true })
  if (exitCode !== 0) throw new Error(`exit ${exitCode}:\n${output}`)
  return wallSeconds
}
