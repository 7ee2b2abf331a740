/** Connections through a proxy that the other side closed just as they were used again. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Fault } from '../support/fault-scripts.ts'
import { assertFileHolds, literal } from '../support/test-bytes.ts'
import { startProxy } from './support/proxy.ts'
import { failureOf } from './support/reported-failure.ts'
import { prepareTask } from './support/task-bench.ts'
import { openTransport } from './support/transport.ts'

const OBJECTS = ['a', 'b', 'c'].map((key) => ({ key, body: literal(`content of ${key}`) }))
/** What a client sees of a connection that was closed while its request was on the way. */
const ENDS: readonly Fault[] = [
  { break: { at: 'head', by: 'reset' } },
  { break: { at: 'head', by: 'cut' } },
]

for (const kind of ['http', 'https'] as const) {
  for (const end of ENDS) {
    test(`a kept connection through a proxy over ${kind} that ends by ${end.break?.by} costs no try`, async (t) => {
      const task = await prepare(t, kind)
      if (task === undefined) return t.skip('there is no openssl')
      const { bench } = task
      bench.server.script.add({ on: { key: 'b', nth: 1 }, do: end })

      const { code, stdout, stderr } = await bench.run({ flags: ['-j=1'] })

      assert.equal(code, 0, `${stdout}${stderr}`)
      for (const { key, body } of OBJECTS) await assertFileHolds(bench.destinationOf(key), body)
      assert.deepEqual(
        bench.server.requests.all.map(({ key }) => key),
        ['a', 'b', 'b', 'c'],
      )
    })
  }

  test(`a new connection through a proxy over ${kind} that ends is a try, as is the one after a kept one`, async (t) => {
    const task = await prepare(t, kind)
    if (task === undefined) return t.skip('there is no openssl')
    const { bench } = task
    const [reset = assert.fail()] = ENDS
    bench.server.script.add({ on: { key: 'a' }, do: reset }, { on: { key: 'c' }, do: reset })

    const { code } = await bench.run({ flags: ['-j=1'] })

    assert.equal(code, 8)
    for (const key of ['a', 'c']) {
      assert.equal((await failureOf(bench.space, key)).code, 'ECONNRESET')
    }
    assert.deepEqual(
      bench.server.requests.all.map(({ key }) => key),
      ['a', 'b', 'c', 'c'],
    )
  })
}

test('requests over https share a tunnel as long as it is open', async (t) => {
  const task = await prepare(t, 'https')
  if (task === undefined) return t.skip('there is no openssl')

  const { code } = await task.bench.run({ flags: ['-j=1'] })

  assert.equal(code, 0)
  assert.equal(task.bench.server.requests.all.length, OBJECTS.length)
  assert.deepEqual(
    task.proxy.seen.map(({ method }) => method),
    ['CONNECT'],
  )
})

/** A task whose objects are fetched through a proxy, with one try for each. */
async function prepare(t: TestContext, kind: 'http' | 'https') {
  const direct = await openTransport(t, kind)
  if (direct === undefined) return undefined
  const proxy = await startProxy(t)
  const transport = { ...direct, config: { proxyUrl: `http://${proxy.address}` } }
  const config = { maxRetryCount: 0 }
  const bench = await prepareTask(t, { objects: OBJECTS, listed: 'sized', config, transport })
  return { bench, proxy }
}
