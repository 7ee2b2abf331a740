/** How a bucket, a key and a region are made into an address and a signature. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { systemCode } from '../../src/core/errors.ts'
import type { FailedItem } from '../support/failure-list.ts'
import { BUCKET, makeBench, type Bench } from './support/bench.ts'
import { startNamedStore } from './support/named-store.ts'

/** What an endpoint becomes when the object `dir/a key` of `bucket-a` is asked for. */
const NAMED = [
  {
    endpoint: 'http://obs.eu-west-101.example.com',
    url: 'http://bucket-a.obs.eu-west-101.example.com/dir/a%20key',
    region: 'eu-west-101',
  },
  {
    endpoint: 'http://obs.eu-west-101.example.com',
    configured: 'elsewhere-1',
    url: 'http://bucket-a.obs.eu-west-101.example.com/dir/a%20key',
    region: 'eu-west-101',
  },
  {
    endpoint: 'http://store.example:8080',
    configured: 'eu-1',
    url: 'http://bucket-a.store.example:8080/dir/a%20key',
    region: 'eu-1',
  },
  {
    endpoint: 'http://obs.example.com/',
    url: 'http://bucket-a.obs.example.com/dir/a%20key',
    region: 'region',
  },
] as const

for (const { endpoint, url, region, ...given } of NAMED) {
  const configured = 'configured' in given ? given.configured : ''
  const also = configured === '' ? '' : ` with region=${configured}`
  test(`${endpoint}${also} is asked for ${url}, signed for ${region}`, async (t) => {
    const { seen } = await recoverNamed(t, { endpoint, region: configured }, [{ key: 'dir/a key' }])

    const { host } = new URL(url)
    assert.deepEqual(seen, [{ url, query: 'x-id=GetObject', host, region }])
  })
}

test('in virtual-host style a key arrives as it is, its leading slashes and dots too', async (t) => {
  const keys = ['/lead', '//two', 'a//b', '..', '../up', 'a/../b', './c', 'a?b=c#d', '%2F', 'a+b:ü']
  const config = { endpoint: 'http://store.example', skipCheckEmptyFolder: 'true' }
  const { arrived } = await recoverNamed(
    t,
    config,
    keys.map((key) => ({ key })),
  )

  const paths = keys.map((key) => key.split('/').map(encodeURIComponent).join('/'))
  assert.deepEqual(
    arrived,
    paths.map((path) => `http://bucket-a.store.example/${path}`),
  )
})

test('in virtual-host style a version is asked for by its id, whatever is in that', async (t) => {
  const versionId = 'G001+a=&b c'
  const config = { endpoint: 'http://store.example' }
  const { seen } = await recoverNamed(t, config, [{ key: 'k', versionId }])

  assert.equal(new URLSearchParams(seen[0]?.query).get('versionId'), versionId)
  assert.equal(seen[0]?.url, 'http://bucket-a.store.example/k')
})

test('a bucket that is not one label of a host name is in the path', async (t) => {
  const { arrived } = await recoverNamed(t, { endpoint: 'http://store.example' }, [
    { bucket: 'my.bucket', key: 'k' },
    { bucket: 'My_Bucket', key: 'k' },
  ])

  assert.deepEqual(arrived, [
    'http://store.example/my.bucket/k',
    'http://store.example/My_Bucket/k',
  ])
})

test('over https a bucket with a dot is in the path, for no certificate covers such a host', async (t) => {
  const config = { endpoint: 'https://obs.eu-west-101.example.com', maxRetryCount: 0 }
  const { bench, seen, run } = await runNamed(t, config, [
    { bucket: 'bucket-a', key: 'k' },
    { bucket: 'my.bucket', key: 'k' },
  ])

  // The store does not speak TLS.
  await bench.assertExit(run, 8)
  assert.deepEqual(seen.map(({ url }) => url).toSorted(), [
    'bucket-a.obs.eu-west-101.example.com:443',
    'obs.eu-west-101.example.com:443',
  ])
})

for (const host of ['127.0.0.1', 'localhost', 'LocalHost']) {
  test(`the bucket is in the path of http://${host}`, async (t) => {
    const bench = await makeBench(t)
    await assertPathStyle(bench, `${host}:${bench.server.port}`)
  })
}

test('the bucket is in the path of http://[::1]', async (t) => {
  const bench = await makeBench(t)
  const port = await relayFromIpv6(t, bench.server.port)
  if (port === undefined) t.skip('this machine has no ::1')
  else await assertPathStyle(bench, `[::1]:${port}`)
})

type NamedItem = Pick<FailedItem, 'key' | 'versionId'> & { readonly bucket?: string }

/** Resumes a task at a store with a name; `arrived` are the URLs that the items came from. */
async function recoverNamed(t: TestContext, config: Config, items: readonly NamedItem[]) {
  const { bench, seen, run } = await runNamed(t, config, items)
  await bench.assertExit(run, 0)
  const arrived = await Promise.all(items.map((_, at) => readFile(bench.pathOf(`${at}`), 'utf8')))
  return { seen, arrived }
}

type Config = Parameters<Bench['configure']>[0]

async function runNamed(t: TestContext, config: Config, items: readonly NamedItem[]) {
  const store = await startNamedStore(t)
  const bench = await makeBench(t)
  await bench.configure({ proxyUrl: store.proxyUrl, ...config })
  const taskId = await bench.writeFailureList({ items: items.map(toNumbered(bench)) })
  const run = await bench.recover(taskId)
  return { bench, run, seen: store.seen }
}

/** Downloads from an endpoint that is an address; the server checks the signatures. */
async function assertPathStyle(bench: Bench, address: string): Promise<void> {
  await bench.configure({ endpoint: `http://${address}`, skipCheckEmptyFolder: 'true' })
  const keys = ['dir/a key', '/lead']
  bench.put(...keys.map((key) => ({ key, body: key })))
  const items = keys.map((key) => ({ key })).map(toNumbered(bench))

  await bench.assertExit(await bench.recover(await bench.writeFailureList({ items })), 0)

  for (const [at, key] of keys.entries()) {
    assert.equal(await readFile(bench.pathOf(`${at}`), 'utf8'), key)
  }
  const { all } = bench.server.requests
  assert.deepEqual(all.map(({ target }) => target.replace(/\?.*/, '')).toSorted(), [
    '/bucket-a//lead',
    '/bucket-a/dir/a%20key',
  ])
  assert.deepEqual(
    new Set(all.map(({ headers }) => headers.host)),
    new Set([address.toLowerCase()]),
  )
}

/** Names each destination by a number, for some keys are no paths; a known size spares the HEAD. */
function toNumbered(bench: Bench): (item: NamedItem, at: number) => FailedItem {
  return (item, at) => ({ bucket: BUCKET, ...item, destination: bench.pathOf(`${at}`), size: '9B' })
}

/** A port of ::1 that leads to one of 127.0.0.1; undefined where there is no ::1. */
async function relayFromIpv6(t: TestContext, toPort: number): Promise<number | undefined> {
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  }
  const server = createServer((near) => {
    const far = connect(toPort, '127.0.0.1')
    keep(near)
    keep(far)
    near.pipe(far).pipe(near)
  })
  server.listen(0, '::1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(systemCode(error))) return undefined
    throw error
  }
  t.after(async () => {
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  })
  const address = server.address()
  return address === null || typeof address === 'string' ? undefined : address.port
}
