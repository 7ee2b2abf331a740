/** Requests over connections of our own: the same as the SDK's, and signed as an independent check wants. */
import assert from 'node:assert/strict'
import { parse } from 'node:querystring'
import test from 'node:test'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { makeQuietClient } from '../../src/adapters/quiet-client.ts'
import { createRequestSigner } from '../../src/adapters/request-signer.ts'
import { signRequest, type Question } from '../../src/adapters/signed-request.ts'
import { parseEndpoint } from '../../src/core/endpoint.ts'
import { ItemError } from '../../src/core/errors.ts'
import { findSignatureFault } from '../support/signature-check.ts'

const MINUTE_MS = 60_000
const NOW_MS = Date.UTC(2026, 10, 22, 12)
const KEYS = { ak: 'AKEXAMPLE', sk: 'secret/+=', token: '' }

const ENDPOINTS = [
  'http://127.0.0.1:9000',
  'https://127.0.0.1',
  'http://[::1]:8080',
  'http://localhost:80',
  'https://obs.eu-west-101.example.com',
  'http://obs.eu-west-101.example.com:8443',
  'https://store.example:443',
]

const QUESTIONS = fc.record({
  endpoint: fc.constantFrom(...ENDPOINTS),
  bucket: fc.oneof(
    fc.constantFrom('bucket-a', 'dotted.bucket', 'a..b', '-a', 'UPPER-case', 'under_score', 'ab'),
    fc.constantFrom('192.168.1.1', 'x'.repeat(63), 'x'.repeat(64), 'a.-b'),
  ),
  key: fc.oneof(
    fc.constantFrom(
      'k',
      '..',
      '../up',
      'a//b',
      '/lead',
      'a b+c%2F?x#y',
      "it's!(*)",
      'ü/日本/🙂',
      '.',
    ),
    fc.string({ unit: 'grapheme', minLength: 1 }),
  ),
  versionId: fc.option(fc.constantFrom('v1', 'a+b/c=', 'null', 'ü &'), { nil: undefined }),
  method: fc.constantFrom('GET' as const, 'HEAD' as const),
  range: fc.option(fc.constant({ start: 5, end: 17 }), { nil: undefined }),
  ifMatch: fc.option(fc.constantFrom('"etag"', '"a b"'), { nil: undefined }),
  payer: fc.constantFrom('owner' as const, 'requester' as const),
  token: fc.constantFrom<string>('', 'session/token+=='),
})

type AnyQuestion = typeof QUESTIONS extends fc.Arbitrary<infer T> ? T : never

test('`signRequest()` asks for what the SDK would ask for', async () => {
  await fc.assert(
    fc.asyncProperty(QUESTIONS, async (any) => {
      const ours = askOurselves(any)
      const theirs = await askTheSdk(any)
      const shown = JSON.stringify(any)
      assert.equal(ours.headers()['host'], theirs.headers['host'], shown)
      const [path, query = ''] = ours.path.split('?')
      assert.equal(path, theirs.path, shown)
      assert.deepEqual({ ...parse(query) }, theirs.query, shown)
      for (const name of ['range', 'if-match', 'x-amz-request-payer', 'x-amz-security-token']) {
        assert.equal(ours.headers()[name], theirs.headers[name], `${name} of ${shown}`)
      }
    }),
  )
})

test('`signRequest()` signs in a way that an independent check takes', async () => {
  await fc.assert(
    fc.asyncProperty(QUESTIONS, async (any) => {
      const { method, path: target, headers } = askOurselves(any)
      const account = {
        accessKeyId: KEYS.ak,
        secretAccessKey: KEYS.sk,
        ...(any.token !== '' && { sessionToken: any.token }),
      }
      assert.equal(
        findSignatureFault({ method, target, headers: headers() }, account, NOW_MS),
        undefined,
      )
    }),
  )
})

test('`signRequest()` writes one request, whatever stands in the key', async () => {
  await fc.assert(
    fc.asyncProperty(QUESTIONS, async (any) => {
      const { text, path, headers } = askOurselves(any)
      const lines = text.split('\r\n')
      assert.equal(lines[0], `${any.method} ${path} HTTP/1.1`)
      assert.deepEqual(lines.slice(-2), ['', ''])
      assert.equal(lines.length, Object.keys(headers()).length + 3)
      assert.match(text, /^[\r\n -~]+$/)
    }),
  )
})

test('a key that is not Unicode makes no request', async () => {
  const question = { ...(await anyQuestion()), key: '\uD800' }
  assert.throws(() => askOurselves(question), URIError)
})

test('a token with a line break makes no request', async () => {
  const question = { ...(await anyQuestion()), token: 'a\r\nHost: elsewhere' }
  assert.throws(
    () => askOurselves(question),
    (error) => error instanceof ItemError && error.code === 'InvalidHeader',
  )
})

test('a clock that is off by more than five minutes is corrected by the store’s, and only then', async () => {
  const signer = createRequestSigner('region', () => NOW_MS)
  const dateOf = async () => {
    const request = { method: 'GET', path: '/', search: '', headers: [['host', 'h']] } as const
    return Object.fromEntries(signer.sign(request, KEYS))['x-amz-date']
  }
  assert.equal(await dateOf(), '20261122T120000Z')

  for (const storeMs of [NOW_MS, NOW_MS + 4 * MINUTE_MS, NOW_MS - 4 * MINUTE_MS, Number.NaN]) {
    assert.equal(signer.learnTime(storeMs), false)
  }
  assert.equal(await dateOf(), '20261122T120000Z')

  assert.equal(signer.learnTime(NOW_MS + 60 * MINUTE_MS), true)
  assert.equal(await dateOf(), '20261122T130000Z')
  assert.equal(signer.learnTime(NOW_MS + 60 * MINUTE_MS), false)
  assert.equal(signer.learnTime(NOW_MS), true)
  assert.equal(await dateOf(), '20261122T120000Z')
})

function askOurselves(any: AnyQuestion) {
  const endpoint = parseEndpoint(any.endpoint)
  return signRequest(
    questionOf(any),
    { ...KEYS, token: any.token },
    {
      endpoint,
      signer: createRequestSigner(endpoint.region, () => NOW_MS),
      payer: any.payer,
      userAgent: 'test',
    },
  )
}

function questionOf({ method, bucket, key, versionId, range, ifMatch }: AnyQuestion): Question {
  return { method, source: { bucket, key, versionId }, range, ifMatch }
}

/** What the SDK's client would send, less what names its own operation. */
async function askTheSdk(any: AnyQuestion) {
  const { url, region, style } = parseEndpoint(any.endpoint)
  const client = makeQuietClient({
    endpoint: url,
    region,
    forcePathStyle: style === 'path',
    credentials: {
      accessKeyId: KEYS.ak,
      secretAccessKey: KEYS.sk,
      ...(any.token !== '' && { sessionToken: any.token }),
    },
  })
  let sent: SentRequest | undefined
  client.middlewareStack.add(
    () => (args) => {
      if (isSent(args.request)) sent = args.request
      throw new Error('nothing is sent')
    },
    { step: 'deserialize', priority: 'low', name: 'capture' },
  )
  const input = {
    Bucket: any.bucket,
    Key: any.key,
    ...(any.versionId !== undefined && { VersionId: any.versionId }),
    ...(any.range && { Range: `bytes=${any.range.start}-${any.range.end - 1}` }),
    ...(any.ifMatch !== undefined && { IfMatch: any.ifMatch }),
    ...(any.payer === 'requester' && { RequestPayer: 'requester' as const }),
  }
  const asking =
    any.method === 'GET'
      ? client.send(new GetObjectCommand(input))
      : client.send(new HeadObjectCommand(input))
  await assert.rejects(asking, /nothing is sent/)
  assert.ok(sent)
  const { 'x-id': _operation, ...query } = sent.query
  return { ...sent, query }
}

interface SentRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

function isSent(value: unknown): value is SentRequest {
  return typeof value === 'object' && value !== null && 'path' in value && 'headers' in value
}

async function anyQuestion(): Promise<AnyQuestion> {
  const [any] = fc.sample(QUESTIONS, 1)
  assert.ok(any)
  return any
}
