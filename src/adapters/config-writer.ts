import { createHash } from 'node:crypto'
import { open, readFile, readlink, realpath, stat, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import { syncFolder, unlinkIfThere } from './file-bytes.ts'
import { renameFile } from './patient-rename.ts'

/**
 * The file that a path stands for once all symbolic links are followed, whether it exists or not.
 * Throws an `initialise` fault where it is anything else than a plain file: a named pipe would be
 * waited for, and a device or folder replaced.
 */
export async function locateConfigFile(path: string): Promise<string> {
  const target = await unlessItFails(path, () => followLinks(path, MOST_LINKS))
  const stats = await unlessItFails(path, () => statIfThere(target))
  if (stats === undefined || stats.isFile()) return target
  throw new AppError('initialise', `The configuration file [${path}] is not a plain file`)
}

/**
 * Replaces a configuration file, which `locateConfigFile` gave, by what `edit` makes of its text
 * (undefined where there is no file yet). The new file has mode 0600 and the owner of the old one,
 * and is put in place whole. Who does so at the same time waits for its turn and finds what the one
 * before it wrote. Throws an `initialise` fault, and leaves the old file as it was, where that cannot
 * be done or the old text is not UTF-8 and would come out garbled.
 */
export async function rewriteConfigFile(
  target: string,
  edit: (text: string | undefined) => string,
  patience: Patience = { abandonedMs: 10_000, longestMs: 30_000 },
): Promise<void> {
  await unlessItFails(target, async () => {
    const temp = newFileOf(target)
    const handle = await createInTurn(temp, patience)
    try {
      await fill(handle, target, edit)
      await renameFile(temp, target)
    } catch (error) {
      // What went wrong is told, not that it could not be tidied up after.
      await unlinkIfThere(temp).catch(() => {})
      throw error
    }
    // The file is in place, whether or not the system can promise that for a power cut too.
    await syncFolder(dirname(target)).catch(() => {})
  })
}

/** How long others who write the file are waited for, in milliseconds. */
interface Patience {
  /** A new file that did not change for so long was left by a process that was killed. */
  readonly abandonedMs: number
  readonly longestMs: number
}

const MODE = 0o600
const POLL_MS = 20

/** One name for all who write the same file, and one that no file of the user's has. */
function newFileOf(target: string): string {
  const name = createHash('sha256').update(basename(target)).digest('hex').slice(0, 16)
  return join(dirname(target), `.obsutilconfig-${name}.new`)
}

/** Makes the new file, which only one process can: whoever has it is the only one to read and write. */
async function createInTurn(
  temp: string,
  { abandonedMs, longestMs }: Patience,
): Promise<FileHandle> {
  const sinceMs = performance.now()
  let seen = { state: '', sinceMs }
  while (performance.now() - sinceMs < longestMs) {
    try {
      return await open(temp, 'wx', MODE)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
    // By its looks and not by its age: another machine's clock may be wrong.
    const state = await stateOf(temp)
    if (state !== seen.state) seen = { state, sinceMs: performance.now() }
    if (performance.now() - seen.sinceMs >= abandonedMs) await unlinkIfThere(temp)
    else await sleep(POLL_MS)
  }
  throw new Error(`others keep changing it (if none does, delete [${temp}])`)
}

async function stateOf(path: string): Promise<string> {
  const stats = await statIfThere(path)
  return stats === undefined ? '' : `${stats.ino} ${stats.ctimeMs}`
}

/** As many as Linux follows. */
const MOST_LINKS = 40

async function followLinks(path: string, linksLeft: number): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
  // Nothing is there yet, or a link whose target is not there yet.
  const folder = await realpath(dirname(path))
  const here = join(folder, basename(path))
  const next = await readLinkIfOne(here)
  if (next === undefined) return here
  if (linksLeft === 0) throw new Error('too many symbolic links')
  return followLinks(resolve(folder, next), linksLeft - 1)
}

async function readLinkIfOne(path: string): Promise<string | undefined> {
  try {
    return await readlink(path)
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(systemCode(error))) return undefined
    throw error
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function readUtf8(path: string): Promise<string | undefined> {
  const bytes = await unlessItFails(path, async () => {
    try {
      return await readFile(path)
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined
      throw error
    }
  })
  if (bytes === undefined) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('initialise', `Configuration file [${path}] is not UTF-8 text`, {
      hint: 'Convert it, or change it with an editor.',
      cause,
    })
  }
}

async function fill(
  handle: FileHandle,
  target: string,
  edit: (text: string | undefined) => string,
): Promise<void> {
  try {
    await handle.writeFile(edit(await readUtf8(target)))
    // The umask may have taken bits that the owner needs.
    await handle.chmod(MODE)
    // With sudo, a file of somebody else's would be out of his reach afterwards.
    const owner = (await statIfThere(target))?.uid
    const { uid, gid } = await handle.stat()
    if (owner !== undefined && owner !== uid) await handle.chown(owner, gid)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function unlessItFails<T>(path: string, deed: () => Promise<T>): Promise<T> {
  try {
    return await deed()
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError(
      'initialise',
      `Cannot write the configuration file [${path}]: ${messageOf(error)}`,
      { cause: error },
    )
  }
}
