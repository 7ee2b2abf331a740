import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Config } from '../../src/core/config.ts'
import { resolveConfig } from '../../src/core/config.ts'
import { addSecrets, maskAccessKey, createRedact, secretsOf } from '../../src/core/secrets.ts'

describe('`maskAccessKey()`', () => {
  for (const [ak, masked] of [
    ['AKIAIOSFODNN7EXAMPLE', 'AKIA****'],
    ['AK', 'AK****'],
    ['', ''],
  ] as const) {
    it(`shows "${ak}" as "${masked}"`, () => assert.equal(maskAccessKey(ak), masked))
  }
})

describe('`createRedact()`', () => {
  const cases: readonly [text: string, secrets: readonly string[], redacted: string][] = [
    ['sk=topsecret, again topsecret', ['topsecret'], 'sk=****, again ****'],
    ['nothing here', ['topsecret', ''], 'nothing here'],
    ['abc abcd', ['abc'], 'abc abcd'],
    ['a.c* abcc', ['a.c*'], '**** abcc'],
    ['topsecret and top', ['tops', 'topsecret'], '**** and top'],
    ['?token=a%2Fb%2Bc%3D%3D', ['a/b+c=='], '?token=****'],
    ['$& $1', ['$& $'], '****1'],
  ]
  for (const [text, secrets, redacted] of cases) {
    it(`makes "${redacted}" of "${text}"`, () =>
      assert.equal(createRedact(secrets)(text), redacted))
  }

  it('leaves no secret, wherever and however often it stands', () => {
    const secret = fc.string({ minLength: 4, unit: 'binary' }).filter((text) => !text.includes('*'))
    fc.assert(
      fc.property(secret, fc.array(fc.string()), (text, around) => {
        assert.ok(!createRedact([text])(around.join(text)).includes(text))
      }),
    )
  })
})

describe('`secretsOf()`', () => {
  it('lists keys, token and the password of the proxy', () => {
    const config = configOf({
      ak: 'AKIAIOSFODNN7EXAMPLE',
      sk: 'SKSK',
      token: 'TOKEN',
      proxyUrl: 'http://me:pass:w@rd@host:1',
    })
    assert.deepEqual(secretsOf(config), ['AKIAIOSFODNN7EXAMPLE', 'SKSK', 'TOKEN', 'pass:w@rd'])
  })

  it('finds the password of a proxy without a scheme, and none where there is none', () => {
    assert.deepEqual(secretsOf(configOf({ proxyUrl: 'me:passw@host:1' })), ['passw'])
    assert.deepEqual(secretsOf(configOf({ proxyUrl: 'http://host:31281' })), [])
    assert.deepEqual(secretsOf(configOf({ proxyUrl: 'http://host:31281/a@b' })), [])
  })

  it('lists the password of the proxy as it is written and as the proxy gets it', () => {
    const config = configOf({ proxyUrl: 'http://me:p%40ss%2Fword@host:1' })
    assert.deepEqual(secretsOf(config), ['p%40ss%2Fword', 'p@ss/word'])
    assert.deepEqual(secretsOf(configOf({ proxyUrl: 'me:100%sure@host' })), ['100%sure'])
  })

  it('takes a user of the proxy without a password for a token', () => {
    for (const [proxyUrl, secrets] of [
      ['http://to%2Dken@host:1', ['to%2Dken', 'to-ken']],
      ['https://token:@host', ['token']],
      ['token@host:1', ['token']],
      ['http://user:word@host', ['word']],
    ] as const) {
      assert.deepEqual(secretsOf(configOf({ proxyUrl })), secrets)
    }
  })

  it('leaves out what is empty or as short as a word', () => {
    assert.deepEqual(secretsOf(configOf({ ak: 'minioadmin', sk: 'abc' })), [])
  })
})

describe('`addSecrets()`', () => {
  it('adds only what is new, however often keys are renewed', () => {
    const secrets = ['first', 'proxy password']
    for (const sk of ['first', 'second', 'first', 'second']) {
      addSecrets(secrets, [sk, 'proxy password'])
    }
    assert.deepEqual(secrets, ['first', 'proxy password', 'second'])
  })
})

function configOf(entries: Record<string, string>): Config {
  const surroundings = { home: '/home/me', environment: {} }
  return resolveConfig(new Map(Object.entries(entries)), surroundings).config
}
