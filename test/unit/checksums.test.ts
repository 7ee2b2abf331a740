import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { chooseChecks, trustedMd5s, type CheckPolicy } from '../../src/core/checks.ts'
import { readChecksums } from '../../src/core/checksums.ts'

const MD5 = 'a'.repeat(32)
const OTHER_MD5 = 'b'.repeat(32)

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
const sha = (kind: string) => createHash(kind).update('x').digest('hex')
const names = (...args: Parameters<typeof chooseChecks>) =>
  chooseChecks(...args).map(({ name, remote }) => `${name} ${remote}`)
const object = (userMd5: string | undefined, headers: Record<string, string>) => ({
  userMd5,
  checksums: readChecksums(headers),
})
const plain = (headers: Record<string, string>) =>
  readChecksums(headers).map(({ kind, hex, from }) => `${kind} ${hex} ${from}`)

describe('readChecksums()', () => {
  const read: readonly [what: string, headers: Record<string, string>, checksums: string[]][] = [
    ['no header', {}, []],
    [
      "OBS's CRC-64, which is a decimal number",
      { 'x-obs-hash-crc64ecma': '11051210869376104954' },
      ['crc64ecma 995dc9bbdf1939fa header'],
    ],
    [
      'a CRC-64 that begins with zeros',
      { 'x-obs-hash-crc64ecma': '255' },
      ['crc64ecma 00000000000000ff header'],
    ],
    [
      'the largest CRC-64',
      { 'x-obs-hash-crc64ecma': '18446744073709551615' },
      ['crc64ecma ffffffffffffffff header'],
    ],
    ['a CRC-64 beyond 64 bits', { 'x-obs-hash-crc64ecma': '18446744073709551616' }, []],
    ['a CRC-64 that is no number', { 'x-obs-hash-crc64ecma': '0x12' }, []],
    ['an empty CRC-64', { 'x-obs-hash-crc64ecma': '' }, []],
    ...['crc32', 'crc32c'].map((kind): (typeof read)[number] => [
      `S3's ${kind}`,
      { [`x-amz-checksum-${kind}`]: base64('0bf43926') },
      [`${kind} 0bf43926 header`],
    ]),
    [
      "S3's crc64nvme of the whole object",
      {
        'x-amz-checksum-crc64nvme': base64('0e8b14860a799888'),
        'x-amz-checksum-type': 'FULL_OBJECT',
      },
      ['crc64nvme 0e8b14860a799888 header'],
    ],
    ...['sha1', 'sha256'].map((kind): (typeof read)[number] => [
      `S3's ${kind}`,
      { [`x-amz-checksum-${kind}`]: base64(sha(kind)) },
      [`${kind} ${sha(kind)} header`],
    ]),
    [
      'a checksum of checksums, by its type',
      { 'x-amz-checksum-crc32': base64('0bf43926'), 'x-amz-checksum-type': 'COMPOSITE' },
      [],
    ],
    [
      'a checksum of checksums, by its form',
      { 'x-amz-checksum-sha256': `${base64(sha('sha256'))}-3` },
      [],
    ],
    ['a checksum that is too short', { 'x-amz-checksum-crc64nvme': base64('0bf43926') }, []],
    ['a checksum that is not base64', { 'x-amz-checksum-crc32': '????' }, []],
    ['an MD5 as the ETag', { etag: `"${MD5}"` }, [`md5 ${MD5} etag`]],
    [
      'an MD5 as the ETag, in upper case and without quotes',
      { etag: MD5.toUpperCase() },
      [`md5 ${MD5} etag`],
    ],
    ['the ETag of an upload in parts', { etag: `"${MD5}-3"` }, []],
    ['a weak ETag', { etag: `W/"${MD5}"` }, []],
    ['an ETag of another length', { etag: `"${MD5}aa"` }, []],
    [
      "the ETag of an object under S3's own keys",
      { etag: MD5, 'x-amz-server-side-encryption': 'AES256' },
      [`md5 ${MD5} etag`],
    ],
    ['the ETag of what is appended to', { etag: MD5, 'x-obs-next-append-position': '5' }, []],
    ['the ETag of an appendable object', { etag: MD5, 'x-obs-object-type': 'Appendable' }, []],
    ['the ETag under KMS', { etag: MD5, 'x-amz-server-side-encryption': 'aws:kms' }, []],
    ['the ETag under KMS twice', { etag: MD5, 'x-amz-server-side-encryption': 'aws:kms:dsse' }, []],
    [
      "the ETag under a customer's key",
      { etag: MD5, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' },
      [],
    ],
    ['the ETag under KMS of OBS', { etag: MD5, 'x-obs-server-side-encryption': 'kms' }, []],
    [
      "the ETag under OBS's own keys, which changes it",
      { etag: MD5, server: 'OBS', 'x-amz-server-side-encryption': 'AES256' },
      [],
    ],
    [
      'several at once',
      { etag: MD5, 'x-obs-hash-crc64ecma': '0', 'x-amz-checksum-crc32': base64('0bf43926') },
      ['crc64ecma 0000000000000000 header', 'crc32 0bf43926 header', `md5 ${MD5} etag`],
    ],
  ]
  for (const [what, headers, checksums] of read) {
    it(`reads ${checksums.length === 0 ? 'nothing from ' : ''}${what}`, () => {
      assert.deepEqual(plain(headers), checksums)
    })
  }
})

describe('chooseChecks()', () => {
  const asked: CheckPolicy = { userMd5: 'compared', etagMd5: 'compared' }
  const unasked: CheckPolicy = { userMd5: 'ignored', etagMd5: 'compared' }
  const crc = { 'x-obs-hash-crc64ecma': '255' }

  it('takes the MD5 of the metadata only where it is asked for', () => {
    assert.deepEqual(names(object(` ${MD5.toUpperCase()}`, {}), asked), [`md5 ${MD5}`])
    assert.deepEqual(names(object(MD5, {}), unasked), [])
    assert.deepEqual(names(object('nonsense', {}), asked), [])
  })
  it('takes all that the headers say, and what is asked for before it', () => {
    const both = object(MD5, { ...crc, 'x-amz-checksum-crc32': base64('0bf43926') })
    assert.deepEqual(names(both, asked), [
      `md5 ${MD5}`,
      'crc64ecma 00000000000000ff',
      'crc32 0bf43926',
    ])
  })
  it('takes an ETag where there is nothing else, unless it is not to be believed', () => {
    const etag = { etag: MD5 }
    assert.deepEqual(names(object(undefined, etag), unasked), [`etag-md5 ${MD5}`])
    assert.deepEqual(names(object(undefined, { ...etag, ...crc }), unasked), [
      'crc64ecma 00000000000000ff',
    ])
    assert.deepEqual(names(object(OTHER_MD5, etag), asked), [`md5 ${OTHER_MD5}`])
    assert.deepEqual(names(object(undefined, etag), { ...unasked, etagMd5: 'ignored' }), [])
  })
  it('leaves it to the policy which MD5 may prove a file, too', () => {
    const both = object(OTHER_MD5, { etag: MD5 })
    assert.deepEqual([...trustedMd5s(both, asked)], [OTHER_MD5, MD5])
    assert.deepEqual([...trustedMd5s(both, unasked)], [MD5])
    assert.deepEqual([...trustedMd5s(both, { userMd5: 'ignored', etagMd5: 'ignored' })], [])
  })
})
