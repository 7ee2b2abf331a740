import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatSource } from '../../src/core/item.ts'
import { parseSource } from '../../src/core/object-url.ts'

const read = [
  ['obs://b/k', { bucket: 'b', key: 'k', versionId: undefined }],
  ['obs://b//abs', { bucket: 'b', key: '/abs', versionId: undefined }],
  ['obs://b/dir/', { bucket: 'b', key: 'dir/', versionId: undefined }],
  ['obs://b/k?versionId=v1', { bucket: 'b', key: 'k', versionId: 'v1' }],
  ['obs://b/k?versionId=a?versionId=b', { bucket: 'b', key: 'k?versionId=a', versionId: 'b' }],
  ['obs://b/k?versionId=', { bucket: 'b', key: 'k?versionId=', versionId: undefined }],
  ['obs://b/?versionId=v', { bucket: 'b', key: '?versionId=v', versionId: undefined }],
  ['obs://b/k?versionId=a/c', { bucket: 'b', key: 'k?versionId=a/c', versionId: undefined }],
  ['obs://b/a\nb', { bucket: 'b', key: 'a\nb', versionId: undefined }],
] as const

for (const [text, source] of read) {
  test(`\`parseSource()\` reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseSource(text), source)
  })
}

for (const text of [
  '',
  'obs://',
  'obs://b',
  'obs://b/',
  'obs:///k',
  's3://b/k',
  '/b/k',
  ' obs://b/k',
]) {
  test(`\`parseSource()\` refuses ${JSON.stringify(text)}`, () => {
    assert.equal(parseSource(text), undefined)
  })
}

test('`parseSource()` reads back every object whose key holds no version mark', () => {
  const source = fc.record(
    {
      bucket: fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.includes('/')),
      key: fc.string({ minLength: 1, unit: 'binary' }),
      versionId: fc.option(fc.stringMatching(/^[\w.-]+$/), { nil: undefined }),
    },
    { noNullPrototype: true },
  )
  fc.assert(fc.property(source, (it) => assert.deepEqual(parseSource(formatSource(it)), it)))
})
