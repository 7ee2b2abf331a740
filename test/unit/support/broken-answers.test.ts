import assert from 'node:assert/strict'
import { Agent, get } from 'node:http'
import { test } from 'node:test'
import { createGate, stallAt } from '../../support/fault-scripts.ts'
import { generated } from '../../support/test-bytes.ts'
import { BODY, getUnder, startWithRules } from './one-object-server.ts'
import { exchange } from './plain-client.ts'

for (const by of ['cut', 'reset'] as const) {
  test(`\`break\` by ${by} before the head leaves the client without an answer`, async (t) => {
    const seen = await getUnder(t, { break: { at: 'head', by } })
    assert.equal(seen.status, 0)
    assert.equal(seen.error, 'ECONNRESET')
  })

  for (const at of [0, 4]) {
    test(`\`break\` by ${by} after ${at} bytes leaves the client with these`, async (t) => {
      const server = await startWithRules(t, { on: {}, do: { break: { at, by } } })
      const seen = await exchange(`${server.endpoint}/b/k`)
      assert.equal(seen.status, 200)
      assert.equal(seen.headers['content-length'], '10')
      assert.equal(seen.body.toString(), BODY.slice(0, at))
      assert.equal(seen.error, 'ECONNRESET')
      const [logged] = server.requests.all
      assert.equal(logged?.bytesSent, at)
      assert.equal(logged.ended, 'by-script')
    })
  }
}

test('`break` cuts a large body at the very byte', async (t) => {
  const body = generated(3_000_000)
  const server = await startWithRules(t, { on: {}, do: { break: { at: 2_345_678, by: 'cut' } } })
  server.objects.put({ bucket: 'b', key: 'large', body })
  const seen = await exchange(`${server.endpoint}/b/large`)
  assert.deepEqual(seen.body, body.read({ start: 0, end: 2_345_678 }))
})

test('a stalled answer stays open until the client leaves', async (t) => {
  const server = await startWithRules(t, { on: {}, do: stallAt(3) })
  const agent = new Agent()
  const received = await new Promise<Buffer>((resolve) => {
    get(`${server.endpoint}/b/k`, { agent }, (response) => {
      response.on('error', () => {})
      response.once('data', resolve)
    })
  })
  assert.equal(received.toString(), '012')
  assert.equal(server.requests.all[0]?.ended, 'not-yet')
  agent.destroy()
  assert.equal((await server.requests.ended({ key: 'k' })).ended, 'by-client')
})

for (const at of ['head', 0, 5] as const) {
  test(`\`hold\` at ${at} waits for its gate while others pass`, async (t) => {
    const gate = createGate()
    const server = await startWithRules(t, { on: { nth: 1 }, do: { hold: { at, gate } } })
    const held = exchange(`${server.endpoint}/b/k`)
    const sentBefore = at === 'head' ? 0 : at
    await server.requests.arrived((request) => request.bytesSent === sentBefore)
    assert.equal((await exchange(`${server.endpoint}/b/k`)).body.toString(), BODY)
    assert.equal(server.requests.all[0]?.ended, 'not-yet')
    gate.open()
    assert.equal((await held).body.toString(), BODY)
    assert.equal(server.requests.peak(), 2)
  })
}

test('`hold` at 0 lets the head through', async (t) => {
  const gate = createGate()
  const server = await startWithRules(t, { on: {}, do: { hold: { at: 0, gate } } })
  const status = await new Promise((resolve) => {
    get(`${server.endpoint}/b/k`, { agent: false }, (response) => {
      resolve(response.statusCode)
      response.resume()
    })
  })
  assert.equal(status, 200)
  gate.open()
  assert.equal((await server.requests.ended({})).ended, 'whole')
})

test('`delayMs` lets later requests pass', async (t) => {
  const server = await startWithRules(t, { on: { nth: 1 }, do: { delayMs: 200 } })
  const slow = exchange(`${server.endpoint}/b/k`)
  await server.requests.arrived({ nth: 1 })
  await exchange(`${server.endpoint}/b/k`)
  assert.equal(server.requests.all[0]?.status, 0)
  assert.equal((await slow).status, 200)
})

test('`drip` sends the body piece by piece', async (t) => {
  const server = await startWithRules(t, { on: {}, do: { drip: { pieceBytes: 4, everyMs: 5 } } })
  const answer = exchange(`${server.endpoint}/b/k`)
  for (const bytesSent of [4, 8, 10]) {
    await server.requests.arrived((request) => request.bytesSent === bytesSent)
  }
  assert.equal((await answer).body.toString(), BODY)
})

test('a body up to the end of the connection can be cut without a trace', async (t) => {
  const seen = await getUnder(t, { framing: 'until-close', break: { at: 4, by: 'cut' } })
  assert.equal(seen.body.toString(), BODY.slice(0, 4))
  assert.equal(seen.error, '')
})
