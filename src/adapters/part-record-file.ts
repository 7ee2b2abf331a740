import { readdirSync } from 'node:fs'
import { open, rename, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import {
  formatPartHeader,
  formatProvenRange,
  parsePartHeader,
  parseProvenRange,
  withoutOverlaps,
  type PartHeader,
  type ProvenRange,
} from '../core/part-record.ts'
import type { PartRecord, PartRecords, RecordedParts } from '../core/ports.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { createFolderSync } from './folder-sync.ts'
import { onDisk } from './item-trouble.ts'
import { readListLines } from './list-lines.ts'
import { isOwnFile, openPlainFile } from './plain-file.ts'

const suffix = '.jsonl'
/** 50,000 lines of at most some 120 bytes are far below; anything longer was not written here. */
const largestRecordBytes = 64 * 1024 * 1024
/** More than any record of ours has; what stands after that many is fetched again. */
const mostLines = 262_144

/**
 * Part records as JSON Lines, one file a download: `<folder>/<id>.jsonl`. A finished range is one
 * appended line, so that the 50,000th costs what the first did.
 *
 * @param folder `<cpd>/down`; it need not exist as long as no record is made.
 * @param durability with `fsync`, a record is on disk before its range counts.
 */
export function createPartRecords(folder: string, durability: 'fsync' | 'cached'): PartRecords {
  const present = new Set(recordIdsIn(folder))
  const pathOf = (id: string) => recordPath(folder, id)
  const folders = createFolderSync(durability)

  return {
    has: (id) => present.has(id),
    async load(id) {
      return onDisk(`read the part record [${pathOf(id)}]`, () => loadRecord(pathOf(id)))
    },
    async create(id, header, ranges) {
      const path = pathOf(id)
      const write = (those: readonly ProvenRange[]) =>
        onDisk(`write the part record [${path}]`, async () => {
          const lines = [formatPartHeader(header), ...those.map(formatProvenRange), '']
          const fresh = await replaceFile(path, lines.join('\n'), durability)
          present.add(id)
          return settled(fresh, () => folders.settle(folder))
        })
      const handle = await write(ranges)
      return openRecord(path, handle, { durability, write, removed: () => present.delete(id) })
    },
    async remove(id) {
      await onDisk(`remove the part record [${pathOf(id)}]`, () => unlinkIfThere(pathOf(id)))
      present.delete(id)
    },
  }
}

/** Where the record of an item is, or would be. */
export function recordPath(folder: string, id: string): string {
  return join(folder, `${id}${suffix}`)
}

/**
 * The items that have a record in the folder; none where it does not exist. Throws an `initialise`
 * fault where it cannot be read.
 */
export function recordIdsIn(folder: string): string[] {
  return filesIn(folder)
    .filter((name) => name.endsWith(suffix))
    .map((name) => name.slice(0, -suffix.length))
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
  } catch (error) {
    // A dry run does not make the folder.
    if (systemCode(error) === 'ENOENT') return []
    throw new AppError('initialise', `Cannot read the folder [${folder}]: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/**
 * What the record says; undefined where there is none, and where somebody else may have written it, for
 * that proves nothing. Rejects with the system's error.
 */
export async function loadRecord(path: string): Promise<RecordedParts | undefined> {
  const found = await openPlainFile(path, 'read')
  if (found.kind !== 'plain') return undefined
  const { handle, stat } = found
  try {
    if (stat.size > largestRecordBytes || !(await isOwnFile(stat, path))) return undefined
    return await readRecord(handle)
  } finally {
    await handle.close()
  }
}

async function readRecord(handle: FileHandle): Promise<RecordedParts | undefined> {
  let header: PartHeader | undefined
  const ranges: ProvenRange[] = []
  for await (const lines of readListLines(handle)) {
    for (const { text, isDamaged, lineNumber } of lines) {
      if (lineNumber > mostLines) return header && toRecorded(header, ranges)
      const line = isDamaged ? '' : text
      if (header === undefined) {
        header = parsePartHeader(line)
        if (header === undefined) return undefined
        continue
      }
      const range = parseProvenRange(line, header.sizeBytes)
      if (range !== undefined) ranges.push(range)
    }
  }
  return header && toRecorded(header, ranges)
}

function toRecorded(header: PartHeader, ranges: readonly ProvenRange[]): RecordedParts {
  return { header, ranges: withoutOverlaps(ranges) }
}

/** Writes beside and renames, so that a crash leaves either the old record or the new one. */
async function replaceFile(
  path: string,
  text: string,
  durability: 'fsync' | 'cached',
): Promise<FileHandle> {
  const fresh = `${path}.new`
  await unlinkIfThere(fresh)
  const handle = await open(fresh, 'ax', 0o600)
  try {
    await handle.appendFile(text)
    if (durability === 'fsync') await handle.sync()
    await rename(fresh, path)
    return handle
  } catch (error) {
    await handle.close()
    await unlinkIfThere(fresh)
    throw error
  }
}

async function settled(handle: FileHandle, settle: () => Promise<void>): Promise<FileHandle> {
  try {
    await settle()
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

interface RecordOptions {
  readonly durability: 'fsync' | 'cached'
  /** Writes the whole record anew. */
  readonly write: (ranges: readonly ProvenRange[]) => Promise<FileHandle>
  readonly removed: () => void
}

function openRecord(path: string, first: FileHandle, options: RecordOptions): PartRecord {
  let handle = first
  let isOpen = true
  // Lines of parts that end at the same time must not be written into each other.
  let last: Promise<void> = Promise.resolve()
  let lineEnd = ''
  const append = async (range: ProvenRange) => {
    const line = `${lineEnd}${formatProvenRange(range)}\n`
    // Should this one be torn (a full disk), the next one must not be added to its stump.
    lineEnd = '\n'
    await handle.appendFile(line)
    lineEnd = ''
    if (options.durability === 'fsync') await handle.datasync()
  }
  const rewrite = async (ranges: readonly ProvenRange[]) => {
    const old = handle
    handle = await options.write(ranges)
    lineEnd = ''
    await old.close()
  }
  const inTurn = (deed: () => Promise<void>) => {
    last = last.catch(() => undefined).then(deed)
    return last
  }
  const record: PartRecord = {
    append: (range) => inTurn(() => onDisk(`write the part record [${path}]`, () => append(range))),
    rewrite: (ranges) => inTurn(() => rewrite(ranges)),
    async close() {
      if (!isOpen) return
      isOpen = false
      await handle.close()
    },
    async remove() {
      await record.close()
      await onDisk(`remove the part record [${path}]`, () => unlinkIfThere(path))
      options.removed()
    },
  }
  return record
}
