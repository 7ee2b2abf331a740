/** What is decided before a request is on its way, and which connection it then goes over. */
import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import test from 'node:test'
import { ItemError } from '../../src/core/errors.ts'
import { makeCertificate } from './support/certificate.ts'
import {
  answerOf,
  endOf,
  getBytes,
  headOf,
  makeClient,
  never,
  SOURCE,
  turns,
  until,
} from './support/raw-client.ts'
import { listen, startRawServer, type Peer } from './support/raw-server.ts'

test('a certificate that nobody vouches for is never tried again, and no request is sent', async (t) => {
  const certificate = makeCertificate('IP:127.0.0.1')
  if (certificate === undefined) return t.skip('there is no openssl')
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x')), {
    certificate,
  })
  const { store } = makeClient(t, server.port, { scheme: 'https' })

  assert.equal(await endOf(getBytes(store)), 'DEPTH_ZERO_SELF_SIGNED_CERT never')
  assert.equal(await endOf(store.head(SOURCE, never)), 'DEPTH_ZERO_SELF_SIGNED_CERT never')
  assert.equal(server.requests.length, 0)
})

test('a server that does not speak TLS is an ItemError, and no request is sent', async (t) => {
  const server = await startRawServer(t, () => undefined, {
    greet: ({ socket }) => socket.write('220 mail.example ready\r\n'),
  })
  const { store } = makeClient(t, server.port, { scheme: 'https' })

  await assert.rejects(getBytes(store), ItemError)
  assert.equal(server.requests.length, 0)
})

test('a port that nobody listens on is refused, and may be tried again', async (t) => {
  const server = createServer()
  const port = await listen(t, server)
  await new Promise((done) => server.close(done))
  const { store } = makeClient(t, port)

  assert.equal(await endOf(getBytes(store)), 'ECONNREFUSED transient')
})

test('a server that closes during the handshake may be tried again', async (t) => {
  const server = await startRawServer(t, () => undefined, { greet: ({ socket }) => socket.end() })
  const { store } = makeClient(t, server.port, { scheme: 'https' })

  assert.equal(await endOf(getBytes(store)), 'ECONNRESET transient')
})

const KEYS = { ak: 'access', sk: 'secret', token: '' }
const UNSENDABLE = [
  ['a token with a line break', 'a\r\nHost: elsewhere', 'k', 'InvalidHeader never'],
  ['a token with a NUL', 'a\0b', 'k', 'InvalidHeader never'],
  ['a key that is not Unicode', '', '\uD800', 'URIError never'],
] as const

for (const [name, token, key, expected] of UNSENDABLE) {
  test(`${name} is an ItemError, and no connection is made`, async (t) => {
    const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x')))
    const { store } = makeClient(t, server.port, {
      keys: () => Promise.resolve({ ...KEYS, token }),
    })

    assert.equal(await endOf(store.head({ ...SOURCE, key }, never)), expected)
    assert.equal(server.peers.length, 0)
  })
}

test('what the keys cannot be had for is thrown as it is, and no connection is made', async (t) => {
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x')))
  const mine = new Error('no keys')
  const { store } = makeClient(t, server.port, { keys: () => Promise.reject(mine) })

  await assert.rejects(getBytes(store), (error) => error === mine)
  assert.equal(server.peers.length, 0)
})

const WAITS: readonly (readonly [name: string, line: string, idleMs: number, peers: number])[] = [
  ['within the hint', 'Keep-Alive: timeout=60', 58_999, 1],
  ['a second before the hint is over', 'Keep-Alive: timeout=60', 59_000, 2],
  ['within five seconds', 'X-Nothing: said', 3999, 1],
  ['after about five seconds without a hint', 'X-Nothing: said', 4000, 2],
]

for (const [name, line, idleMs, peers] of WAITS) {
  test(`a request ${name} makes it ${peers} connections`, async (t) => {
    let clockMs = 1000
    const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x', line)))
    const { store } = makeClient(t, server.port, { now: () => clockMs })
    await getBytes(store)
    clockMs += idleMs
    await getBytes(store)

    assert.equal(server.peers.length, peers)
    if (peers === 2) await until(() => server.peers[0]?.socket.destroyed === true)
  })
}

test('of idle connections the one that was used last is used again', async (t) => {
  const waiting: Peer[] = []
  const server = await startRawServer(t, (peer) => {
    if (waiting.push(peer) > 2) peer.socket.write(answerOf('again'))
  })
  const { store } = makeClient(t, server.port)
  const pair = [getBytes(store), getBytes(store)]
  await until(() => waiting.length === 2)
  const [one, other] = waiting
  other?.socket.write(answerOf('x'))
  await Promise.race(pair)
  one?.socket.write(answerOf('y'))
  await Promise.all(pair)
  await getBytes(store)

  assert.equal(waiting[2]?.index, one?.index)
})

test('a connection over which a refusal came is used again', async (t) => {
  const document = '<Error><Code>AccessDenied</Code><Message>Not for you</Message></Error>'
  const refusal = headOf([`Content-Length: ${document.length}`], 'HTTP/1.1 403 x') + document
  const server = await startRawServer(t, ({ socket }) => socket.write(refusal))
  const { store } = makeClient(t, server.port)
  for (let at = 0; at < 3; at += 1) {
    await assert.rejects(getBytes(store), { code: 'AccessDenied', message: 'Not for you' })
  }

  assert.equal(server.peers.length, 1)
})

test('the answer to a HEAD has no body, whatever its length, and leaves the connection usable', async (t) => {
  const server = await startRawServer(t, ({ socket }) =>
    socket.write(headOf(['Content-Length: 123456', 'ETag: "e"'])),
  )
  const { store } = makeClient(t, server.port)
  for (let at = 0; at < 3; at += 1) {
    const { sizeBytes, etag } = await store.head(SOURCE, never)
    assert.deepEqual({ sizeBytes, etag }, { sizeBytes: 123_456, etag: '"e"' })
  }

  assert.equal(server.peers.length, 1)
})

const FAREWELLS: readonly (readonly [name: string, leave: (peer: Peer) => unknown])[] = [
  ['closes', ({ socket }) => socket.end()],
  ['resets', ({ socket }) => socket.resetAndDestroy()],
]

for (const [deed, leave] of FAREWELLS) {
  test(`a connection that the server ${deed} just as it is used again costs no attempt`, async (t) => {
    const server = await startRawServer(t, (peer) => {
      if (server.requests.length === 2) leave(peer)
      else peer.socket.write(answerOf('content'))
    })
    const { store } = makeClient(t, server.port)
    await getBytes(store)

    assert.equal(String(await getBytes(store)), 'content')
    assert.equal(server.peers.length, 2)
    assert.equal(server.requests.length, 3)
  })

  test(`a server that ${deed} every connection without an answer is asked twice at the most`, async (t) => {
    const server = await startRawServer(t, (peer) => {
      if (server.requests.length > 1) leave(peer)
      else peer.socket.write(answerOf('content'))
    })
    const { store } = makeClient(t, server.port)
    await getBytes(store)

    assert.equal(await endOf(getBytes(store)), 'ECONNRESET transient')
    assert.equal(server.requests.length, 3)
    assert.equal(await endOf(getBytes(store)), 'ECONNRESET transient')
    assert.equal(server.requests.length, 4)
  })

  test(`a server that ${deed} in the midst of an answer is not asked again by itself`, async (t) => {
    const server = await startRawServer(t, async (peer) => {
      if (server.requests.length === 1) return peer.socket.write(answerOf('content'))
      peer.socket.write('H')
      await turns(20)
      return leave(peer)
    })
    const { store } = makeClient(t, server.port)
    await getBytes(store)

    assert.equal(await endOf(getBytes(store)), 'ECONNRESET transient')
    assert.equal(server.requests.length, 2)
  })
}

test('a closed pool leaves no connection open', async (t) => {
  const server = await startRawServer(t, ({ socket }) => socket.write(answerOf('x')))
  const { store, pool } = makeClient(t, server.port)
  await Promise.all([getBytes(store), getBytes(store), getBytes(store)])
  pool.close()
  await until(() => server.peers.every(({ socket }) => socket.destroyed))
  assert.equal(server.peers.length, 3)
})

test('a connection that is lent while the pool closes ends with its request', async (t) => {
  let waiting: Peer | undefined
  const server = await startRawServer(t, (peer) => {
    waiting = peer
  })
  const { store, pool } = makeClient(t, server.port)
  const attempt = getBytes(store)
  await until(() => waiting !== undefined)
  pool.close()
  waiting?.socket.write(answerOf('content'))

  assert.equal(String(await attempt), 'content')
  await until(() => server.peers.every(({ socket }) => socket.destroyed))
})
