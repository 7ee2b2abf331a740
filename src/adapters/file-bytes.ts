import { writeSync } from 'node:fs'
import { open, unlink, type FileHandle } from 'node:fs/promises'
import type { Soon } from '../core/and-then.ts'
import { rangeLength, type ByteRange } from '../core/byte-range.ts'
import { systemCode } from '../core/errors.ts'
import type { System } from '../core/system.ts'
import { thisSystem } from './this-system.ts'

/** Bytes read at a time when a file is checked or copied. */
const readSizeBytes = 1024 * 1024

/** Writes all of the chunk at the byte position, in as many calls as that takes. */
export async function writeFully(
  handle: FileHandle,
  chunk: Uint8Array,
  position: number,
): Promise<void> {
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

/** Where in an open file bytes are to be written. */
export interface WritePlace {
  readonly descriptor: number
  /** In bytes from the start of the file. */
  readonly position: number
  /** Bytes that one call of the system writes at the most. */
  readonly pieceBytes: number
}

/**
 * Writes all of the chunk before it returns. Pieces end where a multiple of their size is in the file, for
 * one that begins within a page of memory takes half as long again, and up to twice as long. Throws the
 * error of the system.
 */
export function writeAtOnce(
  { descriptor, position, pieceBytes }: WritePlace,
  chunk: Uint8Array,
): void {
  for (let written = 0; written < chunk.length;) {
    const at = position + written
    const length = Math.min(pieceBytes - (at % pieceBytes), chunk.length - written)
    written += writeSync(descriptor, chunk, written, length, at)
  }
}

/**
 * Reads a range, or up to the end of the file, in order. The buffer is used again for each chunk.
 * Throws the signal's reason when that is aborted, for a large file takes minutes.
 */
export async function* readChunks(
  file: ReadableFile,
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  // A record may name any number of short ranges.
  const buffer = Buffer.allocUnsafe(Math.min(readSizeBytes, rangeLength(range)))
  for (let position = range.start; position < range.end;) {
    signal.throwIfAborted()
    const wanted = Math.min(buffer.length, range.end - position)
    const readBytes = await file.read(buffer, wanted, position)
    if (readBytes === 0) return
    yield buffer.subarray(0, readBytes)
    position += readBytes
  }
}

interface ReadableFile {
  /** Reads so many bytes to the start of the buffer, or fewer; 0 at the end. */
  read(buffer: Uint8Array, lengthBytes: number, position: number): Promise<number>
}

/** Deletes the file; one that is not there is as good. */
export async function unlinkIfThere(
  path: string,
  calls: { unlink(path: string): Soon } = { unlink },
): Promise<void> {
  try {
    await calls.unlink(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

/** Puts the names in a folder on disk, where the system can do that. */
export async function syncFolder(path: string, system: System = thisSystem): Promise<void> {
  // NTFS has its names in a journal.
  if (system === 'win32') return
  try {
    await syncPath(path)
  } catch (error) {
    // Some network file systems sync no folders; the rename stands anyway.
    if (!['EISDIR', 'EPERM', 'EINVAL', 'EACCES'].includes(systemCode(error))) throw error
  }
}

/** Puts a file, or the names in a folder, on disk; throws where the system cannot do that. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
