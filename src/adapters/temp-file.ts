import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { chmod, copyFile, lstat, open, rename, unlink, type FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { crc32 } from 'node:zlib'
import { ItemError, systemCode } from '../core/errors.ts'
import type { TempFile } from '../core/ports.ts'
import { onDisk } from './item-trouble.ts'

/** Bytes read at a time when a file is checked. */
const readSizeBytes = 1024 * 1024

export interface TempFileOptions {
  /** Mode of a finished file: 0666 less the umask. */
  readonly fileMode: number
  /** Whether the directory entry is put on disk too after the rename. */
  readonly durability: 'fsync' | 'cached'
}

/**
 * Wraps a temp file that was just created or reopened. The file descriptor is what is written to
 * and checked; before the path is renamed it must still name that very file.
 */
export function wrapTempFile(path: string, handle: FileHandle, options: TempFileOptions): TempFile {
  let state: 'open' | 'closed' | 'published' = 'open'
  const close = async () => {
    if (state !== 'open') return
    state = 'closed'
    await handle.close()
  }
  const file: TempFile = {
    path,
    async write(chunk, position) {
      await onDisk(`write the temp file [${path}]`, () => writeFully(handle, chunk, position))
    },
    crc32: (range) => onDisk(`read the temp file [${path}]`, () => crc32OfRange(handle, range)),
    md5: () => onDisk(`read the temp file [${path}]`, () => md5OfFile(handle)),
    size: async () => (await handle.stat()).size,
    sync: () => onDisk(`sync the temp file [${path}]`, () => handle.sync()),
    async publish(destination) {
      await onDisk(`put the file at [${destination}]`, async () => {
        await assertSameFile(path, handle)
        await handle.chmod(options.fileMode)
        await moveInto(path, destination, options)
        state = 'published'
        await handle.close()
      })
    },
    close,
    async discard() {
      if (state === 'published') return
      await close()
      await onDisk(`remove the temp file [${path}]`, () => unlinkIfThere(path))
    },
  }
  return file
}

/** Deletes the file; one that is not there is as good. */
export async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length;) {
    const { bytesWritten } = await handle.write(
      chunk,
      written,
      chunk.length - written,
      position + written,
    )
    written += bytesWritten
  }
}

async function crc32OfRange(
  handle: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<number | undefined> {
  let crc = 0
  let position = start
  for await (const chunk of readChunks(handle, start, end)) {
    crc = crc32(chunk, crc)
    position += chunk.length
  }
  return position === end ? crc : undefined
}

async function md5OfFile(handle: FileHandle): Promise<string> {
  const hash = createHash('md5')
  for await (const chunk of readChunks(handle, 0, Number.POSITIVE_INFINITY)) hash.update(chunk)
  return hash.digest('hex')
}

/** The buffer is used again for each chunk. */
async function* readChunks(
  handle: FileHandle,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(readSizeBytes)
  for (let position = start; position < end;) {
    const wanted = Math.min(buffer.length, end - position)
    const { bytesRead } = await handle.read(buffer, 0, wanted, position)
    if (bytesRead === 0) return
    yield buffer.subarray(0, bytesRead)
    position += bytesRead
  }
}

async function assertSameFile(path: string, handle: FileHandle): Promise<void> {
  const [named, held] = await Promise.all([lstat(path), handle.stat()])
  if (named.ino === held.ino && named.dev === held.dev) return
  throw new ItemError(`The temp file [${path}] was replaced by another process`, {
    code: 'TempFileReplacedError',
  })
}

async function moveInto(
  path: string,
  destination: string,
  options: TempFileOptions,
): Promise<void> {
  try {
    await rename(path, destination)
  } catch (error) {
    const code = systemCode(error)
    const hidden = join(dirname(destination), `.${basename(path).replace(/^\./, '')}`)
    if (code !== 'EXDEV' || hidden === path) throw error
    await copyAcross({ path, hidden, destination }, options)
  }
  if (options.durability === 'fsync') await syncFolder(dirname(destination))
}

/** Another filesystem cannot be renamed into: a hidden copy beside the destination can be. */
async function copyAcross(
  paths: { readonly path: string; readonly hidden: string; readonly destination: string },
  options: TempFileOptions,
): Promise<void> {
  const { path, hidden, destination } = paths
  try {
    await unlinkIfThere(hidden)
    await copyFile(path, hidden, constants.COPYFILE_EXCL)
    await chmod(hidden, options.fileMode)
    if (options.durability === 'fsync') await syncPath(hidden)
    await rename(hidden, destination)
  } catch (error) {
    await unlinkIfThere(hidden)
    throw error
  }
  await unlinkIfThere(path)
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  try {
    await syncPath(path)
  } catch (error) {
    // Windows opens no folders, and some network file systems sync none; the rename stands anyway.
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes(systemCode(error))) throw error
  }
}
