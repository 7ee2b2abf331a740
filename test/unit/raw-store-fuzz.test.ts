/** Servers that answer at random: the store ends with the exact bytes or an error, and never hangs. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { generated } from '../support/test-bytes.ts'
import { endOf, getBytes, headOf, makeClient, makeSink, turns } from './support/raw-client.ts'
import { startRawServer, type Peer } from './support/raw-server.ts'

const content = generated(200_000)

interface Delivery {
  readonly sizeBytes: number
  readonly seed: number
  /** Sizes of the pieces in which the answer goes out, over and over. */
  readonly pieces: readonly number[]
  readonly afterwards: 'keep' | 'close'
  readonly sinkTurns: number
}

const deliveries = fc.array(
  fc.record<Delivery>({
    sizeBytes: fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 150_000 })),
    seed: fc.nat(1000),
    pieces: fc.array(
      fc.oneof(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 5000, max: 70_000 })),
      { minLength: 1, maxLength: 4 },
    ),
    afterwards: fc.constantFrom('keep', 'keep', 'close'),
    sinkTurns: fc.nat(3),
  }),
  { minLength: 1, maxLength: 4 },
)

test('get() gives the exact bytes however an answer is cut and whatever the sink takes', async (t) => {
  let next: Delivery | undefined
  const server = await startRawServer(t, (peer) => {
    if (next !== undefined) void deliver(peer, next)
  })
  await fc.assert(
    fc.asyncProperty(deliveries, fc.constantFrom(1, 4096, 60_000), async (list, gatherBytes) => {
      const { store, pool } = makeClient(t, server.port, { gatherBytes })
      for (const delivery of list) {
        next = delivery
        const { sinkTurns } = delivery
        const sink = makeSink(sinkTurns === 0 ? undefined : () => turns(sinkTurns))
        assert.ok((await getBytes(store, { sink })).equals(bodyOf(delivery)))
      }
      pool.close()
    }),
    fuzzRuns(60),
  )
})

interface Mangling {
  /** What is done to the bytes of the answer, one thing after the other. */
  readonly deeds: readonly Deed[]
  readonly sizeBytes: number
  readonly framing: 'length' | 'chunked'
  readonly status: 200 | 503
}

type Deed =
  | { readonly kind: 'cut' | 'drop' | 'double'; readonly at: number; readonly count: number }
  | { readonly kind: 'put'; readonly at: number; readonly text: string }

const places = fc.oneof(fc.nat(120), fc.nat(3000))
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('cut' as const, 'drop' as const, 'double' as const),
    at: places,
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({
    kind: fc.constant('put' as const),
    at: places,
    text: fc.oneof(
      fc.constantFrom(
        '\r\n',
        '\r\n\r\n',
        '\n',
        '\0',
        ' ',
        ':',
        '0',
        'HTTP/1.1 100 Continue\r\n\r\n',
      ),
      fc.string({ maxLength: 10 }),
    ),
  }),
)
const manglings = fc.record<Mangling>({
  deeds: fc.array(deeds, { minLength: 1, maxLength: 3 }),
  sizeBytes: fc.nat(2500),
  framing: fc.constantFrom('length', 'length', 'chunked'),
  status: fc.constantFrom(200, 200, 503),
})

test('get() ends with an ItemError or the promised number of bytes after a mangled answer', async (t) => {
  let next: Buffer = Buffer.alloc(0)
  const server = await startRawServer(t, ({ socket }) => socket.end(next))
  const client = makeClient(t, server.port, { gatherBytes: 100, socketTimeoutMs: 2000 })
  await fc.assert(
    fc.asyncProperty(manglings, async (mangling) => {
      next = mangle(mangling)
      const sink = makeSink()
      const end = await endOf(getBytes(client.store, { sink }))
      const promised = sink.heads[0]?.sizeBytes ?? 0
      const sizeBytes = sink.content().length
      assert.doesNotMatch(end, /^not/)
      assert.ok(sizeBytes <= promised, `${sizeBytes} bytes of ${promised}`)
      if (end === 'success') assert.equal(sizeBytes, promised)
    }),
    fuzzRuns(400),
  )
})

function bodyOf({ seed, sizeBytes }: Delivery): Buffer {
  return content.read({ start: seed, end: seed + sizeBytes })
}

/** Sends the answer in its pieces; each is likely to be read by itself. */
async function deliver({ socket }: Peer, delivery: Delivery): Promise<void> {
  const lines = [`Content-Length: ${delivery.sizeBytes}`]
  if (delivery.afterwards === 'close') lines.push('Connection: close')
  const answer = Buffer.concat([Buffer.from(headOf(lines)), bodyOf(delivery)])
  let at = 0
  for (let count = 0; at < answer.length; count += 1) {
    // After a while the rest goes out at once, or single bytes would take for ever.
    const size = count < 60 ? (delivery.pieces[count % delivery.pieces.length] ?? 1) : answer.length
    socket.write(answer.subarray(at, at + size))
    at += size
    await turns(1)
  }
  if (delivery.afterwards === 'close') socket.end()
}

function mangle({ deeds: list, sizeBytes, framing, status }: Mangling): Buffer {
  const body = content.read({ start: 0, end: sizeBytes })
  const line = framing === 'length' ? `Content-Length: ${sizeBytes}` : 'Transfer-Encoding: chunked'
  const head = Buffer.from(headOf(['ETag: "tag"', line], `HTTP/1.1 ${status} Text`))
  const size = Buffer.from(`${sizeBytes.toString(16)}\r\n`)
  const chunked = [size, body, Buffer.from(sizeBytes === 0 ? '\r\n' : '\r\n0\r\n\r\n')]
  return list.reduce(apply, Buffer.concat([head, ...(framing === 'length' ? [body] : chunked)]))
}

function apply(bytes: Buffer, deed: Deed): Buffer {
  const before = bytes.subarray(0, deed.at)
  const after = bytes.subarray(deed.at)
  switch (deed.kind) {
    case 'cut':
      return before
    case 'drop':
      return Buffer.concat([before, after.subarray(deed.count)])
    case 'double':
      return Buffer.concat([before, after.subarray(0, deed.count), after])
    case 'put':
      return Buffer.concat([before, Buffer.from(deed.text), after])
  }
}
