import type { FileHandle } from 'node:fs/promises'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from '../core/errors.ts'
import { isSameFile } from './file-number.ts'
import { renameFile } from './patient-rename.ts'

/** A file of limited length. */
export interface RotatingFileOptions {
  readonly path: string
  /** Size at which a new file is begun; a longer line still gets a file of its own. */
  readonly maxSizeBytes: number
  /** Full files that are kept as `<path>.1`, the newest, to `<path>.<backups>`, the oldest. */
  readonly backups: number
}

/** A file that only grows. Takes one call at a time. */
export interface RotatingFile {
  /** Resolves once the lines are with the operating system; no line is split over two files. */
  append(lines: readonly string[]): Promise<void>
  close(): Promise<void>
}

/**
 * A file that comes into being with its first line, and its folder with it (modes 0640 and 0750),
 * goes on where an earlier run left it, and moves aside when it is full. Only a plain file moves: a
 * device such as /dev/null must never be renamed.
 */
export function createRotatingFile(options: RotatingFileOptions): RotatingFile {
  const { path, maxSizeBytes, backups } = options
  let current: { readonly handle: FileHandle; readonly isPlain: boolean } | undefined
  let sizeBytes = 0

  async function ensureOpen(): Promise<NonNullable<typeof current>> {
    if (current) return current
    await mkdir(dirname(path), { recursive: true, mode: 0o750 })
    const handle = await open(path, 'a', 0o640)
    current = { handle, isPlain: false }
    const found = await handle.stat()
    sizeBytes = found.size
    current = { handle, isPlain: found.isFile() }
    return current
  }

  async function write(text: string): Promise<void> {
    if (text === '') return
    const { handle } = await ensureOpen()
    await handle.appendFile(text)
  }

  async function rotate(): Promise<void> {
    const { handle } = await ensureOpen()
    const isOurs = await leadsTo(path, handle)
    await close()
    // Another run that writes here may have been faster; its new file is then simply opened.
    if (isOurs) await shiftBackups(path, backups)
    await ensureOpen()
  }

  async function close(): Promise<void> {
    const closing = current
    current = undefined
    await closing?.handle.close()
  }

  return {
    close,
    async append(lines) {
      let batch = ''
      for (const line of lines) {
        const { isPlain } = await ensureOpen()
        const lengthBytes = Buffer.byteLength(line)
        if (isPlain && sizeBytes > 0 && sizeBytes + lengthBytes > maxSizeBytes) {
          await write(batch)
          batch = ''
          await rotate()
        }
        batch += line
        sizeBytes += lengthBytes
      }
      await write(batch)
    },
  }
}

async function leadsTo(path: string, handle: FileHandle): Promise<boolean> {
  const [there, ours] = await Promise.all([
    stat(path, { bigint: true }).catch(() => undefined),
    handle.stat({ bigint: true }),
  ])
  return there !== undefined && isSameFile(there, ours)
}

/**
 * Moves `path` to `path.1`, `path.1` to `path.2` and so on, up to the first free number. What is
 * gone already was moved by another run.
 */
async function shiftBackups(path: string, backups: number): Promise<void> {
  if (backups === 0) {
    await rm(path, { force: true })
    return
  }
  let free = 1
  while (free < backups && (await exists(`${path}.${free}`))) free++
  for (let number = free; number > 1; number--) {
    await moveIfThere(`${path}.${number - 1}`, `${path}.${number}`)
  }
  await moveIfThere(path, `${path}.1`)
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await renameFile(from, to)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}
