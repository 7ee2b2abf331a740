/** What the store sees of a request besides the object: who asks, and who pays. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { TEST_CREDENTIALS } from '../support/fault-server.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'

const { accessKeyId, secretAccessKey } = TEST_CREDENTIALS
const PARTS = ['-threshold=100KB', '-ps=50KB']

test('`-payer=requester` is sent with every request, and nothing without it', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(
    { key: 'small', body: 'x' },
    { key: 'large', body: generated(120_000) },
  )
  const payers = () =>
    bench.server.requests.all.map(({ headers }) => headers['x-amz-request-payer'] ?? 'nobody')

  await bench.assertExit(await bench.recover(taskId, '-payer=requester', '-u', ...PARTS), 0)
  assert.deepEqual(new Set(payers()), new Set(['requester']))
  bench.server.requests.forget()

  await bench.assertExit(await bench.recover(taskId, ...PARTS), 0)
  assert.deepEqual(new Set(payers()), new Set(['nobody']))
})

test('no request carries a body, asks for compression or expects 100-continue', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(
    { key: 'small', body: 'x' },
    { key: 'large', body: generated(120_000) },
  )

  await bench.assertExit(await bench.recover(taskId, ...PARTS), 0)

  for (const { headers } of bench.server.requests.all) {
    assert.equal(headers['accept-encoding'], 'identity')
    assert.equal(headers.expect, undefined)
    assert.equal(headers['content-length'] ?? '0', '0')
    assert.match(headers.authorization ?? '', /^AWS4-HMAC-SHA256 Credential=TESTACCESSKEY0000001\//)
  }
})

test('keys, token and endpoint that the file leaves empty come from the environment', async (t) => {
  const sessionToken = 'token/of+the=day'
  const bench = await makeBench(t, {
    config: { ak: '', sk: '', endpoint: '' },
    credentials: { ...TEST_CREDENTIALS, sessionToken },
  })
  const object = { key: 'k', body: 'content' }
  const taskId = await bench.listObjects(object)

  const run = await bench.run(bench.words(taskId), {
    env: {
      OBS_ACCESS_KEY_ID: accessKeyId,
      OBS_SECRET_ACCESS_KEY: secretAccessKey,
      OBS_SECURITY_TOKEN: sessionToken,
      OBS_ENDPOINT: bench.server.endpoint,
    },
  })

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
})

test("settings of AWS's own tools in the environment change nothing", async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'content' }
  const taskId = await bench.listObjects(object)

  const run = await bench.run(bench.words(taskId), {
    env: {
      AWS_ACCESS_KEY_ID: 'other',
      AWS_SECRET_ACCESS_KEY: 'other',
      AWS_SESSION_TOKEN: 'other',
      AWS_REGION: 'elsewhere-1',
      AWS_PROFILE: 'nobody',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9',
      AWS_MAX_ATTEMPTS: '7',
      AWS_RETRY_MODE: 'adaptive',
      AWS_USE_FIPS_ENDPOINT: 'true',
      OBS_ACCESS_KEY_ID: 'other',
      OBS_ENDPOINT: 'http://127.0.0.1:9',
    },
  })

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.deepEqual(bench.asked(), ['GET'])
})

test('the region of the configuration goes into the signature', async (t) => {
  const bench = await makeBench(t, { config: { region: 'eu-west-101' } })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })

  await bench.assertExit(await bench.recover(taskId), 0)

  const { authorization = '' } = bench.server.requests.all[0]?.headers ?? {}
  assert.match(authorization, /Credential=\w+\/\d{8}\/eu-west-101\/s3\/aws4_request,/)
})

test('a redirect is not followed with the signature: the item fails and names the place', async (t) => {
  const bench = await makeBench(t)
  const elsewhere = await makeBench(t)
  const location = `${elsewhere.server.endpoint}/bucket-a/k`
  bench.server.script.add({
    on: { key: 'k' },
    do: { answer: { status: 307, headers: { Location: location } } },
  })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.equal(elsewhere.server.requests.all.length, 0)
  assert.ok((await bench.readReports()).failed.join().includes(location))
})
