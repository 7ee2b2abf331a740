import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { test, type TestContext } from 'node:test'
import {
  startFaultServer,
  type FaultServer,
  type FaultServerOptions,
} from '../../support/fault-server.ts'
import { generated } from '../../support/test-bytes.ts'
import { exchange } from './plain-client.ts'

const BODY = '0123456789'
const ETAG = `"${createHash('md5').update(BODY).digest('hex')}"`

async function start(t: TestContext, options: FaultServerOptions = {}): Promise<FaultServer> {
  const objects = [{ bucket: 'b', key: 'k', body: BODY }]
  const server = await startFaultServer({ objects, credentials: 'anyone', ...options })
  t.after(() => server.close())
  return server
}

test('GET answers with the object and what is known of it', async (t) => {
  const server = await start(t)
  server.objects.put({
    bucket: 'b',
    key: 'meta',
    body: BODY,
    lastModified: new Date('2024-05-06T07:08:09Z'),
    headers: { 'X-Obs-Meta-Md5ChkSum': 'abc' },
  })
  const { status, headers, body } = await exchange(`${server.endpoint}/b/meta`)
  assert.equal(status, 200)
  assert.equal(body.toString(), BODY)
  assert.equal(headers.etag, ETAG)
  assert.equal(headers['content-length'], '10')
  assert.equal(headers['last-modified'], 'Mon, 06 May 2024 07:08:09 GMT')
  assert.equal(headers['x-obs-meta-md5chksum'], 'abc')
  assert.equal(headers['x-amz-request-id'], 'REQ000000001')
})

test('HEAD answers with the head of a GET and no body', async (t) => {
  const server = await start(t)
  const { status, headers, body } = await exchange(`${server.endpoint}/b/k`, { method: 'HEAD' })
  assert.equal(status, 200)
  assert.equal(headers['content-length'], '10')
  assert.equal(headers.etag, ETAG)
  assert.equal(body.length, 0)
})

const RANGES: readonly (readonly [string, number, string, string | undefined])[] = [
  ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
  ['bytes=3-5', 206, '345', 'bytes 3-5/10'],
  ['bytes=8-', 206, '89', 'bytes 8-9/10'],
  ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
  ['bytes=-3', 206, '789', 'bytes 7-9/10'],
  ['bytes=-99', 206, BODY, 'bytes 0-9/10'],
  ['bytes=5-3', 200, BODY, undefined],
  ['bytes=0-1,4-5', 200, BODY, undefined],
  ['lines=0-1', 200, BODY, undefined],
]

test('GET answers a range', async (t) => {
  const server = await start(t)
  for (const [range, status, body, contentRange] of RANGES) {
    const seen = await exchange(`${server.endpoint}/b/k`, { headers: { range } })
    assert.equal(seen.status, status, range)
    assert.equal(seen.body.toString(), body, range)
    assert.equal(seen.headers['content-range'], contentRange, range)
  }
})

test('GET refuses a range that lies behind the object', async (t) => {
  const server = await start(t)
  server.objects.put({ bucket: 'b', key: 'empty', body: '' })
  const requests = [
    ['k', 'bytes=10-', 'bytes */10'],
    ['k', 'bytes=-0', 'bytes */10'],
    ['empty', 'bytes=0-', 'bytes */0'],
  ] as const
  for (const [key, range, contentRange] of requests) {
    const seen = await exchange(`${server.endpoint}/b/${key}`, { headers: { range } })
    assert.equal(seen.status, 416)
    assert.equal(seen.headers['content-range'], contentRange)
    assert.match(seen.body.toString(), /<Code>InvalidRange<\/Code>/)
  }
})

test('GET honours If-Match', async (t) => {
  const server = await start(t)
  const statusFor = async (ifMatch: string) =>
    (await exchange(`${server.endpoint}/b/k`, { headers: { 'if-match': ifMatch } })).status
  assert.equal(await statusFor(ETAG), 200)
  assert.equal(await statusFor(ETAG.replaceAll('"', '')), 200)
  assert.equal(await statusFor('*'), 200)
  assert.equal(await statusFor('"other"'), 412)
})

test('a version is found by its id and the latest without', async (t) => {
  const server = await start(t)
  server.objects.put({ bucket: 'b', key: 'v', body: 'one', versionId: 'v1' })
  server.objects.put({ bucket: 'b', key: 'v', body: 'two', versionId: 'v2' })
  const bodyOf = async (query: string) =>
    (await exchange(`${server.endpoint}/b/v${query}`)).body.toString()
  assert.equal(await bodyOf(''), 'two')
  assert.equal(await bodyOf('?versionId=v1'), 'one')
  assert.match(await bodyOf('?versionId=v3'), /<Code>NoSuchVersion<\/Code>/)
  server.objects.remove({ bucket: 'b', key: 'v', versionId: 'v2' })
  assert.equal(await bodyOf(''), 'one')
})

const ERRORS = [
  ['GET', '/b/none', 404, 'NoSuchKey'],
  ['GET', '/none/k', 404, 'NoSuchBucket'],
  ['GET', '/b/%ff', 404, 'NoSuchKey'],
  ['GET', '/b', 405, 'MethodNotAllowed'],
  ['GET', '/', 405, 'MethodNotAllowed'],
  ['DELETE', '/b/k', 405, 'MethodNotAllowed'],
  ['PUT', '/b/k', 405, 'MethodNotAllowed'],
] as const

test('errors are S3 documents', async (t) => {
  const server = await start(t)
  for (const [method, path, status, code] of ERRORS) {
    const seen = await exchange(`${server.endpoint}${path}`, { method })
    assert.equal(seen.status, status, path)
    assert.match(seen.body.toString(), new RegExp(`<Code>${code}</Code>`), path)
  }
})

test('HEAD of a bucket tells whether it is there, and errors have no body', async (t) => {
  const server = await start(t)
  const head = (path: string) => exchange(`${server.endpoint}${path}`, { method: 'HEAD' })
  assert.equal((await head('/b')).status, 200)
  assert.equal((await head('/b/')).status, 200)
  assert.equal((await head('/none')).status, 404)
  const missing = await head('/b/none')
  assert.equal(missing.status, 404)
  assert.equal(missing.body.length, 0)
})

test('a large generated object is answered range by range', async (t) => {
  const size = 8 * 1024 ** 3
  const body = generated(size, 3)
  const server = await start(t)
  const { etag } = server.objects.put({ bucket: 'b', key: 'large', body })
  assert.match(etag, /^"[0-9a-f]{32}-2"$/)
  const range = `bytes=${size - 200_000}-${size - 1}`
  const seen = await exchange(`${server.endpoint}/b/large`, { headers: { range } })
  assert.deepEqual(seen.body, body.read({ start: size - 200_000, end: size }))
})

test('the request id comes under the name that is asked for', async (t) => {
  const server = await start(t, { requestIdHeader: 'x-obs-request-id' })
  const { headers } = await exchange(`${server.endpoint}/b/k`)
  assert.equal(headers['x-obs-request-id'], 'REQ000000001')
})

test('requests are logged as they came', async (t) => {
  const server = await start(t)
  const headers = { range: 'bytes=2-3', 'if-match': ETAG }
  await exchange(server.endpoint, { path: '/b/a%2Bb%20/../k?versionId=v%2B1', headers })
  await exchange(`${server.endpoint}/b/k`, { headers })
  const [first, second] = server.requests.all
  assert.equal(first?.target, '/b/a%2Bb%20/../k?versionId=v%2B1')
  assert.equal(first.key, 'a+b /../k')
  assert.equal(first.versionId, 'v+1')
  assert.equal(first.status, 404)
  assert.equal(second?.id, 2)
  assert.equal(second.range, 'bytes=2-3')
  assert.equal(second.ifMatch, ETAG)
  assert.equal(second.status, 206)
  assert.equal(second.bytesSent, 2)
  assert.equal(second.ended, 'whole')
  assert.equal(second.concurrency, 1)
})

test('close() ends requests that are still held, and can be called twice', async (t) => {
  const server = await start(t, { latencyMs: 60_000 })
  const answer = exchange(`${server.endpoint}/b/k`)
  const { id } = await server.requests.arrived({ key: 'k' })
  const ended = server.requests.ended({ key: 'k' })
  const never = server.requests.arrived({ key: 'other' })
  await server.close()
  await server.close()
  assert.equal((await answer).error, 'ECONNRESET')
  assert.equal((await ended).id, id)
  assert.equal((await ended).ended, 'by-close')
  await assert.rejects(never, /closed and nothing matched of 1 requests\n1 GET \/b\/k/)
})

test('a request behind an answer that is broken off ends with the connection', async (t) => {
  const server = await start(t)
  const large = generated(1_000_000)
  server.objects.put({ bucket: 'b', key: 'large', body: large })
  // All of the body is there: a client may take it for whole, and ask again before it sees the end.
  server.script.add({ on: { key: 'k' }, do: { break: { at: BODY.length, by: 'cut' } } })
  const socket = connect(server.port, '127.0.0.1')
  t.after(() => socket.destroy())
  socket.resume()
  socket.write(['k', 'large'].map((key) => `GET /b/${key} HTTP/1.1\r\nHost: b\r\n\r\n`).join(''))

  const { ended } = await server.requests.ended({ key: 'large' })

  assert.equal(ended, 'by-client')
})
