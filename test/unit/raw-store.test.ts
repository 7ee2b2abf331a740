/** The store over connections of our own, against servers that answer byte for byte as they are told. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { ItemError } from '../../src/core/errors.ts'
import { generated } from '../support/test-bytes.ts'
import { makeCertificate, trustEverybody } from './support/certificate.ts'
import {
  answerOf,
  endOf,
  getBytes,
  headOf,
  makeClient,
  makeSink,
  never,
  SOURCE,
  turns,
  until,
} from './support/raw-client.ts'
import { startRawServer } from './support/raw-server.ts'

const BODY = generated(50_000).read({ start: 0, end: 50_000 })

test('a head that is split at any byte is read as the whole one', async (t) => {
  const answer = answerOf('content', 'ETag: "e"')
  const server = await startRawServer(t, async ({ socket }, { requestIndex }) => {
    socket.write(answer.subarray(0, requestIndex + 1))
    await turns(2)
    socket.write(answer.subarray(requestIndex + 1))
  })
  const { store } = makeClient(t, server.port)
  for (let split = 1; split < answer.length; split += 1) {
    assert.equal(String(await getBytes(store)), 'content')
  }
  assert.equal(server.peers.length, 1)
})

test('a body that comes byte by byte is joined to pieces of the size that was asked for', async (t) => {
  const body = BODY.subarray(0, 2000)
  const server = await startRawServer(t, async ({ socket }) => {
    socket.write(headOf([`Content-Length: ${body.length}`]))
    for (let at = 0; at < body.length; at += 1) {
      socket.write(body.subarray(at, at + 1))
      await turns(1)
    }
  })
  const sizes: number[] = []
  const sink = makeSink()
  const { store } = makeClient(t, server.port, { gatherBytes: 300, now: () => 0 })
  const watched = {
    ...sink,
    write(chunk: Uint8Array) {
      sizes.push(chunk.length)
      return sink.write(chunk)
    },
  }

  await getBytes(store, { sink: watched })

  assert.ok(sink.content().equals(body))
  assert.ok(sizes.length > 1)
  assert.ok(sizes.slice(0, -1).every((size) => size >= 300))
})

function announced(count: number, status = '103 Early Hints'): string {
  return headOf(['Link: x'], `HTTP/1.1 ${status}`).repeat(count)
}

test('answers that only announce another one are skipped, but not for ever, and none to another protocol', async (t) => {
  const firsts = [announced(1), announced(50), announced(101), announced(1, '101 Switching')]
  const server = await startRawServer(t, ({ socket, index }) => {
    socket.write(
      Buffer.concat([Buffer.from(firsts[index] ?? ''), answerOf('x', 'Connection: close')]),
    )
  })
  const { store } = makeClient(t, server.port)
  const ends = []
  for (const _ of firsts) ends.push(await endOf(getBytes(store)))
  assert.deepEqual(ends, [
    'success',
    'success',
    'InvalidResponse transient',
    'InvalidResponse transient',
  ])
})

const REUSES: readonly (readonly [name: string, answer: Buffer, connections: number])[] = [
  ['an ordinary answer', answerOf('x'), 1],
  ['a hint to wait long', answerOf('x', 'Keep-Alive: timeout=60'), 1],
  ['a hint that is over already', answerOf('x', 'Keep-Alive: timeout=1'), 3],
  ['Connection: close', answerOf('x', 'Connection: close'), 3],
  [
    'HTTP/1.0',
    Buffer.concat([
      Buffer.from(headOf(['Content-Length: 1'], 'HTTP/1.0 200 OK')),
      Buffer.from('x'),
    ]),
    3,
  ],
  ['a byte too many', Buffer.concat([answerOf('x'), Buffer.from('y')]), 3],
]

for (const [name, answer, connections] of REUSES) {
  test(`three requests after ${name} take ${connections} of the connections`, async (t) => {
    const server = await startRawServer(t, ({ socket }) => socket.write(answer))
    const { store } = makeClient(t, server.port)
    for (let at = 0; at < 3; at += 1) assert.equal(String(await getBytes(store)), 'x')
    assert.equal(server.peers.length, connections)
  })
}

test('the error document says why, in chunks or torn, and the status decides whether to try again', async (t) => {
  const document = '<Error><Code>NoSuchKey</Code><Message>It is gone</Message></Error>'
  const chunks = `5\r\n${document.slice(0, 5)}\r\n${(document.length - 5).toString(16)}\r\n${document.slice(5)}\r\n0\r\n\r\n`
  const answers = [
    headOf([`Content-Length: ${document.length}`], 'HTTP/1.1 404 x') + document,
    headOf(['Transfer-Encoding: chunked'], 'HTTP/1.1 404 x') + chunks,
    headOf([], 'HTTP/1.1 404 x') + document,
    headOf(['Content-Length: 1000'], 'HTTP/1.1 503 x') + document.slice(0, 20),
  ]
  const server = await startRawServer(t, ({ socket, index }) => {
    socket.end(`${answers[index]}`.replace('\r\n', '\r\nConnection: close\r\n'))
  })
  const { store } = makeClient(t, server.port)
  const ends = []
  for (const _ of answers) ends.push(await endOf(getBytes(store)))
  assert.deepEqual(ends, [
    'NoSuchKey never',
    'NoSuchKey never',
    'NoSuchKey never',
    'ServiceUnavailable throttled',
  ])
})

for (const how of ['throws', 'rejects'] as const) {
  for (const where of ['begin', 'write'] as const) {
    test(`what a sink ${how} in \`${where}\` comes back as it is, and ends the connection`, async (t) => {
      const server = await startRawServer(t, ({ socket }) => socket.write(answerOf(BODY)))
      const { store } = makeClient(t, server.port)
      const mine = new Error('mine')
      const fail = () => {
        if (how === 'throws') throw mine
        return Promise.reject(mine)
      }
      const sink = { ...makeSink(), [where]: fail }

      await assert.rejects(getBytes(store, { sink }), (error) => error === mine)

      await until(() => server.peers[0]?.socket.destroyed === true)
    })
  }
}

const MOMENTS = [
  ['before the request', '', 0],
  ['in the head', 'HTTP/1.1 20', 0],
  ['in the body', headOf(['Content-Length: 9']) + 'half', 4],
] as const

for (const [name, sent, keptBytes] of MOMENTS) {
  test(`an abort ${name} ends the attempt with its reason, and what had come was handed over`, async (t) => {
    const server = await startRawServer(t, ({ socket }) => socket.write(sent))
    const { store } = makeClient(t, server.port)
    const ending = new AbortController()
    const sink = makeSink()
    const reason = new Error('enough')
    const attempt = getBytes(store, { sink, signal: ending.signal })
    await until(() => server.requests.length === 1)
    await turns(20)
    ending.abort(reason)

    await assert.rejects(attempt, (error) => error === reason)
    assert.equal(sink.content().length, keptBytes)
    await until(() => server.peers[0]?.socket.destroyed === true)
  })

  test(`a silence ${name} ends the attempt after socketTimeout, and what had come was handed over`, async (t) => {
    const server = await startRawServer(t, ({ socket }) => socket.write(sent))
    const { store } = makeClient(t, server.port, { socketTimeoutMs: 50 })
    const sink = makeSink()

    assert.equal(await endOf(getBytes(store, { sink })), 'SocketTimeout transient')

    assert.equal(sink.content().length, keptBytes)
  })
}

test('a signal that is aborted already sends nothing', async (t) => {
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x')))
  const { store } = makeClient(t, server.port)
  const reason = new Error('enough')
  const attempt = getBytes(store, { signal: AbortSignal.abort(reason) })
  await assert.rejects(attempt, (error) => error === reason)
  assert.equal(server.requests.length, 0)
})

test('the time that the sink takes is not the server’s', async (t) => {
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf(BODY)))
  const { store } = makeClient(t, server.port, { socketTimeoutMs: 30, gatherBytes: 1000 })
  const slow = makeSink(() => new Promise((done) => setTimeout(done, 60)))
  assert.ok((await getBytes(store, { sink: slow })).equals(BODY))
})

test('a server that takes the connection and never answers the TLS handshake ends with connectTimeout', async (t) => {
  const server = await startRawServer(t, () => undefined)
  const { store } = makeClient(t, server.port, { scheme: 'https', connectTimeoutMs: 50 })
  assert.equal(await endOf(store.head(SOURCE, never)), 'ETIMEDOUT transient')
  await until(() => server.peers[0]?.socket.destroyed === true)
})

test('over TLS many requests share one connection, and slow sinks get every byte', async (t) => {
  const certificate = makeCertificate('IP:127.0.0.1')
  if (certificate === undefined) return t.skip('there is no openssl')
  trustEverybody()
  const body = generated(300_000).read({ start: 0, end: 300_000 })
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf(body)), {
    certificate,
  })
  const { store } = makeClient(t, server.port, { scheme: 'https' })
  for (let at = 0; at < 5; at += 1) {
    const got = await getBytes(store, { sink: makeSink(() => turns(at)) })
    assert.ok(got.equals(body))
  }
  assert.equal(server.peers.length, 1)
})

test('a head that says too little or too much is an ItemError, and nothing is given to the sink', async (t) => {
  const heads = [
    headOf([]),
    headOf(['Content-Length: 5', 'Content-Length: 6']),
    headOf(['Transfer-Encoding: chunked']),
    `HTTP/1.1 200 OK\r\n${'x'.repeat(100_000)}`,
  ]
  const server = await startRawServer(t, ({ socket, index }) => socket.write(heads[index] ?? ''))
  const { store } = makeClient(t, server.port)
  for (const _ of heads) {
    const sink = makeSink()
    await assert.rejects(
      getBytes(store, { sink }),
      (error) => error instanceof ItemError && error.code === 'InvalidResponse',
    )
    assert.deepEqual(sink.heads, [])
  }
})
