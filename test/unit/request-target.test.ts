/** Where a request for an object goes. That the SDK would send it there too: signed-request.test.ts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { parseEndpoint } from '../../src/core/endpoint.ts'
import { encodeSegment, requestTarget } from '../../src/core/request-target.ts'

function target(endpoint: string, bucket: string, key = 'k') {
  return requestTarget(parseEndpoint(endpoint), { bucket, key, versionId: undefined })
}

const NAMED = 'http://store.example'
const SECURE = 'https://store.example'

const ADDRESSES: readonly (readonly [endpoint: string, hostname: string, host: string])[] = [
  [NAMED, 'bucket.store.example', 'bucket.store.example'],
  ['http://store.example:8080', 'bucket.store.example', 'bucket.store.example:8080'],
  ['http://store.example:443', 'bucket.store.example', 'bucket.store.example:443'],
  ['https://store.example:443', 'bucket.store.example', 'bucket.store.example'],
  ['https://store.example:80', 'bucket.store.example', 'bucket.store.example:80'],
  ['https://127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['http://127.0.0.1:9000', '127.0.0.1', '127.0.0.1:9000'],
  ['http://localhost:80', 'localhost', 'localhost'],
  ['https://[::1]', '::1', '[::1]'],
  ['http://[2001:DB8::1]:8080', '2001:db8::1', '[2001:db8::1]:8080'],
]

for (const [endpoint, hostname, host] of ADDRESSES) {
  test(`a bucket at ${endpoint} is asked for at [${hostname}] with the Host [${host}]`, () => {
    const got = target(endpoint, 'bucket')
    assert.deepEqual({ hostname: got.hostname, host: got.host }, { hostname, host })
    assert.equal(got.path, hostname.startsWith('bucket.') ? '/k' : '/bucket/k')
    assert.equal(got.port, parseEndpoint(endpoint).port)
  })
}

const PLACES: readonly (readonly [
  bucket: string,
  http: 'host' | 'path',
  https: 'host' | 'path',
])[] = [
  ['abc', 'host', 'host'],
  ['a-1', 'host', 'host'],
  ['0bucket9', 'host', 'host'],
  ['x'.repeat(63), 'host', 'host'],
  ['with.dots.in-it', 'host', 'path'],
  ['1.2.3', 'host', 'path'],
  ['ab', 'path', 'path'],
  ['x'.repeat(64), 'path', 'path'],
  ['-abc', 'path', 'path'],
  ['abc-', 'path', 'path'],
  ['Capital', 'path', 'path'],
  ['under_score', 'path', 'path'],
  ['two..dots', 'path', 'path'],
  ['.abc', 'path', 'path'],
  ['abc.', 'path', 'path'],
  ['a.-b', 'path', 'path'],
  ['192.168.1.1', 'path', 'path'],
  ['bücket', 'path', 'path'],
]

for (const [bucket, http, https] of PLACES) {
  test(`the bucket [${bucket}] goes into the ${http} over http, and into the ${https} over https`, () => {
    for (const [endpoint, place] of [
      [NAMED, http],
      [SECURE, https],
    ] as const) {
      const { hostname, path } = target(endpoint, bucket)
      assert.equal(hostname, place === 'host' ? `${bucket}.store.example` : 'store.example')
      assert.equal(path, place === 'host' ? '/k' : `/${encodeURIComponent(bucket)}/k`)
    }
  })
}

test('no bucket can change the host, the port or the path that follows it', () => {
  const buckets = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('a/b', 'a@b', 'a:1'))
  fc.assert(
    fc.property(buckets, fc.constantFrom(NAMED, SECURE), (bucket, endpoint) => {
      const { hostname, host, path } = target(endpoint, bucket)
      if (hostname !== 'store.example') assert.match(hostname, /^[a-z0-9.-]+\.store\.example$/)
      assert.equal(host, hostname)
      assert.match(path, /^\/([A-Za-z0-9._~%-]*\/)?k$/)
    }),
  )
})

const KEYS: readonly (readonly [key: string, path: string])[] = [
  ['a/b', '/bucket/a/b'],
  ['/a//b/', '/bucket//a//b/'],
  ['../..', '/bucket/../..'],
  ['./a', '/bucket/./a'],
  ['a b+c', '/bucket/a%20b%2Bc'],
  ['100%', '/bucket/100%25'],
  ['%41', '/bucket/%2541'],
  ['q?x=1#y', '/bucket/q%3Fx%3D1%23y'],
  [`"it's"!(*)`, '/bucket/%22it%27s%22%21%28%2A%29'],
  ['-._~', '/bucket/-._~'],
  ['ü🙂', '/bucket/%C3%BC%F0%9F%99%82'],
  ['a\r\nb\0', '/bucket/a%0D%0Ab%00'],
  ['a\\b', '/bucket/a%5Cb'],
]

for (const [key, path] of KEYS) {
  test(`the key ${JSON.stringify(key)} is asked for as ${path}`, () => {
    assert.equal(target('http://127.0.0.1', 'bucket', key).path, path)
  })
}

test('any key is in its path exactly, in signs that no server reads otherwise', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (key) => {
      const { path } = target('http://127.0.0.1', 'bucket', key)
      assert.match(path, /^\/bucket\/[A-Za-z0-9._~%/-]*$/)
      assert.equal(decodeURIComponent(path.slice('/bucket/'.length)), key)
    }),
  )
})

test('`encodeSegment()` encodes slashes too, and refuses what is not Unicode', () => {
  assert.equal(encodeSegment('a/b'), 'a%2Fb')
  assert.throws(() => encodeSegment('\uDC00'), URIError)
})
