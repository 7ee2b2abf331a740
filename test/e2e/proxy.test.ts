/** Requests through an HTTP proxy. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'
import { startProxy } from './support/proxy.ts'

const OBJECTS = [
  { key: 'small one', body: 'content' },
  { key: 'large', body: generated(300_000) },
]
/** An address for examples (RFC 5737) that no machine has: only the proxy knows the way. */
const STORE = 'http://192.0.2.1'
const PARTS = ['-threshold=100KB', '-ps=100KB', '-p=2']

test('with proxyUrl every request goes through the proxy, and bytes arrive whole', async (t) => {
  const { bench, taskId, proxy } = await layTask(t)
  await bench.configure({ proxyUrl: `http://${proxy.address}` })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  assert.equal(run.stderr, '')
  await bench.assertArrived(...OBJECTS)
  assert.equal(proxy.seen.length, bench.server.requests.all.length)
  const targets = proxy.seen.map(({ method, target }) => `${method} ${target.split('?')[0]}`)
  assert.ok(targets.includes(`GET ${bench.server.endpoint}/bucket-a/small%20one`), targets.join())
  assert.deepEqual(new Set(proxy.seen.map(({ login }) => login)), new Set([undefined]))
})

test('user and password of proxyUrl are sent to the proxy, and to nobody else', async (t) => {
  const { bench, taskId, proxy } = await layTask(t)
  await bench.configure({
    proxyUrl: `http://user:p%40ss%2Fw0rd@${proxy.address}`,
    utilLogLevel: 'DEBUG',
  })

  const run = await bench.recover(taskId, ...PARTS)

  await bench.assertExit(run, 0)
  assert.deepEqual(new Set(proxy.seen.map(({ login }) => login)), new Set(['user:p@ss/w0rd']))
  const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
  assert.doesNotMatch(`${run.stdout}${run.stderr}${log}`, /w0rd/)
  for (const { headers } of bench.server.requests.all) {
    assert.equal(headers['proxy-authorization'], undefined)
  }
})

for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy']) {
  test(`${name} names the proxy where the configuration names none`, async (t) => {
    const { bench, taskId, proxy } = await layTask(t)
    await bench.configure({ endpoint: STORE })
    const env = { [name]: `http://${proxy.address}` }

    await bench.assertExit(await bench.run(bench.words(taskId), { env }), 0)

    await bench.assertArrived(...OBJECTS)
    assert.equal(proxy.seen.length, 2)
    for (const { target } of proxy.seen) assert.ok(target.startsWith(`${STORE}/`), target)
  })
}

test('the environment names no proxy for a store on this very machine', async (t) => {
  const { bench, taskId, proxy } = await layTask(t)
  const address = `http://${proxy.address}`
  const env = { HTTP_PROXY: address, HTTPS_PROXY: address }

  await bench.assertExit(await bench.run(bench.words(taskId), { env }), 0)

  await bench.assertArrived(...OBJECTS)
  assert.deepEqual(proxy.seen, [])
})

for (const noProxy of ['127.0.0.1', '*', 'example.com, 127.0.0.0/8']) {
  test(`NO_PROXY=${noProxy} leads past the proxy`, async (t) => {
    const { bench, taskId, proxy } = await layTask(t)
    await bench.configure({ proxyUrl: `http://${proxy.address}` })
    const env = { NO_PROXY: noProxy, HTTP_PROXY: `http://${proxy.address}` }

    await bench.assertExit(await bench.run(bench.words(taskId), { env }), 0)

    await bench.assertArrived(...OBJECTS)
    assert.deepEqual(proxy.seen, [])
  })
}

test('a proxy that cannot be reached fails the items, without its password', async (t) => {
  const { bench, taskId } = await layTask(t)
  await bench.configure({ proxyUrl: 'http://user:secretpw@127.0.0.1:9', maxRetryCount: 0 })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(bench.asked(), [])
  const { failed } = await bench.readReports()
  assert.equal(failed.length, 2)
  assert.match(failed.join('\n'), /status \[0\], error code \[ECONNREFUSED\]/)
  assert.doesNotMatch(`${run.stdout}${run.stderr}${failed.join()}`, /secretpw/)
})

async function layTask(t: TestContext) {
  const bench = await makeBench(t)
  const proxy = await startProxy(t, { leadsTo: `127.0.0.1:${bench.server.port}` })
  return { bench, taskId: await bench.listObjects(...OBJECTS), proxy }
}
