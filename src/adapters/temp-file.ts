import { constants, type BigIntStats } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Soon } from '../core/and-then.ts'
import { ItemError, messageOf, systemCode } from '../core/errors.ts'
import type { Log, TempFile } from '../core/ports.ts'
import type { BulkWriter } from './bulk-writer.ts'
import type { WriteMode, WriteModes } from './write-mode.ts'
import type { FolderSync } from './folder-sync.ts'
import { readChunks, unlinkIfThere } from './file-bytes.ts'
import { callsFor, fileOfHandle, type FileCalls, type OpenFile } from './file-calls.ts'
import { isSameFile, type FileNumber } from './file-number.ts'
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

/** The same, and what all temp files of a run share. */
export interface TempFileTools extends TempFileOptions {
  /** How to write into other folders. */
  readonly modes: WriteModes
  /** Undefined where nobody but the caller writes. */
  readonly bulk?: BulkWriter | undefined
  readonly folders: FolderSync
}

export interface OpenedTemp {
  readonly path: string
  readonly file: OpenFile
  /** Room on the disk that is promised to this file. */
  readonly room: TempRoom
  readonly writes: WriteMode
}

export interface OwnTempFile extends TempFile {
  /** Gives it its full length, without any bytes. */
  stretch(sizeBytes: number): Promise<void>
}

/**
 * Wraps a temp file that was just created or reopened. The file descriptor is what is written to
 * and checked; the path is renamed or deleted only while it still names that very file.
 */
export function wrapTempFile(opened: OpenedTemp, tools: TempFileTools): OwnTempFile {
  const { path, file, room } = opened
  const calls = callsFor(opened.writes)
  const { pieceBytes, folders } = tools
  let state: 'open' | 'closed' | 'published' = 'open'
  /** Which file it was when it was last looked at. */
  let held: BigIntStats | undefined
  const reading = <T>(deed: () => Promise<T>) => onDisk(`read the temp file [${path}]`, deed)
  const writeInBulk = (chunk: Uint8Array, position: number) =>
    opened.writes === 'at-once'
      ? tools.bulk?.write({ descriptor: file.descriptor, position, pieceBytes }, chunk)
      : undefined
  const close = async () => {
    if (state !== 'open') return
    state = 'closed'
    room.release()
    await tools.bulk?.settled(file.descriptor)
    await file.close()
  }
  return {
    path,
    descriptor: file.descriptor,
    write(chunk, position) {
      const what = `write the temp file [${path}]`
      const written = () => room.used(chunk.length)
      const pending =
        writeInBulk(chunk, position) ??
        onDiskAtOnce(what, () => file.write(chunk, position, pieceBytes))
      return pending === undefined ? written() : onDisk(what, () => pending).then(written)
    },
    read: (range, take, signal) =>
      reading(async () => {
        let readBytes = 0
        for await (const chunk of readChunks(file, range, signal)) {
          take(chunk)
          readBytes += chunk.length
        }
        return readBytes
      }),
    stretch: (sizeBytes) => onDisk(`make the temp file [${path}]`, () => file.truncate(sizeBytes)),
    size: () => reading(async () => Number((await file.stat()).size)),
    sync: () => onDisk(`sync the temp file [${path}]`, () => file.sync()),
    async publish(destination, signal) {
      await onDisk(`put the file at [${destination}]`, async () => {
        held = await file.stat()
        if (!(await isAt(path, held, calls))) throw replacedByAnother(path)
        await giveMode(file, held, tools)
        if (mustFlush(opened.writes, tools)) await flush(file, tools)
        // Some file systems tell only now that they could not keep the bytes.
        await close()
        await moveInto({ opened, held, destination, signal }, tools)
      })
      state = 'published'
      room.release()
      if (tools.durability === 'cached') return
      await afterwards(tools.log, () => folders.settle(dirname(destination)))
    },
    close,
    async discard() {
      if (state === 'published') return
      if (state === 'open') held = await file.stat()
      const isOurs = held !== undefined && (await isAt(path, held, calls))
      await close()
      if (isOurs) await onDisk(`remove the temp file [${path}]`, () => unlinkIfThere(path, calls))
    },
  }
}

/** What is left to do once the file is in place cannot make the download a failure any more. */
async function afterwards(log: Log, deed: () => Soon): Promise<void> {
  try {
    await deed()
  } catch (error) {
    log.warn(messageOf(error))
  }
}

/** Whether the path leads to that very file. */
async function isAt(path: string, held: FileNumber, calls: FileCalls): Promise<boolean> {
  try {
    return isSameFile(await calls.lstat(path), held)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw error
  }
}

/** How file systems say that they have no such thing, some network shares and drives of Windows. */
const missingCalls = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** The mode of a new file; where there are no modes, the file is as good without. */
async function giveMode(file: OpenFile, { mode }: BigIntStats, options: TempFileOptions) {
  if ((Number(mode) & 0o7777) === options.fileMode) return
  try {
    await file.chmod(options.fileMode)
  } catch (error) {
    if (!missingCalls.has(systemCode(error))) throw error
    options.log.warn(`A file keeps the mode that it has: ${messageOf(error)}`)
  }
}

/** A server that takes the bytes may have no room for them, and say so only when it is asked. */
function mustFlush(writes: WriteMode, { durability }: TempFileOptions): boolean {
  return durability === 'fsync' || writes === 'apart'
}

async function flush(file: OpenFile, { durability }: TempFileOptions): Promise<void> {
  try {
    await file.sync()
  } catch (error) {
    if (durability === 'fsync' || !missingCalls.has(systemCode(error))) throw error
  }
}

function replacedByAnother(path: string): ItemError {
  return new ItemError(`The temp file [${path}] was replaced by another process`, {
    code: 'TempFileReplacedError',
  })
}

/** A temp file that is complete, and closed. */
interface Complete {
  readonly opened: OpenedTemp
  readonly held: FileNumber
  readonly destination: string
  readonly signal: AbortSignal
}

async function moveInto(complete: Complete, tools: TempFileTools): Promise<void> {
  const { destination } = complete
  const { path, writes } = complete.opened
  const calls = callsFor(writes)
  try {
    await calls.rename(path, destination)
  } catch (error) {
    const hidden = join(dirname(destination), `.${basename(path).replace(/^\./, '')}`)
    switch (systemCode(error)) {
      case 'ENOENT':
        // The parent was there when the download began; somebody took it away since.
        await mkdir(dirname(destination), { recursive: true })
        return calls.rename(path, destination)
      case 'EXDEV':
        if (hidden === path) throw error
        await copyTo(hidden, complete, tools)
        await calls.rename(hidden, destination)
        return afterwards(tools.log, () => calls.unlink(path))
      default:
        throw error
    }
  }
}

/** Another filesystem cannot be renamed into: a hidden copy beside the destination can be. */
async function copyTo(hidden: string, complete: Complete, tools: TempFileTools): Promise<void> {
  const { held } = complete
  const { path } = complete.opened
  const found = await openPlainFile(path, 'read')
  if (found.kind !== 'plain') throw replacedByAnother(path)
  const { handle } = found
  try {
    if (!isSameFile(await handle.stat({ bigint: true }), held)) throw replacedByAnother(path)
    await unlinkIfThere(hidden)
    await copyBytes(fileOfHandle(handle, 'apart'), { ...complete, hidden }, tools)
  } catch (error) {
    await unlinkIfThere(hidden)
    throw error
  } finally {
    await handle.close()
  }
}

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants
const WHOLE = { start: 0, end: Number.POSITIVE_INFINITY }

async function copyBytes(
  from: OpenFile,
  { hidden, opened, signal }: Complete & { readonly hidden: string },
  tools: TempFileTools,
): Promise<void> {
  const writes = await tools.modes.in(dirname(hidden))
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW
  const copy = await callsFor(writes).open(hidden, flags, tools.fileMode)
  try {
    let position = 0
    for await (const chunk of readChunks(from, WHOLE, signal)) {
      await copy.write(chunk, position, tools.pieceBytes)
      opened.room.copied(chunk.length)
      position += chunk.length
    }
    if (mustFlush(writes, tools)) await flush(copy, tools)
  } finally {
    await copy.close()
  }
}
