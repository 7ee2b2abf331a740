/** Attempts that are given up, or given up on: what the sink gets, what is thrown, what stays open. */
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import test from 'node:test'
import { generated } from '../support/test-bytes.ts'
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
  type TestSink,
} from './support/raw-client.ts'
import { startRawServer, type Peer } from './support/raw-server.ts'

const BODY = generated(50_000).read({ start: 0, end: 50_000 })
const HALF = headOf(['Content-Length: 9']) + 'half'

test('an abort while a plain connection is being made ends it with the reason', async (t) => {
  const server = await startRawServer(t, () => undefined)
  const { pool } = makeClient(t, server.port)
  const ending = new AbortController()
  const reason = new Error('enough')
  const target = { hostname: '127.0.0.1', port: server.port, security: 'none' } as const
  const lent = pool.lend(target, ending.signal)
  ending.abort(reason)

  await assert.rejects(lent, (error) => error === reason)
  await until(() => server.peers.every(({ socket }) => socket.destroyed))
})

test('an abort during a TLS handshake ends it with the reason, and closes the connection', async (t) => {
  const server = await startRawServer(t, () => undefined)
  const { store } = makeClient(t, server.port, { scheme: 'https' })
  const ending = new AbortController()
  const reason = new Error('enough')
  const attempt = store.head(SOURCE, ending.signal)
  await until(() => server.peers.length === 1)
  ending.abort(reason)

  await assert.rejects(attempt, (error) => error === reason)
  await until(() => server.peers[0]?.socket.destroyed === true)
})

/** A sink whose first call of one kind is not done until it is let go. */
function makeHeldSink(where: 'begin' | 'write') {
  const inner = makeSink()
  let open: (() => void) | undefined
  const gate = new Promise<void>((done) => {
    open = done
  })
  const calls: string[] = []
  const sink: TestSink = {
    ...inner,
    begin(head) {
      calls.push('begin')
      void inner.begin(head)
      return where === 'begin' ? gate : undefined
    },
    write(chunk) {
      calls.push('write')
      if (where === 'begin') return inner.write(chunk)
      return gate.then(() => inner.write(chunk))
    },
  }
  return { sink, calls, letGo: () => open?.() }
}

for (const where of ['begin', 'write'] as const) {
  test(`an abort while \`${where}\` of the sink is open waits for it, and nothing is written afterwards`, async (t) => {
    const server = await startRawServer(t, ({ socket }) =>
      socket.write(Buffer.concat([Buffer.from(headOf(['Content-Length: 90000'])), BODY])),
    )
    const { store } = makeClient(t, server.port, { gatherBytes: 1 })
    const ending = new AbortController()
    const reason = new Error('enough')
    const { sink, calls, letGo } = makeHeldSink(where)
    let state = 'open'
    const attempt = getBytes(store, { sink, signal: ending.signal }).finally(() => {
      state = 'over'
    })
    await until(() => calls.includes(where))
    ending.abort(reason)
    await turns(20)
    assert.equal(state, 'open')
    letGo()

    await assert.rejects(attempt, (error) => error === reason)
    const { length } = calls
    const [peer] = server.peers
    peer?.socket.write(BODY)
    await until(() => peer?.socket.destroyed === true)
    assert.equal(calls.length, length)
    const got = sink.content()
    assert.ok(got.equals(BODY.subarray(0, got.length)))
  })

  test(`an end of the connection while \`${where}\` of the sink is open is told when it is done`, async (t) => {
    const server = await startRawServer(t, ({ socket }) => socket.end(HALF))
    const { store } = makeClient(t, server.port, { gatherBytes: 1 })
    const { sink, calls, letGo } = makeHeldSink(where)
    const attempt = endOf(getBytes(store, { sink }))
    await until(() => calls.includes(where))
    await turns(20)
    letGo()

    assert.equal(await attempt, 'ECONNRESET transient')
    assert.equal(String(sink.content()), 'half')
  })
}

const CUTS: readonly (readonly [name: string, cut: (peer: Peer) => unknown])[] = [
  ['closes the connection', ({ socket }) => socket.end()],
  ['resets the connection', ({ socket }) => socket.resetAndDestroy()],
]
const MOMENTS = [
  ['before the answer', '', 0],
  ['in the head', 'HTTP/1.1 200 OK\r\nContent-Le', 0],
  ['after the head', headOf(['Content-Length: 9']), 0],
  ['in the body', HALF, 4],
] as const

for (const [deed, cut] of CUTS) {
  for (const [moment, sent, keptBytes] of MOMENTS) {
    test(`a server that ${deed} ${moment} may be asked again, and what had come was handed over`, async (t) => {
      const server = await startRawServer(t, async (peer) => {
        peer.socket.write(sent)
        await turns(20)
        cut(peer)
      })
      const { store } = makeClient(t, server.port, { gatherBytes: 1000, now: () => 0 })
      const sink = makeSink()

      assert.equal(await endOf(getBytes(store, { sink })), 'ECONNRESET transient')
      assert.equal(sink.content().length, keptBytes)
    })
  }
}

test('a silence after the sink took its time is noticed all the same', async (t) => {
  const server = await startRawServer(t, ({ socket }) => socket.write(HALF))
  const { store } = makeClient(t, server.port, { socketTimeoutMs: 30, gatherBytes: 1 })
  const sink = makeSink(() => new Promise((done) => setTimeout(done, 60)))

  assert.equal(await endOf(getBytes(store, { sink })), 'SocketTimeout transient')
  assert.equal(String(sink.content()), 'half')
})

test('on a slow line what came is handed over though it is less than was asked for', async (t) => {
  const sink = makeSink()
  const server = await startRawServer(t, async ({ socket }) => {
    socket.write(HALF)
    await until(() => sink.content().length === 4)
    socket.write('whole')
  })
  const { store } = makeClient(t, server.port, { gatherBytes: 1_000_000, socketTimeoutMs: 5000 })

  assert.equal(String(await getBytes(store, { sink })), 'halfwhole')
})

test('an attempt leaves no listener on its signal, however it ends', async (t) => {
  const answers = [answerOf('x'), answerOf(''), headOf([], 'HTTP/1.1 404 x'), HALF, 'SSH-2.0']
  const server = await startRawServer(t, ({ socket }) => {
    const answer = answers[server.requests.length - 1] ?? ''
    socket.write(answer)
    if (server.requests.length > 2) socket.end()
  })
  const { store } = makeClient(t, server.port)
  const { signal } = new AbortController()
  const ends = []
  for (const _ of answers) ends.push(await endOf(getBytes(store, { signal })))

  assert.deepEqual(ends, [
    'success',
    'success',
    'NotFound never',
    'ECONNRESET transient',
    'InvalidResponse transient',
  ])
  assert.deepEqual(getEventListeners(signal, 'abort'), [])
  assert.deepEqual(getEventListeners(never, 'abort'), [])
})
