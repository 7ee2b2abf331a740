import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { askMetadataService } from '../../src/adapters/metadata-service.ts'
import { AppError } from '../../src/core/errors.ts'
import {
  securityKey,
  startMetadataServer,
  type MetadataAnswer,
} from '../support/metadata-server.ts'

const ACCOUNT = { accessKeyId: 'ECSACCESSKEY', secretAccessKey: 'ecs secret', sessionToken: 'tok' }
/** Fresh for each, as all tests run at once. */
const never = () => new AbortController().signal

describe('`askMetadataService()`', { concurrency: true }, () => {
  it('reads keys, token and the time when they expire', async (t) => {
    const text = `{"credential":{"access":"A","secret":"S","securitytoken":"T","expires_at":"2999-11-22T12:00:00.123456Z"}}`
    const server = await startMetadataServer(t, () => ({ kind: 'text', status: 200, text }))
    const keys = await askMetadataService(server.endpoint, never())
    const expiresAtMs = Date.UTC(2999, 10, 22, 12, 0, 0, 123)
    assert.deepEqual(keys, { ak: 'A', sk: 'S', token: 'T', expiresAtMs })
    assert.deepEqual(server.asked, ['GET /openstack/latest/securitykey'])
  })

  it('takes keys without a time for keys without an end', async (t) => {
    const { keys } = await ask(t, { kind: 'keys', account: ACCOUNT })
    assert.deepEqual(keys, { ak: 'ECSACCESSKEY', sk: 'ecs secret', token: 'tok' })
  })

  it('takes keys that are said to have ended for keys without an end', async (t) => {
    const { keys } = await ask(t, { kind: 'keys', account: ACCOUNT, livesMs: -1 })
    assert.deepEqual(keys, { ak: 'ECSACCESSKEY', sk: 'ecs secret', token: 'tok' })
  })

  it('asks twice where the first answer is none', async (t) => {
    const { keys, asked } = await ask(t, { kind: 'text', status: 500, text: '' }, GOOD)
    assert.equal(keys?.ak, 'ECSACCESSKEY')
    assert.equal(asked.length, 2)
  })

  const failures: readonly [name: string, answer: MetadataAnswer, message: RegExp][] = [
    ['an error', { kind: 'text', status: 404, text: 'sk' }, /gave no keys: status 404 Not Found$/],
    ['a redirect', { kind: 'text', status: 302, text: '' }, /: status 302 Found$/],
    ['no JSON', { kind: 'text', status: 200, text: 'ecs secret' }, /: its answer holds no keys$/],
    ['half a set', noToken(), /: its answer holds no keys$/],
    ['silence', { kind: 'silence', after: 'nothing' }, /: no answer within 2 s$/],
    ['silence after some bytes', { kind: 'silence', after: 'half' }, /: no answer within 2 s$/],
    ['a book', { kind: 'text', status: 200, text: ' '.repeat(400_000) }, /holds no keys$/],
  ]
  for (const [name, answer, message] of failures) {
    it(`fails after two tries that get ${name}, and quotes nothing`, async (t) => {
      const { error, asked, endpoint } = await ask(t, answer)
      assert.ok(error instanceof AppError)
      assert.equal(error.fault, 'credentials')
      assert.match(error.message, message)
      assert.ok(error.message.startsWith(`The ECS metadata service [${endpoint}] gave no keys`))
      assert.match(error.hint ?? '', /bind an agency .* OBS_ACCESS_KEY_ID/)
      assert.doesNotMatch(`${error.message}${error.hint}`, /ecs secret|ECSACCESSKEY/)
      assert.equal(asked.length, 2)
    })
  }

  it('fails where nobody listens', async () => {
    await assert.rejects(askMetadataService('http://127.0.0.1:9', never()), /ECONNREFUSED/)
  })

  it('ends with the reason of the signal', async (t) => {
    const ending = new AbortController()
    const server = await startMetadataServer(t, () => {
      ending.abort(new Error('interrupted'))
      return { kind: 'silence', after: 'nothing' }
    })
    await assert.rejects(askMetadataService(server.endpoint, ending.signal), /^Error: interrupted$/)
    assert.equal(server.asked.length, 1)
  })

  for (const endpoint of [
    'https://127.0.0.1',
    '127.0.0.1',
    'http://me:secret@host',
    'http://h/p',
  ]) {
    it(`refuses the address ${endpoint} without repeating it`, async () => {
      await assert.rejects(askMetadataService(endpoint, never()), (error) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.fault, 'credentials')
        assert.equal(error.message, 'OBS_ECS_METADATA_ENDPOINT is not well-formed')
        return true
      })
    })
  }
})

const GOOD: MetadataAnswer = { kind: 'keys', account: ACCOUNT }

function noToken(): MetadataAnswer {
  const { sessionToken: _left, ...account } = ACCOUNT
  return { kind: 'text', status: 200, text: securityKey(account) }
}

/** Asks a server that gives these answers, the last one again and again. */
async function ask(t: TestContext, ...answers: readonly MetadataAnswer[]) {
  const [first = GOOD] = answers
  const server = await startMetadataServer(t, (nth) => answers[nth - 1] ?? answers.at(-1) ?? first)
  const found = await askMetadataService(server.endpoint, never()).then(
    (keys) => ({ keys, error: undefined }),
    (error: unknown) => ({ keys: undefined, error }),
  )
  return { ...found, ...server }
}
