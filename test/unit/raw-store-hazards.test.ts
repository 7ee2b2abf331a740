/** Rare turns of events that must neither mix up answers nor make a good one a failure. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeCertificate, trustEverybody } from './support/certificate.ts'
import {
  answerOf,
  endOf,
  getBytes,
  headOf,
  makeClient,
  makeSink,
  SOURCE,
  turns,
  until,
} from './support/raw-client.ts'
import { startRawServer, type Peer } from './support/raw-server.ts'

const certificate = makeCertificate('IP:127.0.0.1')
const skip = certificate === undefined ? 'there is no openssl' : false

test('what a server says unasked on an idle connection is not the answer to a request', async (t) => {
  const waiting: Peer[] = []
  const server = await startRawServer(t, (peer) => {
    if (waiting.push(peer) > 2) peer.socket.write(answerOf('third'))
  })
  const { store } = makeClient(t, server.port)
  const first = getBytes(store)
  const second = getBytes(store)
  await until(() => waiting.length === 2)
  const [one, other] = waiting
  one?.socket.write(answerOf('first'))
  await Promise.race([first, second])

  // Both are read in one turn: what the first connection says ends it, and the other asks on.
  one?.socket.write(answerOf('unasked'))
  other?.socket.write(answerOf('second', 'Connection: close'))
  await Promise.all([first, second])

  assert.equal(String(await getBytes(store)), 'third')
})

for (const sizeBytes of [17_000, 40_000]) {
  test(
    `a body of ${sizeBytes} bytes over TLS is whole though the connection ends while the sink is slow`,
    { skip },
    async (t) => {
      trustEverybody()
      const body = generated(sizeBytes).read({ start: 0, end: sizeBytes })
      const server = await startRawServer(
        t,
        ({ socket }) => socket.end(answerOf(body, 'Connection: close')),
        certificate && { certificate },
      )
      const { store } = makeClient(t, server.port, { scheme: 'https', gatherBytes: 1000 })
      const sink = { ...makeSink(() => turns(20)), begin: () => undefined }

      const end = await endOf(getBytes(store, { sink }))

      assert.ok(sink.content().equals(body))
      assert.equal(end, 'success')
    },
  )
}

test('a refusal by servers whose clocks differ by hours is the answer after a few requests', async (t) => {
  const server = await startRawServer(t, ({ socket }) => {
    const { length } = server.requests
    const date = new Date(Date.now() + (length % 2 === 0 ? 1 : -1) * 3_600_000).toUTCString()
    const answer = headOf(['Content-Length: 0', `Date: ${date}`], 'HTTP/1.1 403 Forbidden')
    if (length > 20) socket.destroy()
    else socket.write(answer)
  })
  const { store } = makeClient(t, server.port)

  assert.equal(await endOf(getBytes(store)), 'Forbidden never')
  assert.ok(server.requests.length <= 3, `${server.requests.length} requests`)
})

test('a refusal whose error document is malformed is an ItemError that may be tried again', async (t) => {
  const server = await startRawServer(t, ({ socket }) => {
    socket.write(`${headOf(['Transfer-Encoding: chunked'], 'HTTP/1.1 503 Busy')}no size\r\n`)
  })
  const { store } = makeClient(t, server.port)

  assert.match(await endOf(getBytes(store)), /^\w+ (transient|throttled)$/)
})

test('a head may be split where little of the window is left', async (t) => {
  const bodyBytes = 65_536 - 4096 - 242
  const server = await startRawServer(t, ({ socket }, { requestIndex }) => {
    if (requestIndex === 0) {
      socket.write(answerOf('x'.repeat(bodyBytes)))
      return
    }
    const answer = answerOf('second', `X-Long: ${'y'.repeat(300)}`)
    socket.write(answer.subarray(0, 250))
    void turns(10).then(() => socket.write(answer.subarray(250)))
  })
  const { store } = makeClient(t, server.port, { gatherBytes: 1_000_000 })

  const first = await getBytes(store, { sink: makeSink(() => turns(3)) })
  assert.equal(first.length, bodyBytes)
  assert.equal(String(await getBytes(store)), 'second')
})

test('a sink whose promise rejects after an abort is not given the same bytes again', async (t) => {
  const server = await startRawServer(t, ({ socket }) => {
    socket.write(headOf(['Content-Length: 100000']) + 'x'.repeat(20_000))
  })
  const { store } = makeClient(t, server.port)
  const abort = new AbortController()
  const full = new Error('the disk is full')
  let writes = 0
  const sink = {
    begin: () => undefined,
    async write() {
      writes += 1
      await turns(1)
      abort.abort(new Error('stop'))
      throw full
    },
  }

  await assert.rejects(store.get({ source: SOURCE }, sink, abort.signal), (error) => error === full)
  assert.equal(writes, 1)
})
