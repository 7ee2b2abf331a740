import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  read,
  renameSync,
  statSync,
  unlinkSync,
  type BigIntStats,
  type Stats,
} from 'node:fs'
import { link, lstat, open, stat, type FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Soon } from '../core/and-then.ts'
import { writeAtOnce, writeFully } from './file-bytes.ts'
import type { FileNumber } from './file-number.ts'
import { isMissing } from './make-folder.ts'
import { deleteFile, renameFile } from './patient-rename.ts'
import type { WriteMode } from './write-mode.ts'

/** A value, or the promise of one. */
type Now<T> = T | Promise<T>

/** An open file. What takes long even on a local disk is always a promise. */
export interface OpenFile {
  /** As long as it is open. */
  readonly descriptor: number
  stat(): Now<BigIntStats>
  chmod(mode: number): Now<void>
  truncate(sizeBytes: number): Now<void>
  /** Writes all of the chunk, in pieces of so many bytes at the most where it is done at once. */
  write(chunk: Uint8Array, position: number, pieceBytes: number): Soon
  /** Reads so many bytes to the start of the buffer, or fewer; 0 at the end. */
  read(buffer: Uint8Array, lengthBytes: number, position: number): Promise<number>
  sync(): Promise<void>
  close(): Now<void>
}

/**
 * The calls that a small object costs. On a local disk each takes some microseconds, and handing it to
 * another thread, as a promise does, takes ten times as long: there they are done when they return. A
 * server may have to be waited for, and then this thread must not be held up.
 */
export interface FileCalls {
  open(path: string, flags: number, mode: number): Now<OpenFile>
  /** Undefined where nothing is, or where a part of the path is a file. */
  statIfThere(path: string): Now<Stats | undefined>
  /** Which file is there; follows no link. */
  lstat(path: string): Now<FileNumber>
  rename(from: string, to: string): Now<void>
  link(from: string, to: string): Now<void>
  unlink(path: string): Now<void>
}

/** How to do things in a folder whose files are written so. */
export function callsFor(mode: WriteMode): FileCalls {
  return mode === 'at-once' ? callsAtOnce : callsApart
}

const WITH_WHOLE_NUMBERS = { bigint: true } as const

/** Done when they return. */
const callsAtOnce: FileCalls = {
  open: (path, flags, mode) => fileOfDescriptor(openSync(path, flags, mode)),
  statIfThere: lookAtOnce,
  lstat: (path) => lstatSync(path, WITH_WHOLE_NUMBERS),
  rename: renameSync,
  link: linkSync,
  unlink: unlinkSync,
}

/** Done by another thread. */
const callsApart: FileCalls = {
  open: async (path, flags, mode) => fileOfHandle(await open(path, flags, mode), 'apart'),
  statIfThere,
  lstat: (path) => lstat(path, WITH_WHOLE_NUMBERS),
  rename: renameFile,
  link: (from, to) => link(from, to),
  unlink: deleteFile,
}

/** The same file; only its writes may be done at once. */
export function fileOfHandle(handle: FileHandle, writes: WriteMode): OpenFile {
  return {
    descriptor: handle.fd,
    stat: () => handle.stat(WITH_WHOLE_NUMBERS),
    chmod: (mode) => handle.chmod(mode),
    truncate: (sizeBytes) => handle.truncate(sizeBytes),
    write: (chunk, position, pieceBytes) =>
      writes === 'at-once'
        ? writeAtOnce({ descriptor: handle.fd, position, pieceBytes }, chunk)
        : writeFully(handle, chunk, position),
    read: async (buffer, lengthBytes, position) =>
      (await handle.read(buffer, 0, lengthBytes, position)).bytesRead,
    sync: () => handle.sync(),
    close: () => handle.close(),
  }
}

const readApart = promisify(read)
const syncApart = promisify(fsync)

function fileOfDescriptor(fd: number): OpenFile {
  return {
    descriptor: fd,
    stat: () => fstatSync(fd, WITH_WHOLE_NUMBERS),
    chmod: (mode) => fchmodSync(fd, mode),
    truncate: (sizeBytes) => ftruncateSync(fd, sizeBytes),
    write: (chunk, position, pieceBytes) =>
      writeAtOnce({ descriptor: fd, position, pieceBytes }, chunk),
    read: async (buffer, lengthBytes, position) =>
      (await readApart(fd, buffer, 0, lengthBytes, position)).bytesRead,
    sync: () => syncApart(fd),
    close: () => closeSync(fd),
  }
}

function lookAtOnce(path: string): Stats | undefined {
  try {
    // An error that nobody throws costs no stack trace.
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
