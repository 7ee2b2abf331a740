import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stallAt, type Fault } from '../support/fault-scripts.ts'
import type { LoggedRequest } from '../support/request-log.ts'
import { assertFileHolds, generated, literal } from '../support/test-bytes.ts'
import { assertNothingLeft, PART_BYTES, PART_FLAGS } from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'

const KEY = 'object.bin'
const BODY = generated(3 * PART_BYTES, 5)
const ETAG = '"first"'
const OBJECT = { key: KEY, body: BODY, etag: ETAG }

/** What ends a body early, and how long it takes until that shows. */
const ENDS: readonly { readonly name: string; readonly fault: Fault }[] = [
  { name: 'is closed', fault: { break: { at: 1000, by: 'cut' } } },
  { name: 'stalls for socketTimeout=1', fault: stallAt(1000) },
]

for (const { name, fault } of ENDS) {
  test(`cp -recover continues at its byte a body that ${name}`, async (t) => {
    const config = { maxRetryCount: 2, socketTimeout: 1 }
    const bench = await prepareTask(t, { objects: [OBJECT], listed: 'sized', config })
    bench.server.script.add({ on: { nth: { to: 2 } }, do: fault })

    const { code, stdout } = await bench.run()

    assert.equal(code, 0)
    assert.deepEqual(bench.server.requests.all.map(inShort), [
      'GET all',
      `GET bytes=1000-29999 if ${ETAG}`,
      `GET bytes=2000-29999 if ${ETAG}`,
    ])
    await assertFileHolds(bench.destinationOf(KEY), BODY)
    await assertNothingLeft(bench.space)
    assert.match(stdout, /Succeed bytes: +29\.30KB\n/)
    assert.match(stdout, /transferred size:29\.30KB\]/)
  })

  test(`cp -recover continues at its byte a part that ${name}`, async (t) => {
    const config = { maxRetryCount: 2, socketTimeout: 1 }
    const bench = await prepareTask(t, { objects: [OBJECT], config })
    bench.server.script.add({ on: { range: /^bytes=1\d{4}-/, nth: { to: 2 } }, do: fault })

    const { code, stdout } = await bench.run({ flags: [...PART_FLAGS, '-p=1'] })

    assert.equal(code, 0)
    assert.deepEqual(bench.server.requests.all.map(inShort), [
      'HEAD all',
      `GET bytes=0-9999 if ${ETAG}`,
      `GET bytes=10000-19999 if ${ETAG}`,
      `GET bytes=11000-19999 if ${ETAG}`,
      `GET bytes=12000-19999 if ${ETAG}`,
      `GET bytes=20000-29999 if ${ETAG}`,
    ])
    await assertFileHolds(bench.destinationOf(KEY), BODY)
    await assertNothingLeft(bench.space)
    assert.match(stdout, /transferred size:29\.30KB\]/)
  })
}

test('cp -recover continues a body that was reset where its last byte arrived', async (t) => {
  const bench = await prepareTask(t, {
    objects: [OBJECT],
    listed: 'sized',
    config: { maxRetryCount: 1 },
  })
  bench.server.script.add({ on: { nth: 1 }, do: { break: { at: 20_000, by: 'reset' } } })

  const { code, stdout } = await bench.run()

  assert.equal(code, 0)
  assert.equal(bench.server.requests.all.length, 2)
  await assertFileHolds(bench.destinationOf(KEY), BODY)
  assert.match(stdout, /transferred size:29\.30KB\]/)
})

test('cp -recover with socketTimeout=1 gives up requests that stay silent', async (t) => {
  const keys = { head: 'head.bin', body: 'body.bin', error: 'error.bin' }
  const objects = Object.values(keys).map((key) => ({ key, body: literal('some text') }))
  const config = { maxRetryCount: 1, socketTimeout: 1 }
  const bench = await prepareTask(t, { objects, listed: 'sized', config })
  bench.server.script.add(
    { on: { key: keys.head }, do: stallAt('head') },
    { on: { key: keys.body }, do: stallAt(4) },
    { on: { key: keys.error }, do: { answer: { status: 500, code: 'X' }, ...stallAt(20) } },
  )

  const { code } = await bench.run()

  assert.equal(code, 8)
  for (const key of Object.values(keys)) {
    const { status, code: errorCode, message } = await failureOf(bench.space, key)
    assert.deepEqual([status, errorCode], [0, 'SocketTimeout'])
    assert.equal(message, 'Not a byte came for 1 s (socketTimeout)')
    assert.equal(bench.server.requests.seen({ key }).length, 2)
  }
  assert.equal(bench.server.requests.seen({ key: keys.body, range: 'bytes=4-8' }).length, 1)
  await assertNothingLeft(bench.space)
})

test('cp -recover with socketTimeout=1 waits for a body that is slow but not silent', async (t) => {
  const body = generated(8000, 6)
  const bench = await prepareTask(t, {
    objects: [{ key: KEY, body }],
    listed: 'sized',
    config: { socketTimeout: 1 },
  })
  bench.server.script.add({ on: {}, do: { drip: { pieceBytes: 1000, everyMs: 200 } } })

  const { code } = await bench.run()

  assert.equal(code, 0)
  assert.equal(bench.server.requests.all.length, 1)
  await assertFileHolds(bench.destinationOf(KEY), body)
})

test('cp -recover takes no more bytes than the length says', async (t) => {
  const other = { key: 'next.bin', body: generated(5000, 8) }
  const bench = await prepareTask(t, { objects: [OBJECT, other], listed: 'sized' })
  bench.server.script.add({
    on: { key: KEY },
    do: {
      body: { kind: 'lengthen', byBytes: 500 },
      headers: { 'Content-Length': String(BODY.sizeBytes) },
    },
  })

  const { code } = await bench.run({ flags: ['-j=1'] })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), BODY)
  await assertFileHolds(bench.destinationOf(other.key), other.body)
})

function inShort({ method, range, ifMatch }: LoggedRequest): string {
  return `${method} ${range ?? 'all'}${ifMatch === undefined ? '' : ` if ${ifMatch}`}`
}
