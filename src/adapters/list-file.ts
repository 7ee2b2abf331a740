import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, messageOf } from '../core/errors.ts'
import { syncPath } from './file-bytes.ts'
import { renameFile } from './patient-rename.ts'
import { createPauses } from './pauses.ts'
import { thisSystem } from './this-system.ts'

/** A list on disk and its limits. */
export interface ListFileOptions {
  readonly path: string
  /** The lines that come before the first one. */
  readonly opening: readonly string[]
  /** Size at which a new file is begun; 0 or less: never. A longer line still gets a file. */
  readonly maxSizeBytes: number
  /** Full files that are kept as `<path>.1`, the oldest, to `<path>.<backups>`. */
  readonly backups: number
}

/** A list that is made with its first line. Everything rejects with `AppError` `execute`. */
export interface ListFile {
  /** Whether a line was ever given to it. */
  isStarted(): boolean
  /** How many full files it has left so far. */
  turns(): number
  /** Resolves once the line, given without its line feed, is handed to the operating system. */
  append(line: string): Promise<void>
  /** Lines no longer wait for others from now on. */
  hurry(): void
  /** Returns once all lines that were appended are on disk, and the name of the file is, too. */
  sync(): Promise<void>
  /** Closes the file, which takes no more lines then. */
  close(): Promise<void>
}

/** Lines of so long go out together, for a write for each would cost as much as a small object. */
const gatheringMs = 20
/** More lines are not worth a wait; whoever adds them is held up sooner or later (`report-queue.ts`). */
const mostGathered = 500

/**
 * Opens a list for writing; the file itself, mode 0640 at most, comes with the first line. A full file
 * is renamed to the next number; the header stands in the first file only, as the official tool
 * has it. When the numbers are used up, or renaming fails, the list grows on: no line is dropped.
 * A line that could not be written whole is taken out again, so the next one begins on its own line.
 */
export function createListFile(options: ListFileOptions): ListFile {
  const { path } = options
  const writer = createWriter(options)
  let lines: string[] = []
  let nextWrite: Promise<void> | undefined
  let lastWrite: Promise<void> = Promise.resolve()
  let isStarted = false
  const pauses = createPauses(gatheringMs)

  async function writeWaiting(before: Promise<void>): Promise<void> {
    // Who appended those lines was told of their failure; these may fare better.
    await before.catch(() => undefined)
    if (lines.length < mostGathered) await pauses.passed()
    nextWrite = undefined
    const batch = lines
    lines = []
    await writer.write(batch)
  }

  return {
    isStarted: () => isStarted,
    turns: () => writer.turns(),
    append(line) {
      isStarted = true
      lines.push(line)
      if (nextWrite === undefined) {
        nextWrite = inWords(path, writeWaiting(lastWrite))
        lastWrite = nextWrite
      }
      if (lines.length >= mostGathered) pauses.skip()
      return nextWrite
    },
    hurry: () => pauses.end(),
    async sync() {
      pauses.end()
      await lastWrite
      await inWords(path, writer.sync())
    },
    async close() {
      pauses.end()
      await lastWrite.catch(() => undefined)
      await inWords(path, writer.close())
    },
  }
}

interface Writer {
  write(lines: readonly string[]): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
  turns(): number
}

function createWriter({ path, opening, maxSizeBytes, backups }: ListFileOptions): Writer {
  let file: FileHandle | undefined
  let sizeBytes = 0
  let turns = 0
  let mayRotate = maxSizeBytes > 0

  async function write(lines: readonly string[]): Promise<void> {
    // Never over a file that is there already: its lines would be somebody else's.
    file ??= await open(path, 'ax', 0o640)
    let chunk = sizeBytes === 0 && turns === 0 ? toText(opening) : ''
    let chunkBytes = Buffer.byteLength(chunk)
    let hasLines = sizeBytes > 0
    for (const line of lines) {
      const text = `${line}\n`
      const bytes = Buffer.byteLength(text)
      if (hasLines && mayRotate && sizeBytes + chunkBytes + bytes > maxSizeBytes) {
        await writeChunk(file, chunk)
        file = await rotate(file)
        chunk = ''
        chunkBytes = 0
      }
      chunk += text
      chunkBytes += bytes
      hasLines = true
    }
    await writeChunk(file, chunk)
  }

  async function writeChunk(target: FileHandle, text: string): Promise<void> {
    const bytes = Buffer.from(text)
    try {
      await target.appendFile(bytes)
      sizeBytes += bytes.length
    } catch (error) {
      // If that fails too, the torn line stays and is named when the list is read.
      await target.truncate(sizeBytes).catch(() => undefined)
      throw error
    }
  }

  async function rotate(full: FileHandle): Promise<FileHandle> {
    mayRotate = turns < backups && (await isRenamed(path, `${path}.${turns + 1}`))
    if (!mayRotate) return full
    turns += 1
    sizeBytes = 0
    file = undefined
    try {
      await full.sync()
    } finally {
      await full.close()
    }
    return open(path, 'ax', 0o640)
  }

  return {
    write,
    turns: () => turns,
    async sync() {
      await file?.sync()
      if (file !== undefined || turns > 0) await syncListFolder(dirname(path))
    },
    async close() {
      const closing = file
      file = undefined
      await closing?.close()
    },
  }
}

function toText(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

async function isRenamed(from: string, to: string): Promise<boolean> {
  try {
    await renameFile(from, to)
    return true
  } catch {
    // A list that is too long still holds every line; one that stops does not.
    return false
  }
}

/** A new name is on disk only when its folder is. Windows has no such call and needs none. */
async function syncListFolder(folder: string): Promise<void> {
  if (thisSystem !== 'win32') await syncPath(folder)
}

async function inWords(path: string, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (cause) {
    throw new AppError('execute', `Cannot write the list [${path}]: ${messageOf(cause)}`, { cause })
  }
}
