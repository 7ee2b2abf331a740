import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import {
  GetObjectCommand,
  HeadObjectCommand,
  S3Client,
  S3ServiceException,
  type S3ClientConfig,
} from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { startFaultServer, TEST_CREDENTIALS, type FaultServer } from '../../support/fault-server.ts'
import {
  findSignatureFault,
  type SignedRequest,
  type TestCredentials,
} from '../../support/signature-check.ts'
import { exchange } from './plain-client.ts'

const AWKWARD_KEYS = [
  'plain.txt',
  'a b',
  ' a ',
  'a+b',
  'a%20b',
  '%',
  '%2F',
  'a/%2e%2e/b',
  'a/',
  'a//',
  'a//b',
  '/a',
  '//',
  '.',
  '..',
  './a',
  'a/./b',
  'a/.',
  '../../etc/passwd',
  'a/../b',
  'q?versionId=1',
  'q?x=1&y',
  'h#fragment',
  `quotes'"\`(!)*~`,
  '\u0001\u007f\n\t\r',
  '\u0000',
  '&=;,:@$[]{}|\\^<>',
  'ü漢😀',
  'e\u0301',
  '\u2028\ufeff',
  'x'.repeat(1024),
]

const TOKEN = 'session/token+with=signs'

function clientOf(t: TestContext, server: FaultServer, config: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    endpoint: server.endpoint,
    region: 'cn-north-4',
    forcePathStyle: true,
    credentials: TEST_CREDENTIALS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    ...config,
  })
  t.after(() => client.destroy())
  return client
}

async function serverFor(t: TestContext, keys: readonly string[]): Promise<FaultServer> {
  const server = await startFaultServer({
    objects: keys.map((key) => ({ bucket: 'bucket', key, body: `body of ${key}` })),
  })
  t.after(() => server.close())
  return server
}

function asAccount(change: Partial<TestCredentials>): S3ClientConfig {
  return { credentials: { ...TEST_CREDENTIALS, ...change } }
}

/** The code of the error with which a GET of `k` ends. */
async function refusalCode(client: S3Client): Promise<string> {
  try {
    await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' }))
    return ''
  } catch (error) {
    assert.ok(error instanceof S3ServiceException)
    return error.name
  }
}

test('the server accepts what the SDK signs for every awkward key', async (t) => {
  const server = await serverFor(t, AWKWARD_KEYS)
  const client = clientOf(t, server)
  for (const Key of AWKWARD_KEYS) {
    await t.test(JSON.stringify(Key), async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }))
      assert.equal(await Body?.transformToString(), `body of ${Key}`)
      await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key }))
    })
  }
})

test('the server accepts what the SDK signs for any key', async (t) => {
  const server = await serverFor(t, ['other'])
  const client = clientOf(t, server)
  const anyKey = fc.string({ unit: 'binary', minLength: 1, maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(anyKey, async (Key) => {
      server.objects.put({ bucket: 'bucket', key: Key, body: Key })
      const { Body } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key }))
      assert.equal(await Body?.transformToString(), Key)
    }),
    { numRuns: 60 },
  )
})

test('the server accepts versions, ranges, conditions and a session token', async (t) => {
  const credentials = { ...TEST_CREDENTIALS, sessionToken: TOKEN }
  const server = await startFaultServer({ credentials })
  t.after(() => server.close())
  const versionId = 'v+1/=% &'
  const { etag } = server.objects.put({ bucket: 'bucket', key: 'k', body: '0123', versionId })
  const answer = await clientOf(t, server, { credentials }).send(
    new GetObjectCommand({
      Bucket: 'bucket',
      Key: 'k',
      VersionId: versionId,
      Range: 'bytes=1-2',
      IfMatch: etag,
      RequestPayer: 'requester',
    }),
  )
  assert.equal(await answer.Body?.transformToString(), '12')
})

test('the server refuses a wrong secret, an unknown key id, a wrong token and a wrong clock', async (t) => {
  const server = await serverFor(t, ['k'])
  const refusals: readonly (readonly [S3ClientConfig, string])[] = [
    [asAccount({ secretAccessKey: 'wrong' }), 'SignatureDoesNotMatch'],
    [asAccount({ accessKeyId: 'NOBODY' }), 'InvalidAccessKeyId'],
    [asAccount({ sessionToken: 'unexpected' }), 'InvalidToken'],
    [{ systemClockOffset: 16 * 60_000 }, 'RequestTimeTooSkewed'],
    [{ systemClockOffset: -16 * 60_000 }, 'RequestTimeTooSkewed'],
    [{ systemClockOffset: 14 * 60_000 }, ''],
  ]
  for (const [config, code] of refusals) {
    assert.equal(await refusalCode(clientOf(t, server, config)), code)
  }
  assert.deepEqual(
    server.requests.all.map((request) => request.status),
    [403, 403, 403, 403, 403, 200],
  )
})

test('the server refuses a request without a signature', async (t) => {
  const server = await serverFor(t, ['k'])
  const seen = await exchange(`${server.endpoint}/bucket/k`)
  assert.equal(seen.status, 403)
  assert.match(seen.body.toString(), /<Code>AccessDenied<\/Code>/)
})

test('`findSignatureFault()` notices every change to a signed request', async (t) => {
  const server = await serverFor(t, ['a/./b'])
  const get = new GetObjectCommand({ Bucket: 'bucket', Key: 'a/./b', Range: 'bytes=0-1' })
  await clientOf(t, server).send(get)
  const [signed] = server.requests.all
  assert.ok(signed)
  const { headers } = signed
  const check = (change: Partial<SignedRequest>) =>
    findSignatureFault({ ...signed, ...change }, TEST_CREDENTIALS, Date.now())?.code
  const { range: _, ...withoutRange } = headers

  assert.equal(check({}), undefined)
  assert.equal(check({ method: 'HEAD' }), 'SignatureDoesNotMatch')
  assert.equal(check({ target: '/bucket/a/b?x-id=GetObject' }), 'SignatureDoesNotMatch')
  assert.equal(check({ target: `${signed.target}&versionId=1` }), 'SignatureDoesNotMatch')
  assert.equal(check({ headers: { ...headers, range: 'bytes=0-2' } }), 'SignatureDoesNotMatch')
  assert.equal(check({ headers: { ...headers, host: 'elsewhere' } }), 'SignatureDoesNotMatch')
  assert.equal(check({ headers: withoutRange }), 'SignatureDoesNotMatch')
  assert.equal(check({ headers: { ...headers, 'x-amz-request-payer': 'x' } }), 'AccessDenied')
  assert.equal(
    check({ headers: { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } }),
    'XAmzContentSHA256Mismatch',
  )
  assert.equal(
    check({ headers: { ...headers, authorization: 'AWS x:y' } }),
    'AuthorizationHeaderMalformed',
  )
})
