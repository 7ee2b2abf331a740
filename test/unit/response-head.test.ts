import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readGetHead, readHeadHead, retryAfterOf } from '../../src/adapters/response-head.ts'
import { ItemError } from '../../src/core/errors.ts'

const headers = {
  'content-length': '10',
  etag: '"abc"',
  'last-modified': 'Tue, 02 Jan 2024 03:04:05 GMT',
  'x-amz-request-id': 'REQ1',
}
const whole = { statusCode: 200, headers }
const range = { start: 20, end: 30 }
const part = { statusCode: 206, headers: { ...headers, 'content-range': 'bytes 20-29/100' } }

const withRange = (text: string) => ({
  statusCode: 206,
  headers: { ...headers, 'content-range': text },
})

describe('readGetHead()', () => {
  it('reads a whole object', () => {
    assert.deepEqual(readGetHead(whole, undefined), {
      head: {
        sizeBytes: 10,
        etag: '"abc"',
        lastModifiedMs: Date.UTC(2024, 0, 2, 3, 4, 5),
        userMd5: undefined,
        checksums: [],
        isArchived: false,
        status: 200,
        requestId: 'REQ1',
      },
      lengthBytes: 10,
    })
  })
  it('reads the size of the whole object from the answer to a range', () => {
    const { head, lengthBytes } = readGetHead(part, range)
    assert.deepEqual([head.sizeBytes, lengthBytes], [100, 10])
  })

  it('takes checksums from the answer with the whole object only', () => {
    const told = { ...headers, 'x-obs-hash-crc64ecma': '255' }
    assert.deepEqual(
      readGetHead({ statusCode: 200, headers: told }, undefined).head.checksums.map(
        ({ kind }) => kind,
      ),
      ['crc64ecma'],
    )
    const ofRange = {
      statusCode: 206,
      headers: { ...part.headers, ...told, 'content-range': 'bytes 20-29/100' },
    }
    assert.deepEqual(readGetHead(ofRange, range).head.checksums, [])
  })

  const refused: [string, Parameters<typeof readGetHead>[0], typeof range | undefined][] = [
    ['200 where a range was asked for', whole, range],
    ['206 where the whole was asked for', part, undefined],
    ['204', { ...whole, statusCode: 204 }, undefined],
    ['a 206 without Content-Range', { ...whole, statusCode: 206 }, range],
    ['a range that starts elsewhere', withRange('bytes 19-29/100'), range],
    ['a range that ends elsewhere', withRange('bytes 20-28/100'), range],
    ['a range of unknown total', withRange('bytes 20-29/*'), range],
    ['a range in another unit', withRange('items 20-29/100'), range],
    [
      'a length that is not that of the range',
      { ...part, headers: { ...part.headers, 'content-length': '9' } },
      range,
    ],
    ['no length', { statusCode: 200, headers: { etag: '"abc"' } }, undefined],
    [
      'a length that is no number',
      { statusCode: 200, headers: { 'content-length': 'ten' } },
      undefined,
    ],
  ]
  for (const [name, raw, asked] of refused) {
    it(`refuses ${name}, and lets it be tried again`, () => {
      assert.throws(
        () => readGetHead(raw, asked),
        (error) => error instanceof ItemError && error.retry === 'transient',
      )
    })
  }
})

describe('readHeadHead()', () => {
  it('finds the MD5 in the metadata of OBS and of S3', () => {
    const md5 = '0123456789abcdef0123456789abcdef'
    for (const name of ['x-obs-meta-md5chksum', 'x-amz-meta-md5chksum']) {
      assert.equal(
        readHeadHead({ statusCode: 200, headers: { ...headers, [name]: md5 } }).userMd5,
        md5,
      )
    }
  })
  it('takes the checksums', () => {
    const raw = { statusCode: 200, headers: { ...headers, 'x-obs-hash-crc64ecma': '255' } }
    assert.deepEqual(
      readHeadHead(raw).checksums.map(({ hex }) => hex),
      ['00000000000000ff'],
    )
  })
  it('takes the request id of OBS', () => {
    const raw = { statusCode: 200, headers: { 'content-length': '0', 'x-obs-request-id': 'OBS1' } }
    assert.equal(readHeadHead(raw).requestId, 'OBS1')
  })
  for (const [name, value, expected] of [
    ['x-obs-storage-class', 'COLD', true],
    ['x-obs-storage-class', 'DEEP_ARCHIVE', true],
    ['x-obs-storage-class', 'WARM', false],
    ['x-amz-storage-class', 'GLACIER', true],
    ['x-amz-storage-class', 'DEEP_ARCHIVE', true],
    ['x-amz-storage-class', 'GLACIER_IR', false],
    ['x-amz-storage-class', 'STANDARD_IA', false],
    ['x-amz-archive-status', 'ARCHIVE_ACCESS', true],
  ] as const) {
    it(`takes ${name}: ${value} for ${expected ? 'an archive' : 'none'}`, () => {
      const raw = { statusCode: 200, headers: { ...headers, [name]: value } }
      assert.equal(readHeadHead(raw).isArchived, expected)
    })
  }
})

describe('retryAfterOf()', () => {
  const nowMs = Date.UTC(2024, 0, 1)
  const of = (text: string) =>
    retryAfterOf({ statusCode: 503, headers: { 'retry-after': text } }, nowMs)
  it('reads seconds', () => assert.equal(of('7'), 7000))
  it('reads a date', () => assert.equal(of('Mon, 01 Jan 2024 00:00:09 GMT'), 9000))
  it('takes a date that is over as now', () => assert.equal(of('Sun, 31 Dec 2023 00:00:00 GMT'), 0))
  it('ignores what it cannot read', () => assert.equal(of('soon'), undefined))
  it('is nothing where the header is missing', () => {
    assert.equal(retryAfterOf({ statusCode: 503, headers: {} }, nowMs), undefined)
  })
})
