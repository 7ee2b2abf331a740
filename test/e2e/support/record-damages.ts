import { link, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import type { ByteRange } from '../../../src/core/byte-range.ts'
import {
  changeByte,
  withHeader,
  withLines,
  moreRanges,
  nameTemp,
  replaceRecord,
  replaceTemp,
  withOtherCrc,
  type Deed,
} from './damage-deeds.ts'
import { LARGE_BYTES, PART_BYTES } from './parts.ts'

/** Something that befell a part record with two proven parts, or its temp file. */
export interface Damage {
  readonly name: string
  readonly deed: Deed
  /** Which of the two parts cannot be proven any more. */
  readonly unproven: readonly ByteRange[]
}

const PART_1 = { start: 0, end: PART_BYTES }
const PART_2 = { start: PART_BYTES, end: 2 * PART_BYTES }
const NEITHER: readonly ByteRange[] = []
const BOTH = [PART_1, PART_2]

/** All that is tried, each on an object of its own. */
export const DAMAGES: readonly Damage[] = [
  { name: 'no damage', deed: async () => {}, unproven: NEITHER },
  {
    name: 'parts in another order',
    deed: withLines(({ header, part1, part2 }) => [header, part2, part1, '']),
    unproven: NEITHER,
  },
  {
    name: 'a line twice',
    deed: withLines(({ header, part1, part2 }) => [header, part1, part2, part1, '']),
    unproven: NEITHER,
  },
  {
    name: 'no line feed at the end',
    deed: withLines(({ header, part1, part2 }) => [header, part1, part2]),
    unproven: NEITHER,
  },
  {
    name: 'a torn last line',
    deed: withLines(({ header, part1, part2 }) => [header, part1, part2.slice(0, -9)]),
    unproven: [PART_2],
  },
  {
    name: 'garbage between the lines',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      '\0\0\0',
      'null',
      '[1]',
      '{"part":1}',
      part1,
      '',
      '"',
      part2,
      '',
    ]),
    unproven: NEITHER,
  },
  {
    name: 'nonsense in a line',
    deed: withLines(({ header, part1, part2 }) => [
      header,
      part1.replace('"start":0', '"start":"0"'),
      part2,
      '',
    ]),
    unproven: [PART_1],
  },
  {
    name: 'a wrong CRC',
    deed: withLines(({ header, part1, part2 }) => [header, withOtherCrc(part1), part2, '']),
    unproven: [PART_1],
  },
  {
    name: 'a torn first line',
    deed: withLines(({ header }) => [header.slice(0, 40)]),
    unproven: BOTH,
  },
  {
    name: 'no first line',
    deed: withLines(({ part1, part2 }) => [part1, part2, '']),
    unproven: BOTH,
  },
  {
    name: 'garbage',
    deed: ({ record }) => writeFile(record.path, Buffer.alloc(3000, '\xff\0{\n', 'latin1')),
    unproven: BOTH,
  },
  { name: 'an empty record', deed: ({ record }) => truncate(record.path, 0), unproven: BOTH },
  { name: 'no record', deed: ({ record }) => rm(record.path), unproven: BOTH },
  {
    name: 'another version',
    deed: withHeader((fields) => ({ ...fields, version: 2 })),
    unproven: BOTH,
  },
  {
    name: 'the record of another bucket',
    deed: withHeader((fields) => ({ ...fields, bucket: 'other' })),
    unproven: BOTH,
  },
  {
    name: 'the record of another key',
    deed: withHeader((fields) => ({ ...fields, key: 'other' })),
    unproven: BOTH,
  },
  {
    name: 'the record of a version',
    deed: withHeader((fields) => ({ ...fields, versionId: 'v1' })),
    unproven: BOTH,
  },
  {
    name: 'the record of another destination',
    deed: withHeader((fields) => ({ ...fields, destination: '/other' })),
    unproven: BOTH,
  },
  {
    name: 'another ETag',
    deed: withHeader((fields) => ({ ...fields, etag: '"other"' })),
    unproven: BOTH,
  },
  {
    name: 'another time',
    deed: withHeader((fields) => ({ ...fields, lastModified: 1 })),
    unproven: BOTH,
  },
  {
    name: 'another size',
    deed: withHeader((fields) => ({ ...fields, size: LARGE_BYTES + 1 })),
    unproven: BOTH,
  },
  {
    name: 'ranges beyond the end',
    deed: moreRanges(
      { start: LARGE_BYTES, end: 2 * LARGE_BYTES },
      { start: 5 * PART_BYTES, end: LARGE_BYTES + 1 },
    ),
    unproven: NEITHER,
  },
  {
    name: 'ranges that overlap others',
    deed: moreRanges({ start: 5000, end: 45_000 }, { start: 19_999, end: LARGE_BYTES }),
    unproven: NEITHER,
  },
  { name: 'no temp file', deed: ({ record }) => rm(record.header.tempFile), unproven: BOTH },
  {
    name: 'a temp file cut short',
    deed: ({ record }) => truncate(record.header.tempFile, 15_000),
    unproven: BOTH,
  },
  {
    name: 'a temp file too long',
    deed: ({ record }) => truncate(record.header.tempFile, LARGE_BYTES + 1),
    unproven: BOTH,
  },
  { name: 'a byte changed in a part', deed: changeByte(PART_2.start), unproven: [PART_2] },
  {
    name: 'a byte changed in what was not recorded',
    deed: changeByte(PART_2.end),
    unproven: NEITHER,
  },
  { name: 'a symbolic link in place of the temp file', deed: replaceTemp(symlink), unproven: BOTH },
  { name: 'a hard link in place of the temp file', deed: replaceTemp(link), unproven: BOTH },
  { name: 'a record that names another file', deed: nameTemp((victim) => victim), unproven: BOTH },
  {
    name: 'a record that names another file by a relative path',
    deed: nameTemp((victim) => `.${victim}`),
    unproven: BOTH,
  },
  { name: 'a symbolic link in place of the record', deed: replaceRecord, unproven: BOTH },
  {
    name: 'a symbolic link where the record is rewritten',
    deed: ({ record, victim }) => symlink(victim, `${record.path}.new`),
    unproven: NEITHER,
  },
]
