import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  formatPartHeader,
  formatProvenRange,
  isSameDownload,
  parsePartHeader,
  parseProvenRange,
  withoutOverlaps,
  type PartHeader,
} from '../../src/core/part-record.ts'

const header: PartHeader = {
  bucket: 'bucket-a',
  key: 'p/big.bin',
  versionId: undefined,
  destination: '/data/big.bin',
  sizeBytes: 100,
  etag: '"abc-2"',
  lastModifiedMs: 1_704_164_645_000,
  tempFile: '/data/.x.obs.temp',
  partSizeBytes: 10,
}

const headers: fc.Arbitrary<PartHeader> = fc.record(
  {
    bucket: fc.string(),
    key: fc.string({ unit: 'binary' }),
    versionId: fc.option(fc.string(), { nil: undefined }),
    destination: fc.string({ unit: 'binary' }),
    sizeBytes: fc.maxSafeNat(),
    etag: fc.string(),
    lastModifiedMs: fc.maxSafeNat(),
    tempFile: fc.string(),
    partSizeBytes: fc.maxSafeNat(),
    wholeProof: fc.constant('md5' as const),
  },
  {
    noNullPrototype: true,
    requiredKeys: [
      'bucket',
      'key',
      'versionId',
      'destination',
      'sizeBytes',
      'etag',
      'lastModifiedMs',
      'tempFile',
      'partSizeBytes',
    ],
  },
)

describe('the first line of a part record', () => {
  it('reads back as it was written, and is one line', () => {
    fc.assert(
      fc.property(headers, (one) => {
        const line = formatPartHeader(one)
        assert.ok(!line.includes('\n'))
        assert.deepEqual(parsePartHeader(line), one)
      }),
    )
  })

  it('is of version 2 where only an MD5 can prove the whole, so that no older tool trusts it', () => {
    assert.match(formatPartHeader({ ...header, wholeProof: 'md5' }), /^\{"version":2,.*"md5"\}$/)
    assert.match(formatPartHeader(header), /^\{"version":1,(?!.*wholeProof)/)
  })

  const whole = formatPartHeader(header)
  const adopted = formatPartHeader({ ...header, wholeProof: 'md5' })
  const unreadable: [string, string][] = [
    ['nothing', ''],
    ['a torn line', whole.slice(0, -1)],
    ['version 2 without a whole proof', whole.replace('"version":1', '"version":2')],
    ['version 1 and a whole proof', adopted.replace('"version":2', '"version":1')],
    ['another whole proof', adopted.replace('"md5"', '"md4"')],
    ['version 3', whole.replace('"version":1', '"version":3')],
    ['no version', whole.replace('"version":1,', '')],
    ['an array', '[1]'],
    ['a number', '1'],
    ['null', 'null'],
    ['a size that is text', whole.replace('"size":100', '"size":"100"')],
    ['a negative size', whole.replace('"size":100', '"size":-100')],
    ['a fraction for a size', whole.replace('"size":100', '"size":1.5')],
    ['a size beyond exact numbers', whole.replace('"size":100', '"size":1e300')],
    ['a version id that is a number', whole.replace('"versionId":null', '"versionId":3')],
    ['no temp file', whole.replace('tempFile', 'tempfile')],
    ['deeply nested brackets', '['.repeat(100_000)],
  ]
  for (const [name, line] of unreadable) {
    it(`counts as none with ${name}`, () => assert.equal(parsePartHeader(line), undefined))
  }
})

describe('the line of a range', () => {
  it('reads back as it was written', () => {
    const ranges = fc
      .tuple(fc.nat(1e9), fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 50_000 }))
      .chain(([start, length, part]) =>
        fc
          .nat(0xff_ff_ff_ff)
          .map((crc32) => ({ part, start, end: start + length, crc32: crc32 >>> 0 })),
      )
    fc.assert(
      fc.property(ranges, (range) =>
        assert.deepEqual(parseProvenRange(formatProvenRange(range), range.end), range),
      ),
    )
  })

  const good = { part: 1, start: 10, end: 20, crc32: 0xab }
  const line = formatProvenRange(good)
  const refused: [string, string][] = [
    ['a torn line', line.slice(0, 20)],
    ['an end beyond the object', line.replace('"end":20', '"end":101')],
    ['an end at its start', line.replace('"end":20', '"end":10')],
    ['a negative start', line.replace('"start":10', '"start":-1')],
    ['part 0', line.replace('"part":1', '"part":0')],
    ['a checksum that is no checksum', line.replace('000000ab', 'xyz')],
    ['a checksum of capital letters', line.replace('000000ab', '000000AB')],
    ['a checksum that is a number', line.replace('"000000ab"', '171')],
  ]
  for (const [name, text] of refused) {
    it(`proves nothing with ${name}`, () => assert.equal(parseProvenRange(text, 100), undefined))
  }
  it('is read up to the last byte of the object', () => {
    assert.deepEqual(parseProvenRange(line.replace('"end":20', '"end":100'), 100), {
      ...good,
      end: 100,
    })
  })
})

const range = (start: number, end: number) => ({ part: 1, start, end, crc32: 0 })

describe('withoutOverlaps()', () => {
  it('orders the ranges and keeps no byte twice', () => {
    assert.deepEqual(
      withoutOverlaps([range(20, 30), range(0, 10), range(5, 15), range(10, 20), range(0, 10)]),
      [range(0, 10), range(10, 20), range(20, 30)],
    )
  })
})

describe('isSameDownload()', () => {
  it('does not mind another temp file or part size', () => {
    assert.ok(isSameDownload(header, { ...header, tempFile: '/elsewhere', partSizeBytes: 77 }))
  })
  const differing: Partial<PartHeader>[] = [
    { bucket: 'other' },
    { key: 'other' },
    { versionId: 'v1' },
    { destination: '/other' },
    { sizeBytes: 101 },
    { etag: '"other"' },
    { lastModifiedMs: 1 },
  ]
  for (const change of differing) {
    it(`tells another ${Object.keys(change)[0]} apart`, () => {
      assert.ok(!isSameDownload(header, { ...header, ...change }))
    })
  }
  it('never trusts an object without an ETag', () => {
    const bare = { ...header, etag: '' }
    assert.ok(!isSameDownload(bare, bare))
  })
})
