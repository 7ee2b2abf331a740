/** Keys of the ECS metadata service. */
import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { startMetadataServer, type MetadataAnswer } from '../support/metadata-server.ts'
import { startCli } from '../support/run-cli.ts'
import { listTree } from '../support/workspace.ts'
import { assertSecret, atRequest, NEW, SESSION, smallObjects } from './support/accounts.ts'
import { makeBench } from './support/bench.ts'
import { until } from './support/until.ts'

test('the metadata service is asked once at the start and when its keys come to their end', async (t) => {
  const { bench, metadata, env } = await onEcs(t, (nth) => ({
    kind: 'keys',
    account: numbered(nth),
    livesMs: 1100,
  }))
  bench.server.admit(...Array.from({ length: 30 }, (_, at) => numbered(at + 1)))
  bench.server.script.add({ on: {}, do: { delayMs: 150 } })
  const objects = smallObjects(50)
  const taskId = await bench.listObjects(...objects)

  const run = await bench.run(bench.words(taskId), { env })

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(
    bench.server.requests.all.filter(({ status }) => status !== 200),
    [],
  )
  const { length } = metadata.asked
  assert.ok(length >= 2 && length <= 25, `it was asked ${length} times`)
  await assertSecret(bench, run, SESSION)
})

test('keys of the metadata service that the store refuses are asked for anew', async (t) => {
  const accounts = [SESSION, { ...NEW, sessionToken: 'new-token' }]
  const { bench, metadata, env } = await onEcs(t, (nth) => ({
    kind: 'keys',
    account: accounts[nth - 1] ?? SESSION,
    livesMs: 3_600_000,
  }))
  const objects = smallObjects(20)
  const taskId = await bench.listObjects(...objects)
  atRequest(bench, 3, () => bench.server.admit(...accounts.slice(1)))

  const run = await bench.run(bench.words(taskId), { env })

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(metadata.asked.length, 2)
  await assertSecret(bench, run, ...accounts)
})

test('a metadata service that gives no keys ends the run before it starts, with 3', async (t) => {
  const text = `{"credential":{"access":"${SESSION.accessKeyId}","secret":"${SESSION.secretAccessKey}"}}`
  const { bench, metadata, env } = await onEcs(t, () => ({ kind: 'text', status: 200, text }))
  const taskId = await bench.listObjects(...smallObjects(1))
  const before = await listTree(bench.root)

  const run = await bench.run(bench.words(taskId), { env })

  await bench.assertExit(run, 3)
  assert.equal(run.stdout, '')
  assert.match(
    run.stderr,
    /^Error: The ECS metadata service \[http:.*\] gave no keys: .*\n.*agency.*OBS_ACCESS_KEY_ID/,
  )
  assert.equal(metadata.asked.length, 2)
  assert.deepEqual(await listTree(bench.root), before)
  await assertSecret(bench, run, SESSION)
})

test('a run that waits for new keys ends at an interrupt', async (t) => {
  const { bench, metadata, env } = await onEcs(t, (nth) =>
    nth === 1 ? { kind: 'keys', account: SESSION } : { kind: 'silence', after: 'nothing' },
  )
  const objects = smallObjects(20)
  const taskId = await bench.listObjects(...objects)
  atRequest(bench, 3, () => bench.server.admit(NEW))
  const run = startCli(bench.words(taskId), { home: bench.home, env })
  await until('new keys are asked for', async () => metadata.asked.length === 2)

  const ended = await run.kill('SIGINT')

  await bench.assertExit(ended, 9)
  // The second try, which a search that went on would have made, is missing.
  assert.equal(metadata.asked.length, 2)
  const { failed, succeed } = await bench.readReports()
  assert.equal(failed.length + succeed.length, objects.length)
})

test('the metadata service is never asked where keys are given, nor unless it may be', async (t) => {
  const { bench, metadata, env } = await onEcs(t, () => ({ kind: 'text', status: 500, text: '' }))
  const taskId = await bench.listObjects(...smallObjects(1))
  const given = {
    OBS_ACCESS_KEY_ID: SESSION.accessKeyId,
    OBS_SECRET_ACCESS_KEY: SESSION.secretAccessKey,
    OBS_SECURITY_TOKEN: SESSION.sessionToken ?? '',
  }
  await bench.assertExit(await bench.run(bench.words(taskId), { env: { ...env, ...given } }), 0)

  await bench.configure({ ak: '', sk: '', autoChooseSecurityProvider: 'false' })
  await bench.assertExit(await bench.run(bench.words(taskId), { env }), 3)

  assert.deepEqual(metadata.asked, [])
})

test('no proxy comes between the tool and the metadata service', async (t) => {
  const { bench, metadata, env } = await onEcs(t, () => ({ kind: 'keys', account: SESSION }))
  const taskId = await bench.listObjects(...smallObjects(1))
  const proxy = 'http://user:proxypassword@127.0.0.1:9'
  const proxied = { ...env, HTTP_PROXY: proxy, http_proxy: proxy, NODE_USE_ENV_PROXY: '1' }
  await bench.configure({ ...FROM_METADATA, proxyUrl: proxy })

  const run = await bench.run(bench.words(taskId), { env: proxied })

  await bench.assertExit(run, 8)
  assert.equal(metadata.asked.length, 1)
  assert.match((await bench.readReports()).failed.join('\n'), /ECONNREFUSED/)
  await assertSecret(bench, run, SESSION, { accessKeyId: proxy, secretAccessKey: 'proxypassword' })
})

/** One session of many, all of the same access key. */
function numbered(nth: number) {
  return { ...SESSION, sessionToken: `${SESSION.sessionToken}${nth}` }
}

/** No keys, which then come from the metadata service, and logs that tell everything. */
const FROM_METADATA = {
  ak: '',
  sk: '',
  autoChooseSecurityProvider: 'true',
  maxRetryCount: 0,
  utilLogLevel: 'DEBUG',
  sdkLogLevel: 'DEBUG',
}

/** A bench without keys, whose store knows the session, beside a metadata service. */
async function onEcs(t: TestContext, answer: (nth: number) => MetadataAnswer) {
  const metadata = await startMetadataServer(t, answer)
  const bench = await makeBench(t, {
    credentials: SESSION,
    config: FROM_METADATA,
  })
  return { bench, metadata, env: { OBS_ECS_METADATA_ENDPOINT: metadata.endpoint } }
}
