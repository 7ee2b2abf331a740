import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { totalLength } from '../../src/core/part-plan.ts'
import { parsePartHeader, parseProvenRange, type ProvenRange } from '../../src/core/part-record.ts'

/** A part record as it lies on disk. */
export interface FoundRecord {
  readonly path: string
  readonly lines: readonly string[]
  /** Bytes of the object that it claims. */
  readonly provenBytes: number
}

const lookEveryMs = 10

/** Looks into the folder until a record claims so many parts, or until `isOver`. */
export async function waitForParts(
  folder: string,
  parts: number,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const record = await findRecord(folder)
    if (record !== undefined && record.lines.length > parts) return
    await sleep(lookEveryMs)
  }
}

/** The one part record in the folder, if there is one. */
export async function findRecord(folder: string): Promise<FoundRecord | undefined> {
  const names = await readdir(folder).catch(() => [])
  const name = names.find((file) => file.endsWith('.jsonl'))
  if (name === undefined) return undefined
  const path = join(folder, name)
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '')
  const sizeBytes = parsePartHeader(lines[0] ?? '')?.sizeBytes ?? 0
  const ranges = lines
    .map((line) => parseProvenRange(line, sizeBytes))
    .filter((range): range is ProvenRange => range !== undefined)
  return { path, lines, provenBytes: totalLength(ranges) }
}
