import assert from 'node:assert/strict'
import { open, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import { formatPartHeader, formatProvenRange } from '../../../src/core/part-record.ts'
import { LARGE_BYTES, type FoundRecord } from './parts.ts'

/** Where a damage is done. */
interface Scene {
  readonly record: FoundRecord
  /** Path of the file that holds `VICTIM_TEXT`. */
  readonly victim: string
}

/** Does a damage. */
export type Deed = (scene: Scene) => Promise<void>

/** What a file holds that no run may touch; as long as an object, so that its size gives nothing away. */
export const VICTIM_TEXT = 'precious'.repeat(LARGE_BYTES / 8)

/** The record's lines in order of position, so that a damage is the same each time. */
interface Lines {
  readonly header: string
  readonly part1: string
  readonly part2: string
}

/** Writes the record anew. */
export function withLines(change: (lines: Lines) => readonly string[]): Deed {
  return async ({ record }) => {
    const [part1, part2, ...others] = record.ranges
      .toSorted((left, right) => left.start - right.start)
      .map(formatProvenRange)
    assert.ok(part1 !== undefined && part2 !== undefined && others.length === 0)
    const changed = change({ header: formatPartHeader(record.header), part1, part2 })
    await writeFile(record.path, changed.join('\n'))
  }
}

/** Changes what the first line says. */
export function withHeader(change: (fields: object) => object): Deed {
  return withLines((before) => {
    const fields: unknown = JSON.parse(before.header)
    assert.ok(typeof fields === 'object' && fields !== null)
    return [JSON.stringify(change(fields)), before.part1, before.part2, '']
  })
}

/** Adds ranges whose CRC is right for what the temp file holds there, fetched or not. */
export function moreRanges(...ranges: readonly ByteRange[]): Deed {
  return async (scene) => {
    const temp = await readFile(scene.record.header.tempFile)
    const added = ranges.map((range) =>
      formatProvenRange({ ...range, part: 3, crc32: crc32(temp.subarray(range.start, range.end)) }),
    )
    await withLines(({ header, part1, part2 }) => [header, part1, part2, ...added, ''])(scene)
  }
}

/** The line with a CRC that is not that of the bytes. */
export function withOtherCrc(line: string): string {
  return line.replace(/"crc32":"(.)/, (_, digit) => `"crc32":"${digit === '0' ? '1' : '0'}`)
}

/** Flips a bit of the temp file. */
export function changeByte(position: number): Deed {
  return async ({ record }) => {
    const file = await open(record.header.tempFile, 'r+')
    try {
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position)
      buffer[0] = (buffer[0] ?? 0) ^ 1
      await file.write(buffer, 0, 1, position)
    } finally {
      await file.close()
    }
  }
}

/** Puts a link to the victim where the temp file was. */
export function replaceTemp(put: (target: string, path: string) => Promise<void>): Deed {
  return async ({ record, victim }) => {
    await rm(record.header.tempFile)
    await put(victim, record.header.tempFile)
  }
}

/** Has the record call another file its temp file. */
export function nameTemp(pathOf: (victim: string) => string): Deed {
  return (scene) => withHeader((fields) => ({ ...fields, tempFile: pathOf(scene.victim) }))(scene)
}

/** Puts a symbolic link to the victim where the record was. */
export async function replaceRecord({ record, victim }: Scene): Promise<void> {
  await rm(record.path)
  await symlink(victim, record.path)
}
