import { execFile } from 'node:child_process'
import { chmod, chown, open, rm, symlink } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import { withHeader, withLines, type Deed } from './damage-deeds.ts'
import { LARGE_BYTES, PART_BYTES } from './parts.ts'

/** What somebody else made of a part record with two proven parts. */
export interface Forgery {
  readonly name: string
  readonly deed: Deed
  /** Which of the two parts cannot be proven any more. */
  readonly unproven: readonly ByteRange[]
  /** Who may do that: root alone can give a file away. */
  readonly by?: 'root'
}

const MEGABYTE = 1_048_576
const PART_1 = { start: 0, end: PART_BYTES }
const PART_2 = { start: PART_BYTES, end: 2 * PART_BYTES }
const NEITHER: readonly ByteRange[] = []
const BOTH = [PART_1, PART_2]
const STRANGER = 65_534
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
const DEEP_OBJECT = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`

/** All that is tried, each on an object of its own. */
export const FORGERIES: readonly Forgery[] = [
  {
    name: 'a pipe in place of the record',
    deed: replaced(makePipe),
    unproven: BOTH,
  },
  {
    name: 'a link to an endless device in place of the record',
    deed: replaced((path) => symlink('/dev/zero', path)),
    unproven: BOTH,
  },
  {
    name: 'a link that leads to itself in place of the record',
    deed: replaced((path) => symlink(path, path)),
    unproven: BOTH,
  },
  { name: 'a record of 500 MB', deed: holding(500), unproven: BOTH },
  { name: 'a line of 60 MB', deed: holding(60), unproven: BOTH },
  {
    name: 'a line of 30 MB between two parts',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      part1,
      `"${'x'.repeat(30 * MEGABYTE)}"`,
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: '30 million empty lines between two parts',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      part1,
      '\n'.repeat(30 * MEGABYTE),
      part2,
      '',
    ]),
    unproven: [PART_2],
  },
  {
    name: 'a million parts that overlap',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      part1,
      part2,
      ...forgedParts(1_000_000, (at) => ({ start: at % 100, end: LARGE_BYTES })),
    ]),
    // The first part loses to one that begins where it does, and is longer.
    unproven: NEITHER,
  },
  {
    name: 'a part of every byte that is missing',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      part1,
      part2,
      ...forgedParts(4 * PART_BYTES, (at) => ({
        start: 2 * PART_BYTES + at,
        end: 2 * PART_BYTES + at + 1,
      })),
    ]),
    unproven: NEITHER,
  },
  {
    name: 'one part that is the whole object',
    deed: withLines(({ header }) => [
      header,
      '{"part":1,"start":0,"end":60000,"crc32":"00000000"}',
      '',
    ]),
    unproven: BOTH,
  },
  {
    name: 'numbers that are none',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      ...['-1', '1e999', '0.5', '9007199254740993', '"0"', 'null', '[]'].map((start) =>
        part1.replace('"start":0', `"start":${start}`),
      ),
      part2.replace(/"crc32":"\w+"/, '"crc32":"000000000"'),
      part1,
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: 'lines nested 100,000 deep',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      DEEP,
      part1,
      DEEP_OBJECT,
      '['.repeat(900_000),
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: 'a first line nested 100,000 deep',
    deed: withLines(({ header, part1, part2 }) => [
      header.replace('{', `{"deep":${DEEP},`),
      part1,
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: 'names of prototypes',
    deed: withLines(({ header, part1, part2 }) => [
      header.replace('{', '{"__proto__":{"part":1},"constructor":1,'),
      '{"__proto__":{"part":1,"start":20000,"end":60000,"crc32":"00000000"}}',
      part1,
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: 'bytes that are not UTF-8',
    deed: async (scene) => {
      await withLines(({ header, part1, part2 }) => [header, part1, part2, ''])(scene)
      const file = await open(scene.record.path, 'r+')
      // Inside the name of the temp file, which every line after it does not need.
      await file.write(Buffer.from([0xff]), 0, 1, 20)
      await file.close()
    },
    unproven: BOTH,
  },
  {
    name: 'its own temp file in another folder',
    deed: elsewhere((path) => path.replace('/tmp/', '/dest/')),
    unproven: BOTH,
  },
  {
    name: 'its own temp file by way of another folder',
    deed: elsewhere((path) => path.replace('/tmp/', '/dest/../nowhere/../tmp/')),
    unproven: BOTH,
  },
  {
    name: 'a temp file with a NUL in its name',
    deed: elsewhere((path) => path.replace('/tmp/', '/t\0mp/')),
    unproven: BOTH,
  },
  {
    name: 'a record that anybody may write to',
    deed: ({ record }) => chmod(record.path, 0o606),
    unproven: BOTH,
  },
  {
    name: 'a record that belongs to another user',
    deed: ({ record }) => chown(record.path, STRANGER, STRANGER),
    unproven: BOTH,
    by: 'root',
  },
  {
    name: 'a pipe in place of the temp file',
    deed: async ({ record }) => {
      await rm(record.header.tempFile)
      await makePipe(record.header.tempFile)
    },
    unproven: BOTH,
  },
  {
    name: 'a pipe where the record is rewritten',
    deed: ({ record }) => makePipe(`${record.path}.new`),
    unproven: NEITHER,
  },
]

function replaced(put: (path: string) => Promise<unknown>): Deed {
  return async ({ record }) => {
    await rm(record.path)
    await put(record.path)
  }
}

/** So many megabytes of NULs and no line feed, which take no room on the disk. */
function holding(megabytes: number): Deed {
  return async ({ record }) => {
    const file = await open(record.path, 'w')
    await file.truncate(megabytes * MEGABYTE)
    await file.close()
  }
}

function forgedParts(count: number, rangeOf: (at: number) => ByteRange): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const { start, end } = rangeOf(at)
    return `{"part":${at + 1},"start":${start},"end":${end},"crc32":"00000000"}`
  })
}

function elsewhere(change: (path: string) => string): Deed {
  return (scene) => {
    const tempFile = change(scene.record.header.tempFile)
    return withHeader((fields) => ({ ...fields, tempFile }))(scene)
  }
}

async function makePipe(path: string): Promise<void> {
  await promisify(execFile)('mkfifo', [path])
}
