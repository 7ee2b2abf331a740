import { lstat, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ItemError, messageOf, systemCode } from '../core/errors.ts'
import type { Log, TempFile } from '../core/ports.ts'
import type { WriteMode } from './write-mode.ts'
import type { FolderSync } from './folder-sync.ts'
import { readChunks, unlinkIfThere, writeAtOnce, writeFully } from './file-bytes.ts'
import { onDisk, onDiskAtOnce } from './item-trouble.ts'
import type { TempRoom } from './temp-room.ts'

export interface TempFileOptions {
  /** Mode of a finished file: 0666 less the umask. */
  readonly fileMode: number
  /** Whether bytes and mode are on disk before the rename, and the name of the file after it. */
  readonly durability: 'fsync' | 'cached'
  readonly log: Log
}

export interface OpenedTemp {
  readonly path: string
  readonly handle: FileHandle
  /** Room on the disk that is promised to this file. */
  readonly room: TempRoom
  readonly writes: WriteMode
  readonly folders: FolderSync
}

/**
 * Wraps a temp file that was just created or reopened. The file descriptor is what is written to
 * and checked; the path is renamed or deleted only while it still names that very file.
 */
export function wrapTempFile(opened: OpenedTemp, options: TempFileOptions): TempFile {
  const { path, handle, room, folders } = opened
  let state: 'open' | 'closed' | 'published' = 'open'
  const reading = <T>(deed: () => Promise<T>) => onDisk(`read the temp file [${path}]`, deed)
  const close = async () => {
    if (state !== 'open') return
    state = 'closed'
    room.release()
    await handle.close()
  }
  return {
    path,
    write(chunk, position) {
      const what = `write the temp file [${path}]`
      const written = () => room.used(chunk.length)
      if (opened.writes === 'at-once') {
        onDiskAtOnce(what, () => writeAtOnce(handle.fd, chunk, position))
        return written()
      }
      return onDisk(what, () => writeFully(handle, chunk, position)).then(written)
    },
    read: (range, take, signal) =>
      reading(async () => {
        let readBytes = 0
        for await (const chunk of readChunks(handle, range, signal)) {
          take(chunk)
          readBytes += chunk.length
        }
        return readBytes
      }),
    size: () => reading(async () => (await handle.stat()).size),
    sync: () => onDisk(`sync the temp file [${path}]`, () => handle.sync()),
    async publish(destination, signal) {
      await onDisk(`put the file at [${destination}]`, async () => {
        if (!(await names(path, handle))) throw replacedByAnother(path)
        await handle.chmod(options.fileMode)
        if (options.durability === 'fsync') await handle.sync()
        await moveInto(opened, destination, { ...options, signal })
      })
      state = 'published'
      room.release()
      await afterwards(options.log, async () => {
        await folders.settle(dirname(destination))
        await handle.close()
      })
    },
    close,
    async discard() {
      if (state === 'published') return
      const isOurs = state === 'open' ? await names(path, handle) : false
      await close()
      if (isOurs) await onDisk(`remove the temp file [${path}]`, () => unlinkIfThere(path))
    },
  }
}

/** What is left to do once the file is in place cannot make the download a failure any more. */
async function afterwards(log: Log, deed: () => Promise<void>): Promise<void> {
  try {
    await deed()
  } catch (error) {
    log.warn(messageOf(error))
  }
}

/** Whether the path still leads to the file that is open. */
async function names(path: string, handle: FileHandle): Promise<boolean> {
  try {
    const [named, held] = await Promise.all([lstat(path), handle.stat()])
    return named.ino === held.ino && named.dev === held.dev
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

function replacedByAnother(path: string): ItemError {
  return new ItemError(`The temp file [${path}] was replaced by another process`, {
    code: 'TempFileReplacedError',
  })
}

interface MoveOptions extends TempFileOptions {
  readonly signal: AbortSignal
}

async function moveInto(
  opened: OpenedTemp,
  destination: string,
  options: MoveOptions,
): Promise<void> {
  const { path } = opened
  try {
    await rename(path, destination)
  } catch (error) {
    const hidden = join(dirname(destination), `.${basename(path).replace(/^\./, '')}`)
    switch (systemCode(error)) {
      case 'ENOENT':
        // The parent was there when the download began; somebody took it away since.
        await mkdir(dirname(destination), { recursive: true })
        return rename(path, destination)
      case 'EXDEV':
        if (hidden === path) throw error
        return copyAcross(opened, { hidden, destination }, options)
      default:
        throw error
    }
  }
}

/** Another filesystem cannot be renamed into: a hidden copy beside the destination can be. */
async function copyAcross(
  { path, handle, room }: OpenedTemp,
  to: { readonly hidden: string; readonly destination: string },
  options: MoveOptions,
): Promise<void> {
  const { hidden, destination } = to
  await unlinkIfThere(hidden)
  const copy = await open(hidden, 'wx', options.fileMode)
  try {
    let position = 0
    const whole = { start: 0, end: Number.POSITIVE_INFINITY }
    for await (const chunk of readChunks(handle, whole, options.signal)) {
      await writeFully(copy, chunk, position)
      room.copied(chunk.length)
      position += chunk.length
    }
    await copy.chmod(options.fileMode)
    if (options.durability === 'fsync') await copy.sync()
    await rename(hidden, destination)
  } catch (error) {
    await unlinkIfThere(hidden)
    throw error
  } finally {
    await copy.close()
  }
  await afterwards(options.log, () => unlink(path))
}
