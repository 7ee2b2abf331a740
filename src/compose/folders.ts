import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import type { Options } from '../core/options.ts'

/** Folder of the part records and locks: `<cpd>/down`. */
export function recordFolder(options: Pick<Options, 'checkpointFolder'>): string {
  return join(options.checkpointFolder, 'down')
}

/** Folder of the official tool's part records of downloads: `<cpd>/download`. */
export function officialRecordFolder(options: Options): string {
  return join(options.checkpointFolder, 'download')
}

/** Throws a `usage` fault where a folder that a flag or key names is a file. */
export async function assertFolders(options: Options): Promise<void> {
  await assertNoFile('checkpoint', options.checkpointFolder)
  if (options.tempFolder !== undefined) await assertNoFile('temp file', options.tempFolder)
}

/** Makes the folders of part records and temp files; throws an `initialise` fault where it cannot. */
export async function makeFolders(options: Options): Promise<void> {
  await makeFolder(recordFolder(options))
  if (options.tempFolder !== undefined) await makeFolder(options.tempFolder)
}

async function assertNoFile(what: string, path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    // Anything else that keeps it from being used is told when it is made.
    if (systemCode(error) !== 'ENOTDIR') return
  }
  throw new AppError('usage', `The specified ${what} folder [${path}] is a file, not a folder`)
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o750 })
  } catch (error) {
    throw new AppError('initialise', `Cannot make the folder [${path}]: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
