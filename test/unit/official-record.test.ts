import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  isLeftOf,
  officialRecordName,
  parseOfficialRecord,
  type OfficialRecord,
} from '../../src/core/official-record.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { formatOfficialRecord, type OfficialRecordText } from '../support/official-record.ts'

const golden = async (scenario: string) => {
  const folder = new URL(`../fixtures/golden/${scenario}/checkpoint/`, import.meta.url)
  const [name = ''] = await readdir(folder)
  return { name, text: await readFile(new URL(name, folder), 'utf8') }
}
const md5 = (text: string) => createHash('md5').update(text).digest('hex')

const MEBIBYTE = 1024 * 1024
const SIMPLE: OfficialRecordText = {
  bucket: 'b',
  key: 'k',
  destination: '/d/k',
  sizeBytes: 30,
  etag: '"e"',
  lastModifiedSeconds: 1,
  tempFile: '/d/t.obs.temp',
  parts: [
    { start: 0, end: 10, complete: true },
    { start: 10, end: 20, complete: false },
    { start: 20, end: 30, complete: true },
  ],
}
const simpleText = formatOfficialRecord(SIMPLE)

describe('parseOfficialRecord()', () => {
  it('reads what the official tool left after Ctrl+C', async () => {
    const { name, text } = await golden('mp-sigint')
    const record = parseOfficialRecord(text)
    assert.deepEqual(record, {
      bucket: 'bucket-m',
      key: 'big/one.bin',
      versionId: undefined,
      destination: '/data/mp/one.bin',
      lastModifiedSeconds: 1_704_164_645,
      sizeBytes: 10 * MEBIBYTE,
      etag: '"7bf0e243392d799bdaa697d8fb7ce699"',
      tempFile: '/data/mp/01b045b6-0b37-44c9-8417-e74881b57dee.obs.temp',
      complete: [{ part: 1, start: 0, end: 3 * MEBIBYTE }],
    })
    assert.equal(name, `${md5(officialRecordName(record))}.txt`)
  })

  it('reads which parts of a download are complete where one in between is not', async () => {
    const { text } = await golden('d-cpd')
    assert.deepEqual(parseOfficialRecord(text)?.complete, [
      { part: 1, start: 0, end: 1_000_000 },
      { part: 3, start: 2_000_000, end: 3_000_000 },
    ])
  })

  it('refuses the record whose part number made the official tool crash', async () => {
    const { text } = await golden('mpx-cppn')
    assert.equal(parseOfficialRecord(text), undefined)
    assert.ok(parseOfficialRecord(text.replace('>40<', '>4<')))
  })

  it('reads a record without a version as one of the latest version', () => {
    const text = simpleText.replace('<VersionId></VersionId>', '')
    assert.deepEqual(parseOfficialRecord(text), parseOfficialRecord(simpleText))
  })

  for (const [name, change] of [
    ['an empty text', () => ''],
    ['something before it', (text) => `<?xml version="1.0"?>${text}`],
    ['something behind it', (text) => `${text}\n`],
    ['an end that is torn off', (text) => text.slice(0, -1)],
    ['an attribute', (text) => text.replace('<Key>', '<Key x="1">')],
    ['a comment', (text) => text.replace('<Key>', '<!-- --><Key>')],
    ['an unknown entity', (text) => text.replace('<Key>k', '<Key>&lol;')],
    ['a bare ampersand', (text) => text.replace('<Key>k', '<Key>k&k')],
    ['a character by its number', (text) => text.replace('<Key>k', '<Key>&#107;')],
    ['an element inside of another', (text) => text.replace('<Key>k', '<Key><b>k</b>')],
    [
      'elements in another order',
      (text) => text.replace('<Bucket>b</Bucket><Key>k</Key>', '<Key>k</Key><Bucket>b</Bucket>'),
    ],
    [
      'a size of the temp file that is not the object’s',
      (text) => text.replace(/30<\/Size><\/TempFileInfo>/, '31</Size></TempFileInfo>'),
    ],
    [
      'a part that begins before the last one ends',
      (text) => text.replace('<RangeStart>10<', '<RangeStart>9<'),
    ],
    ['a gap between parts', (text) => text.replace('<RangeStart>10<', '<RangeStart>11<')],
    ['a part that ends before it begins', (text) => text.replace('<RangeEnd>19<', '<RangeEnd>9<')],
    [
      'a part that ends behind the object',
      (text) => text.replace('<RangeEnd>29<', '<RangeEnd>30<'),
    ],
    ['a last part that ends too early', (text) => text.replace('<RangeEnd>29<', '<RangeEnd>28<')],
    ['a negative offset', (text) => text.replace('<RangeStart>0<', '<RangeStart>-1<')],
    ['a number with a point', (text) => text.replace('<RangeEnd>19<', '<RangeEnd>19.0<')],
    ['a number in other digits', (text) => text.replace('<RangeEnd>19<', '<RangeEnd>0x13<')],
    [
      'a number beyond all safe ones',
      (text) => text.replaceAll('>30<', '>9007199254740993<').replace('>29<', '>9007199254740992<'),
    ],
    ['a part twice', (text) => text.replace(/<DownloadPart>.*?<\/DownloadPart>/, '$&$&')],
    ['no parts', (text) => text.replace(/<DownloadPart>.*<\/DownloadPart>/, '')],
    ['a state that is neither true nor false', (text) => text.replace('>true<', '>1<')],
  ] satisfies readonly (readonly [string, (text: string) => string])[]) {
    it(`refuses ${name}`, () => {
      const changed = change(simpleText)
      assert.notEqual(changed, simpleText)
      assert.equal(parseOfficialRecord(changed), undefined)
    })
  }

  it('reads back every name that the official tool can write', () => {
    const name = fc.string({ unit: fc.constantFrom(...Array.from('&<>"\'\t\n\r a;#/ä😀')) })
    fc.assert(
      fc.property(name, name, name, (key, destination, versionId) => {
        const record = parseOfficialRecord(
          formatOfficialRecord({ ...SIMPLE, key, destination, versionId }),
        )
        assert.deepEqual(
          [record?.key, record?.destination, record?.versionId],
          [key, destination, versionId === '' ? undefined : versionId],
        )
      }),
    )
  })

  it('never throws, and never yields a range outside of the object, whatever is changed', () => {
    const pieces = [
      ...simpleText.split(/(?<=>)|(?=<)/),
      '-1',
      '0',
      '9'.repeat(30),
      '&',
      '<',
      'true',
    ]
    const insertion = fc.record({
      at: fc.nat(simpleText.length),
      drop: fc.nat(40),
      put: fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' })),
    })
    fc.assert(
      fc.property(fc.array(insertion, { minLength: 1, maxLength: 3 }), (insertions) => {
        let text = simpleText
        for (const { at, drop, put } of insertions) {
          text = text.slice(0, at) + put + text.slice(at + drop)
        }
        assertSound(parseOfficialRecord(text))
      }),
      fuzzRuns(1000),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.equal(parseOfficialRecord(text), undefined)
      }),
    )
  })

  it('goes through megabytes of entities or parts once', () => {
    const entities = simpleText.replace('<Key>k', `<Key>${'&amp;'.repeat(1_000_000)}`)
    assert.equal(parseOfficialRecord(entities)?.key.length, 1_000_000)
    assert.equal(parseOfficialRecord('<DownloadFileCheckpoint>'.repeat(300_000)), undefined)
    assert.equal(
      parseOfficialRecord(simpleText.replace('<Key>k', `<Key>${'&'.repeat(5_000_000)}`)),
      undefined,
    )
  })
})

describe('isLeftOf()', () => {
  const record = parseOfficialRecord(simpleText) ?? assert.fail()
  const item = {
    bucket: 'b',
    key: 'k',
    versionId: undefined,
    destination: '/d/k',
    listedSize: undefined,
  }
  const object = { sizeBytes: 30, etag: '"e"', lastModifiedMs: 1999 }

  it('takes a record of the same download of the same object', () => {
    assert.equal(isLeftOf(record, item, object), true)
  })
  for (const other of [
    { bucket: 'other' },
    { key: 'other' },
    { versionId: 'other' },
    { destination: '/other' },
    { sizeBytes: 31 },
    { etag: '"other"' },
    { lastModifiedMs: 2000 },
  ]) {
    it(`takes none with ${JSON.stringify(other)}`, () => {
      assert.equal(isLeftOf(record, { ...item, ...other }, { ...object, ...other }), false)
    })
  }
})

it('officialRecordName() tells versions apart', () => {
  const object = { bucket: 'b', key: 'k', versionId: undefined }
  assert.equal(officialRecordName(object), 'b_k')
  assert.equal(officialRecordName({ ...object, versionId: 'v' }), 'b_k_v')
})

function assertSound(record: OfficialRecord | undefined): void {
  let position = 0
  for (const { start, end } of record?.complete ?? []) {
    assert.ok(start >= position && end > start, `${start} to ${end} after ${position}`)
    position = end
  }
  assert.ok(record === undefined || position <= record.sizeBytes)
}
