import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorAnswer } from '../../support/fault-scripts.ts'
import { startFaultServer } from '../../support/fault-server.ts'
import { BODY, getUnder, startWithRules } from './one-object-server.ts'
import { exchange } from './plain-client.ts'

test('`answer` gives any status with an S3 document', async (t) => {
  const more = { message: 'slow <down> &\nplease', headers: { 'Retry-After': '7' } }
  const seen = await getUnder(t, errorAnswer(503, 'SlowDown', more))
  assert.equal(seen.status, 503)
  assert.equal(seen.headers['retry-after'], '7')
  assert.match(seen.body.toString(), /<Code>SlowDown<\/Code>/)
  assert.match(seen.body.toString(), /<Message>slow &lt;down&gt; &amp;\nplease<\/Message>/)
})

test('`answer` gives a redirect with a body of its own', async (t) => {
  const headers = { Location: 'http://127.0.0.1:1/b/k' }
  const seen = await getUnder(t, { answer: { status: 302, headers, body: '<html>' } })
  assert.equal(seen.status, 302)
  assert.equal(seen.headers.location, 'http://127.0.0.1:1/b/k')
  assert.equal(seen.body.toString(), '<html>')
})

test('`answer` has no body for HEAD', async (t) => {
  const server = await startWithRules(t, { on: {}, do: errorAnswer(500, 'InternalError') })
  const seen = await exchange(`${server.endpoint}/b/k`, { method: 'HEAD' })
  assert.equal(seen.status, 500)
  assert.equal(seen.body.length, 0)
})

test('`garbage` is not HTTP', async (t) => {
  const seen = await getUnder(t, { garbage: 'no HTTP at all\r\n\r\n' })
  assert.equal(seen.status, 0)
  assert.match(seen.error, /^HPE_/)
})

test('`body` shortens with a truthful length and the range that was asked for', async (t) => {
  const body = { kind: 'shorten', toBytes: 2 } as const
  const server = await startWithRules(t, { on: {}, do: { body } })
  const seen = await exchange(`${server.endpoint}/b/k`, { headers: { range: 'bytes=0-5' } })
  assert.equal(seen.status, 206)
  assert.equal(seen.headers['content-length'], '2')
  assert.equal(seen.headers['content-range'], 'bytes 0-5/10')
  assert.equal(seen.body.toString(), '01')
  assert.equal(seen.error, '')
})

test('`body` lengthens', async (t) => {
  const seen = await getUnder(t, { body: { kind: 'lengthen', byBytes: 3 } })
  assert.equal(seen.headers['content-length'], '13')
  assert.equal(seen.body.toString(), `${BODY}+++`)
})

test('`body` corrupts the bytes it names and no others', async (t) => {
  const seen = await getUnder(t, { body: { kind: 'corrupt', at: 3, byteCount: 2 } })
  const wrong = [...seen.body].flatMap((byte, at) => (byte === BODY.charCodeAt(at) ? [] : [at]))
  assert.equal(seen.body.length, 10)
  assert.deepEqual(wrong, [3, 4])
})

test('`headers` replaces, adds and takes away', async (t) => {
  const headers = { etag: '"v2"', 'Content-Range': 'bytes 5-9/10', 'Last-Modified': null }
  const seen = await getUnder(t, { headers })
  assert.equal(seen.headers.etag, '"v2"')
  assert.equal(seen.headers['content-range'], 'bytes 5-9/10')
  assert.equal(seen.headers['last-modified'], undefined)
})

test('`ignore` answers as if the condition had not been given', async (t) => {
  const server = await startWithRules(t, { on: {}, do: { ignore: ['range', 'if-match'] } })
  const headers = { range: 'bytes=2-3', 'if-match': '"other"' }
  const seen = await exchange(`${server.endpoint}/b/k`, { headers })
  assert.equal(seen.status, 200)
  assert.equal(seen.body.toString(), BODY)
})

test('`framing` leaves out the length', async (t) => {
  const chunked = await getUnder(t, { framing: 'chunked' })
  assert.equal(chunked.headers['content-length'], undefined)
  assert.equal(chunked.headers['transfer-encoding'], 'chunked')
  assert.equal(chunked.body.toString(), BODY)

  const untilClose = await getUnder(t, { framing: 'until-close' })
  assert.equal(untilClose.headers['content-length'], undefined)
  assert.equal(untilClose.headers['transfer-encoding'], undefined)
  assert.equal(untilClose.headers.connection, 'close')
  assert.equal(untilClose.body.toString(), BODY)
})

test('`meanwhile` replaces the object for the next request only', async (t) => {
  const server = await startWithRules(t)
  const meanwhile = () => {
    assert.equal(server.requests.all[0]?.status, 0)
    server.objects.put({ bucket: 'b', key: 'k', body: 'new', etag: '"v2"' })
  }
  server.script.add({ on: { nth: 1 }, do: { meanwhile } })
  const first = await exchange(`${server.endpoint}/b/k`)
  const second = await exchange(`${server.endpoint}/b/k`, { headers: { 'if-match': '"v1"' } })
  assert.equal(first.body.toString(), BODY)
  assert.equal(second.status, 412)
})

test('the first rule that matches counts, each rule counts its own matches', async (t) => {
  const server = await startWithRules(
    t,
    { on: { method: 'GET', key: /^k/, nth: 1 }, do: errorAnswer(500, 'First') },
    { on: { range: 'bytes=0-1', nth: { from: 2, to: 3 } }, do: errorAnswer(501, 'Second') },
    { on: (request) => request.id === 5, do: ({ id }) => errorAnswer(502, `Number${id}`) },
    { on: { versionId: null, range: null }, do: errorAnswer(503, 'Fourth') },
  )
  const statuses: number[] = []
  for (const range of [
    'bytes=0-1',
    'bytes=0-1',
    'bytes=0-1',
    'bytes=0-1',
    'bytes=4-5',
    undefined,
  ]) {
    const headers = range === undefined ? {} : { range }
    statuses.push((await exchange(`${server.endpoint}/b/k`, { headers })).status)
  }
  assert.deepEqual(statuses, [500, 501, 501, 206, 502, 503])
  server.script.clear()
  assert.equal((await exchange(`${server.endpoint}/b/k`)).status, 200)
})

const failByMistake = () => {
  throw new Error('a mistake in the test')
}

test('a script that throws breaks the answer off and shows at the close', async () => {
  const server = await startFaultServer({ credentials: 'anyone' })
  server.script.add({ on: {}, do: failByMistake })
  const seen = await exchange(`${server.endpoint}/b/k`)
  assert.equal(seen.error, 'ECONNRESET')
  await assert.rejects(server.close(), /a mistake in the test/)
})
