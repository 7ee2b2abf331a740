import type { Stats } from 'node:fs'
import { lstat, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ItemError, messageOf, systemCode } from '../core/errors.ts'
import type { Log, TempFile } from '../core/ports.ts'
import type { WriteMode, WriteModes } from './write-mode.ts'
import type { FolderSync } from './folder-sync.ts'
import { readChunks, unlinkIfThere, writeAtOnce, writeFully } from './file-bytes.ts'
import { onDisk, onDiskAtOnce } from './item-trouble.ts'
import { openPlainFile } from './plain-file.ts'
import type { TempRoom } from './temp-room.ts'

export interface TempFileOptions {
  /** Mode of a finished file: 0666 less the umask. */
  readonly fileMode: number
  /** Whether bytes and mode are on disk before the rename, and the name of the file after it. */
  readonly durability: 'fsync' | 'cached'
  /** Bytes that one call writes to a local disk at the most. */
  readonly pieceBytes: number
  readonly log: Log
}

export interface OpenedTemp {
  readonly path: string
  readonly handle: FileHandle
  /** Room on the disk that is promised to this file. */
  readonly room: TempRoom
  readonly writes: WriteMode
  /** Those of other folders. */
  readonly modes: WriteModes
  readonly folders: FolderSync
}

/**
 * Wraps a temp file that was just created or reopened. The file descriptor is what is written to
 * and checked; the path is renamed or deleted only while it still names that very file.
 */
export function wrapTempFile(opened: OpenedTemp, options: TempFileOptions): TempFile {
  const { path, handle, room, folders } = opened
  const { pieceBytes } = options
  let state: 'open' | 'closed' | 'published' = 'open'
  /** Which file it was when it was last looked at. */
  let held: Stats | undefined
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
        onDiskAtOnce(what, () => writeAtOnce({ fd: handle.fd, pieceBytes }, chunk, position))
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
        held = await handle.stat()
        if (!(await isAt(path, held))) throw replacedByAnother(path)
        await giveMode(handle, held, options)
        await flush(handle, opened.writes, options)
        // Some file systems tell only now that they could not keep the bytes.
        await close()
        await moveInto({ ...opened, held }, destination, { ...options, signal })
      })
      state = 'published'
      room.release()
      await afterwards(options.log, () => folders.settle(dirname(destination)))
    },
    close,
    async discard() {
      if (state === 'published') return
      if (state === 'open') held = await handle.stat()
      const isOurs = held !== undefined && (await isAt(path, held))
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

/** Whether the path leads to that very file. */
async function isAt(path: string, held: Stats): Promise<boolean> {
  try {
    const named = await lstat(path)
    return named.ino === held.ino && named.dev === held.dev
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** How file systems say that they have no such thing, some network shares and drives of Windows. */
const missingCalls = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** The mode of a new file; where there are no modes, the file is as good without. */
async function giveMode(handle: FileHandle, { mode }: Stats, options: TempFileOptions) {
  if ((mode & 0o7777) === options.fileMode) return
  try {
    await handle.chmod(options.fileMode)
  } catch (error) {
    if (!missingCalls.has(systemCode(error))) throw error
    options.log.warn(`A file keeps the mode that it has: ${messageOf(error)}`)
  }
}

/**
 * Has the bytes written where they must be on disk, and where a server takes them, which may have no
 * room for them and say so only when it is asked.
 */
async function flush(handle: FileHandle, writes: WriteMode, { durability }: TempFileOptions) {
  if (durability === 'fsync') return handle.sync()
  if (writes === 'at-once') return
  try {
    await handle.sync()
  } catch (error) {
    if (!missingCalls.has(systemCode(error))) throw error
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

/** A temp file that is complete, and closed. */
type Complete = OpenedTemp & { readonly held: Stats }

async function moveInto(
  complete: Complete,
  destination: string,
  options: MoveOptions,
): Promise<void> {
  const { path } = complete
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
        await copyTo(hidden, complete, options)
        await rename(hidden, destination)
        return afterwards(options.log, () => unlink(path))
      default:
        throw error
    }
  }
}

/** Another filesystem cannot be renamed into: a hidden copy beside the destination can be. */
async function copyTo(hidden: string, complete: Complete, options: MoveOptions): Promise<void> {
  const { path, held, room } = complete
  const found = await openPlainFile(path, 'read')
  if (found.kind !== 'plain') throw replacedByAnother(path)
  const { handle, stat } = found
  try {
    if (stat.ino !== held.ino || stat.dev !== held.dev) throw replacedByAnother(path)
    await unlinkIfThere(hidden)
    const copy = await open(hidden, 'wx', options.fileMode)
    try {
      let position = 0
      for await (const chunk of readChunks(handle, WHOLE, options.signal)) {
        await writeFully(copy, chunk, position)
        room.copied(chunk.length)
        position += chunk.length
      }
      await flush(copy, await complete.modes.in(dirname(hidden)), options)
    } finally {
      await copy.close()
    }
  } catch (error) {
    await unlinkIfThere(hidden)
    throw error
  } finally {
    await handle.close()
  }
}

const WHOLE = { start: 0, end: Number.POSITIVE_INFINITY }
