/** An endpoint that speaks HTTPS with a certificate of its own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { makeBench } from './support/bench.ts'
import { startProxy } from './support/proxy.ts'

const OBJECTS = [
  { key: 'small', body: 'content' },
  { key: 'large', body: generated(300_000) },
]
const PARTS = ['-threshold=100KB', '-ps=100KB', '-p=2']
const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl'

test(
  'objects arrive over HTTPS when NODE_EXTRA_CA_CERTS knows the certificate',
  { skip },
  async (t) => {
    const { bench, taskId, env } = await layTask(t)

    const run = await bench.run(bench.words(taskId, ...PARTS), { env })

    await bench.assertExit(run, 0)
    assert.equal(run.stderr, '')
    await bench.assertArrived(...OBJECTS)
  },
)

test('an endpoint without a scheme is asked over HTTPS', { skip }, async (t) => {
  const { bench, taskId, env } = await layTask(t)
  await bench.configure({ endpoint: bench.server.endpoint.replace('https://', '') })

  await bench.assertExit(await bench.run(bench.words(taskId), { env }), 0)
  await bench.assertArrived(...OBJECTS)
})

test(
  'a certificate that nobody knows is refused, once and without a request',
  { skip },
  async (t) => {
    const { bench, taskId } = await layTask(t)

    const run = await bench.recover(taskId)

    await bench.assertExit(run, 8)
    assert.deepEqual(bench.asked(), [])
    const { failed } = await bench.readReports()
    assert.equal(failed.length, 2)
    assert.match(failed.join('\n'), /error code \[DEPTH_ZERO_SELF_SIGNED_CERT\]/)
    const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
    assert.doesNotMatch(log, /try 2 of/)
  },
)

test('HTTPS goes through a tunnel of the proxy, which sees no request', { skip }, async (t) => {
  const { bench, taskId, env } = await layTask(t)
  const proxy = await startProxy(t)
  await bench.configure({ proxyUrl: `http://user:pw@${proxy.address}` })

  const run = await bench.run(bench.words(taskId, ...PARTS), { env })

  await bench.assertExit(run, 0)
  await bench.assertArrived(...OBJECTS)
  const tunnel = { method: 'CONNECT', target: `127.0.0.1:${bench.server.port}`, login: 'user:pw' }
  assert.ok(proxy.seen.length > 0)
  for (const seen of proxy.seen) assert.deepEqual(seen, tunnel)
})

test('a tunnel is asked for over TLS where the proxy speaks it', { skip }, async (t) => {
  const { bench, taskId, env, tls } = await layTask(t)
  const proxy = await startProxy(t, { tls })
  await bench.configure({ proxyUrl: `https://user:pw@${proxy.address}` })

  const run = await bench.run(bench.words(taskId, ...PARTS), { env })

  await bench.assertExit(run, 0)
  await bench.assertArrived(...OBJECTS)
  assert.deepEqual(
    new Set(proxy.seen.map(({ method, login }) => `${method} ${login}`)),
    new Set(['CONNECT user:pw']),
  )
})

test('an HTTP endpoint is asked over TLS where the proxy speaks it', { skip }, async (t) => {
  const { env, tls } = await layTask(t)
  const proxy = await startProxy(t, { tls })
  const bench = await makeBench(t, { config: { proxyUrl: `https://${proxy.address}` } })
  const taskId = await bench.listObjects(...OBJECTS)

  const run = await bench.run(bench.words(taskId, ...PARTS), { env })

  await bench.assertExit(run, 0)
  await bench.assertArrived(...OBJECTS)
  assert.equal(proxy.seen.length, bench.server.requests.all.length)
})

test(
  'a proxy whose certificate nobody knows gets neither requests nor the login',
  { skip },
  async (t) => {
    const { bench, taskId, tls } = await layTask(t)
    const proxy = await startProxy(t, { tls })

    for (const endpoint of [bench.server.endpoint, 'http://192.0.2.1']) {
      await bench.configure({ endpoint, proxyUrl: `https://user:pw@${proxy.address}` })
      await bench.assertExit(await bench.recover(taskId), 8)
    }

    assert.deepEqual(proxy.seen, [])
    assert.deepEqual(bench.asked(), [])
  },
)

test('a plain HTTP request to a server that speaks HTTPS fails the items', { skip }, async (t) => {
  const { bench, taskId, env } = await layTask(t)
  const endpoint = bench.server.endpoint.replace('https://', 'http://')
  await bench.configure({ endpoint, maxRetryCount: 0 })

  await bench.assertExit(await bench.run(bench.words(taskId), { env }), 8)
  assert.equal((await bench.readReports()).failed.length, 2)
})

/** A server with a certificate for 127.0.0.1, and the environment in which it is trusted. */
async function layTask(t: TestContext) {
  const folder = await makeTempFolder(t)
  const keyFile = join(folder, 'key.pem')
  const certFile = join(folder, 'cert.pem')
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test ' +
    '-addext subjectAltName=IP:127.0.0.1'
  const files = ['-keyout', keyFile, '-out', certFile]
  const { status, stderr } = spawnSync('openssl', [...words.split(' '), ...files])
  assert.equal(status, 0, stderr.toString())
  const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certFile, 'utf8')])
  const tls = { key, cert }
  const bench = await makeBench(t, { tls })
  const taskId = await bench.listObjects(...OBJECTS)
  return { bench, taskId, env: { NODE_EXTRA_CA_CERTS: certFile }, tls }
}
