import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '../core/errors.ts'
import type { ObjectSource } from '../core/item.ts'
import type { OfficialRecords } from '../core/official-ports.ts'
import {
  officialRecordName,
  parseOfficialRecord,
  type OfficialRecord,
} from '../core/official-record.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { onDisk } from './item-trouble.ts'
import { openPlainFile } from './plain-file.ts'

const suffix = '.txt'
/** Holds some 90,000 parts; anything longer was not written by the official tool. */
const largestRecordBytes = 16 * 1024 * 1024

/**
 * The official tool's part records, `<cpd>/download/<md5 of bucket_key[_version]>.txt`. They are read
 * and deleted, never written. The folder is listed once: most runs find nothing there.
 *
 * @param folder `<cpd>/download`; need not exist.
 */
export function createOfficialRecords(folder: string): OfficialRecords {
  const present = new Set(namesIn(folder))
  const pathOf = (source: ObjectSource) => join(folder, nameOf(source))
  return {
    has: (source) => present.size > 0 && present.has(nameOf(source)),
    load: (source) =>
      onDisk(`read the part record [${pathOf(source)}]`, () => loadRecord(pathOf(source))),
    async remove(source) {
      const path = pathOf(source)
      await onDisk(`remove the part record [${path}]`, () => unlinkIfThere(path))
      present.delete(nameOf(source))
    },
  }
}

function nameOf(source: ObjectSource): string {
  return `${createHash('md5').update(officialRecordName(source)).digest('hex')}${suffix}`
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(suffix))
  } catch (error) {
    // What cannot be looked at is as good as not there: its objects start afresh.
    if (systemCode(error) !== '') return []
    throw error
  }
}

async function loadRecord(path: string): Promise<OfficialRecord | undefined> {
  const found = await openPlainFile(path, 'read')
  if (found.kind !== 'plain') return undefined
  const { handle, stat } = found
  try {
    if (stat.size > largestRecordBytes) return undefined
    const bytes = Buffer.alloc(stat.size)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    const text = decode(bytes.subarray(0, bytesRead))
    return text === undefined ? undefined : parseOfficialRecord(text)
  } finally {
    await handle.close()
  }
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
