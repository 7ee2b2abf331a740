import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contestant, Job } from './contestants.ts'
import { measure, type Figures } from './measure.ts'

/** All runs of one contestant, round by round. */
export interface Runs {
  readonly name: string
  readonly figures: readonly Figures[]
}

/** A job and who does it. */
export interface Comparison {
  readonly job: Job
  readonly contestants: readonly Contestant[]
  readonly rounds: number
}

/**
 * Lets all contestants do the job once a round, in an order that moves on by one from round to round,
 * each into a new folder. One round before those is not counted. Throws where one of them did not fetch
 * all bytes. Folders of few files are deleted after each run; those of many only in the end, for ext4
 * takes its time to make files where others were deleted a moment ago.
 */
export async function compare({ job, contestants, rounds }: Comparison): Promise<readonly Runs[]> {
  const figures = new Map<string, Figures[]>(contestants.map(({ name }) => [name, []]))
  const used: string[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at] of contestants.entries()) {
      const contestant = contestants[(at + round) % contestants.length]
      if (contestant === undefined) continue
      const folder = await mkdtemp(join(job.stage.root, 'run-'))
      const result = await runOnce(contestant, job, folder)
      if (round > 0) figures.get(contestant.name)?.push(result)
      if (job.objects.length > fewFiles) used.push(folder)
      else await rm(folder, { recursive: true })
    }
  }
  for (const folder of used) await rm(folder, { recursive: true })
  return Array.from(figures, ([name, all]) => ({ name, figures: all }))
}

const fewFiles = 100

async function runOnce(contestant: Contestant, job: Job, folder: string): Promise<Figures> {
  const command = await contestant.prepare(job, folder)
  const figures = await measure(command, folder)
  const wanted = job.objects.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const got = await sizeOf(join(folder, 'dest'))
  if (got !== wanted || figures.exitCode !== 0) {
    throw new Error(
      `${contestant.name} fetched ${got} of ${wanted} bytes, exit ${figures.exitCode}:\n${figures.output}`,
    )
  }
  return figures
}

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
