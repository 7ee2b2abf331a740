import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatSize } from '../../src/core/units.ts'
import { failureListName, formatFailureList } from '../../test/support/failure-list.ts'
import type { DemoObject } from './objects.ts'
import { bucket, credentials } from './store.ts'

/** Where the demo keeps everything. */
export interface DemoFolder {
  readonly root: string
  /** HOME of the tool, which keeps its lists, part records, configuration and logs there. */
  readonly home: string
  /** `-o`: result lists. */
  readonly lists: string
  /** Part records. */
  readonly records: string
  readonly downloads: string
  /** The configuration file that the tool looks for. */
  readonly configPath: string
  readonly logs: string
  /** The server's objects. */
  readonly store: string
}

/** A failure list that was laid down. */
export interface LaidTask {
  readonly taskId: string
  readonly listPath: string
  readonly text: string
}

/**
 * Makes a new folder among the system's temporary files.
 *
 * @param neededBytes throws where the disk has less.
 */
export async function makeDemoFolder(neededBytes: number): Promise<DemoFolder> {
  const base = await realpath(tmpdir())
  const { bavail, bsize } = await statfs(base)
  if (bavail * bsize < neededBytes) {
    throw new Error(
      `the demo needs ${formatSize(neededBytes)} in ${base}, which has ${formatSize(bavail * bsize)} free; set TMPDIR to a folder with more room, or add --small`,
    )
  }
  const root = await mkdtemp(join(base, 'obsutil-demo-'))
  const home = join(root, 'home')
  const folder = {
    root,
    home,
    lists: join(home, '.obsutil_output'),
    records: join(home, '.obsutil_checkpoint', 'down'),
    configPath: join(home, '.obsutilconfig'),
    logs: join(home, '.obsutil_log'),
    downloads: join(root, 'downloads'),
    store: join(root, 'store'),
  }
  await mkdir(folder.lists, { recursive: true })
  return folder
}

/** Removes all of it. */
export async function removeDemoFolder({ root }: DemoFolder): Promise<void> {
  await rm(root, { recursive: true, force: true, maxRetries: 3 })
}

/** Writes a configuration file for the store, with more lines if wanted. */
export async function writeConfig(
  path: string,
  url: string,
  more: readonly string[] = [],
): Promise<void> {
  const { accessKeyId, secretAccessKey } = credentials
  const lines = [`endpoint=${url}`, `ak=${accessKeyId}`, `sk=${secretAccessKey}`, ...more, '']
  await writeFile(path, lines.join('\n'), { mode: 0o600 })
}

/** Where an object is downloaded to. */
export function destinationOf(object: DemoObject, target: string): string {
  return join(target, object.key)
}

/** Lays down the failure list of a `cp` that did not get a single one of the objects. */
export async function layFailureList(
  objects: readonly DemoObject[],
  lists: string,
  target: string,
): Promise<LaidTask> {
  const taskId = randomUUID()
  const time = new Date()
  const text = formatFailureList({
    time,
    by: 'cp',
    items: objects.map((object) => ({
      bucket,
      key: object.key,
      destination: destinationOf(object, target),
      size: formatSize(object.source.sizeBytes),
    })),
  })
  const listPath = join(lists, failureListName(time, taskId))
  await writeFile(listPath, text, { mode: 0o640 })
  return { taskId, listPath, text }
}
