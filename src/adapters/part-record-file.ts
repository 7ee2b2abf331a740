import { constants, readdirSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
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
import { renameFile } from './patient-rename.ts'
import { readListLines } from './list-lines.ts'
import { isOwnFile, isPlainlyOwnFile, openPlainFile, type Probes } from './plain-file.ts'

const { O_WRONLY, O_APPEND, O_NOFOLLOW } = constants
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
 * @param probes where they are forbidden, a record that only a probe would show to be ours is not read.
 */
export function createPartRecords(
  folder: string,
  durability: 'fsync' | 'cached',
  probes: Probes = 'allowed',
): PartRecords {
  const present = new Set(recordIdsIn(folder))
  const pathOf = (id: string) => recordPath(folder, id)
  const folders = createFolderSync(durability)
  const settle = () => onDisk(`sync the folder [${folder}]`, () => folders.settle(folder))

  return {
    has: (id) => present.has(id),
    async load(id) {
      return onDisk(`read the part record [${pathOf(id)}]`, () => loadRecord(pathOf(id), probes))
    },
    async create(id, header, ranges) {
      const path = pathOf(id)
      const write = (those: readonly ProvenRange[]) =>
        onDisk(`write the part record [${path}]`, async () => {
          const lines = [formatPartHeader(header), ...those.map(formatProvenRange), '']
          const fresh = await replaceFile(path, lines.join('\n'), durability)
          present.add(id)
          return fresh
        })
      const removed = () => void present.delete(id)
      const handle = await write(ranges)
      try {
        await settle()
      } catch (error) {
        await handle.close()
        throw error
      }
      return openRecord(path, handle, { durability, write, settle, removed })
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
export async function loadRecord(path: string, probes: Probes): Promise<RecordedParts | undefined> {
  const found = await openPlainFile(path, 'read')
  if (found.kind !== 'plain') return undefined
  const { handle, stat } = found
  try {
    if (stat.size > largestRecordBytes) return undefined
    const isOwn = probes === 'allowed' ? await isOwnFile(stat, path) : isPlainlyOwnFile(stat)
    if (!isOwn) return undefined
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
    await renameFile(fresh, path)
    return handle
  } catch (error) {
    await handle.close()
    await unlinkIfThere(fresh)
    throw error
  }
}

interface RecordOptions {
  readonly durability: 'fsync' | 'cached'
  /** Writes the whole record anew; where it resolves, the record is this other file. */
  readonly write: (ranges: readonly ProvenRange[]) => Promise<FileHandle>
  /** Puts the name of that file on disk. */
  readonly settle: () => Promise<void>
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
    // Windows renames nothing onto a file that is open.
    await handle.close()
    try {
      handle = await options.write(ranges)
    } catch (error) {
      handle = await open(path, O_WRONLY | O_APPEND | O_NOFOLLOW)
      throw error
    }
    // The old file has no name any more: whatever fails from here on, lines belong into the new one.
    lineEnd = ''
    await options.settle()
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
