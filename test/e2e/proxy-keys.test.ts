/** Keys that look like paths must arrive through a proxy as they were signed. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { BUCKET, makeBench } from './support/bench.ts'

/** A store that is reached by way of a proxy only; in path style, for it is an address. */
const STORE = 'http://192.0.2.1'
const KEYS = ['../up', 'a/../secret', './here', 'a/./b', 'a/b/..', 'a/%2e%2e/c', '..', 'a?b=c#d']

test('keys with dots are asked for as they are through a proxy for an http endpoint', async (t) => {
  const bench = await makeBench(t)
  // The server reads whole URLs too, so it is its own proxy, and one that changes nothing. It checks
  // the signature against the path that came.
  await bench.configure({ endpoint: STORE, proxyUrl: bench.server.endpoint })
  bench.put(...KEYS.map((key) => ({ key, body: `body of ${key}` })))
  bench.put(...['up', 'secret', 'here', 'a/b', 'a', 'c'].map((key) => ({ key, body: 'not this' })))
  const items = KEYS.map((key, at) => ({
    bucket: BUCKET,
    key,
    destination: bench.pathOf(`file-${at}`),
    size: `${8 + key.length}B`,
  }))
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  for (const [at, key] of KEYS.entries()) {
    assert.equal(await readFile(bench.pathOf(`file-${at}`), 'utf8'), `body of ${key}`)
  }
  const hosts = bench.server.requests.all.map(({ headers }) => headers.host)
  assert.deepEqual(new Set(hosts), new Set(['192.0.2.1']))
})
