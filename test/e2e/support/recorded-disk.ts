import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { createDiskModel, type DiskModel } from '../../support/disk-model.ts'
import type { Snapshot } from '../../support/disk-nodes.ts'
import { loggingTo, readOperationLog, type FileEvent } from '../../support/operation-log.ts'
import { holdPartsFrom, partsRecorded, startsAt } from './parts.ts'
import type { CrashTask } from './crash-task.ts'

/** What two runs of a task did to the disk: one that was killed halfway, and the one that went on. */
export interface RecordedDisk {
  /** Plays the runs and calls the visitor before the first event and after each. */
  play(visit: (disk: DiskModel, event: FileEvent | undefined) => void): void
}

/** Runs the task twice, the first time up to a kill with half of the parts recorded, and records it. */
export async function recordTwoRuns(task: CrashTask): Promise<RecordedDisk> {
  const { bench } = task
  const start = await takeSnapshot(bench.root)
  const logs = ['first', 'second'].map((name) => join(bench.home, `${name}.log`))
  const [first = '', second = ''] = logs
  await task.disturbed({
    env: loggingTo(first, bench.root),
    rules: [holdPartsFrom(HELD_FROM)],
    async meanwhile(run, requests) {
      await requests.arrived({ range: startsAt(HELD_FROM) })
      await partsRecorded(bench, ['parts/one.bin', 'parts-two.bin'], 2)
      await run.kill('SIGKILL')
    },
  })
  await task.disturbed({ env: loggingTo(second, bench.root) })
  const runs = await Promise.all(logs.map(readOperationLog))
  return {
    play(visit) {
      const disk = createDiskModel(start)
      visit(disk, undefined)
      for (const events of runs) {
        disk.nextProcess()
        for (const event of events) {
          disk.apply(event)
          visit(disk, event)
        }
      }
    },
  }
}

/** Makes the folder hold just this, and all of it an hour old: it takes a while to boot. */
export async function layDown(root: string, snapshot: Snapshot): Promise<void> {
  const anHourAgo = new Date(Date.now() - 3_600_000)
  for (const name of await readdir(root)) await rm(join(root, name), { recursive: true })
  for (const [name, found] of snapshot) {
    const path = join(root, name)
    await mkdir(found === 'folder' ? path : dirname(path), { recursive: true })
    if (found === 'folder') continue
    await writeFile(path, found, { mode: 0o600 })
    await utimes(path, anHourAgo, anHourAgo)
  }
}

/** The part that is never there when the first run is killed, and all after it. */
const HELD_FROM = 20_000

async function takeSnapshot(root: string): Promise<Snapshot> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true })
  const found = entries.map(async (entry): Promise<readonly [string, Buffer | 'folder']> => {
    const path = join(entry.parentPath, entry.name)
    return [relative(root, path), entry.isDirectory() ? 'folder' : await readFile(path)]
  })
  return new Map(await Promise.all(found))
}
