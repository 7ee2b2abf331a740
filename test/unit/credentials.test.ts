import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Config } from '../../src/core/config.ts'
import { resolveConfig } from '../../src/core/config.ts'
import { refusalOf, renewalTimeOf, requireCredentials } from '../../src/core/credentials.ts'
import { AppError, ItemError } from '../../src/core/errors.ts'

/** 20 and 40 characters, encrypted as the official tool does it: 2 and 3 blocks. */
const ENCRYPTED_AK = 'q8Ht0bq2Yb0c5dQ0bY6ZpV3xq1yV0m0lq2v5y4Jw1rk='
const ENCRYPTED_SK = 'q8Ht0bq2Yb0c5dQ0bY6ZpV3xq1yV0m0lq2v5y4Jw1rkZpV3xq1yV0m0lq2v5y4Jw'
const HOUR_MS = 3_600_000
const KEYS = { ak: 'ACCESSKEY', sk: 'secret', token: '' }
const HEX_64 = '0123456789abcdef'.repeat(4)

describe('`requireCredentials()`', () => {
  const complete = { endpoint: 'e', ak: 'A', sk: 'S' }

  it('returns the keys and the token', () => {
    const config = configOf({ ...complete, token: 'T' })
    assert.deepEqual(requireCredentials(config), { kind: 'keys', ak: 'A', sk: 'S', token: 'T' })
  })

  for (const missing of ['endpoint', 'ak', 'sk']) {
    it(`asks for ${missing} where it is missing`, () => {
      const config = configOf({ ...complete, [missing]: '' })
      assert.throws(
        () => requireCredentials(config),
        isFault('Please set ak, sk and endpoint in the configuration file!'),
      )
    })
  }

  it('leaves missing keys to the metadata service where that may be asked', () => {
    const config = configOf({ endpoint: 'e', autoChooseSecurityProvider: 'true' })
    assert.deepEqual(requireCredentials(config), { kind: 'metadata' })
  })

  it('asks for the endpoint even where the metadata service may be asked', () => {
    const config = configOf({ autoChooseSecurityProvider: 'true' })
    assert.throws(() => requireCredentials(config), isFault(/^Please set/))
  })

  it('prefers given keys to the metadata service', () => {
    const config = configOf({ ...complete, autoChooseSecurityProvider: 'true' })
    assert.equal(requireCredentials(config).kind, 'keys')
  })

  it('recognises keys that the official tool encrypted and says what to do', () => {
    const config = configOf({ endpoint: 'e', ak: ENCRYPTED_AK, sk: ENCRYPTED_SK })
    assert.throws(
      () => requireCredentials(config),
      (error) => {
        assert.ok(error instanceof AppError)
        assert.equal(error.fault, 'credentials')
        assert.match(error.message, /encrypted by the official obsutil/)
        assert.match(error.hint ?? '', /-config/)
        assert.ok(!`${error.message}${error.hint}`.includes(ENCRYPTED_AK.slice(0, 8)))
        return true
      },
    )
  })

  const plain: readonly [name: string, ak: string, sk: string][] = [
    ['keys of OBS and AWS', 'AKIAIOSFODNN7EXAMPLE', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
    ['a secret of 64 hex digits', HEX_64.slice(0, 32), HEX_64],
    ['two times 64 hex digits', HEX_64, HEX_64.toUpperCase()],
    ['a secret of 32 random bytes in base64', 'minioadmin', ENCRYPTED_AK],
    ['a plain ak beside an encrypted-looking sk', 'AKIAIOSFODNN7EXAMPLE', ENCRYPTED_SK],
    ['64 characters that are not base64', ENCRYPTED_AK, `-${ENCRYPTED_SK.slice(1)}`],
    ['padding in the middle', ENCRYPTED_AK, `=${ENCRYPTED_SK.slice(1)}`],
  ]
  for (const [name, ak, sk] of plain) {
    it(`does not take ${name} for encrypted ones`, () => {
      assert.equal(requireCredentials(configOf({ endpoint: 'e', ak, sk })).kind, 'keys')
    })
  }

  it('takes any whole number of blocks of random bytes for encrypted, and nothing else', () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(bytes, (random) => {
        const text = Buffer.from(random).toString('base64')
        fc.pre(!/^[\da-f]*$/i.test(text))
        const config = configOf({ endpoint: 'e', ak: text, sk: text })
        const check = (): unknown => requireCredentials(config)
        if (random.length % 16 === 0) assert.throws(check, AppError)
        else assert.doesNotThrow(check)
      }),
    )
  })
})

describe('`renewalTimeOf()`', () => {
  for (const [livesMs, renewsAfterMs] of [
    [24 * HOUR_MS, 24 * HOUR_MS - 300_000],
    [900_000, 810_000],
    [500, 1000],
    [-HOUR_MS, 1000],
  ] as const) {
    it(`is ${renewsAfterMs} ms after keys were got that live ${livesMs} ms`, () => {
      const keys = { ...KEYS, expiresAtMs: 7_000 + livesMs }
      const due = renewalTimeOf(keys, 7_000)
      assert.equal(livesMs < 0 ? Math.max(due, 8_000) : due, 7_000 + renewsAfterMs)
    })
  }

  it('is never for keys without an end', () => {
    assert.equal(renewalTimeOf(KEYS, 7_000), Number.POSITIVE_INFINITY)
  })
})

describe('`refusalOf()`', () => {
  const cases: readonly [status: number, code: string, refusal: string | undefined][] = [
    [401, 'Unauthorized', 'certain'],
    [403, 'InvalidAccessKeyId', 'certain'],
    [403, 'SignatureDoesNotMatch', 'certain'],
    [403, 'ExpiredToken', 'certain'],
    [400, 'ExpiredToken', 'certain'],
    [400, 'InvalidToken', 'certain'],
    [403, 'Forbidden', 'doubtful'],
    [400, 'BadRequest', 'doubtful'],
    [403, 'AccessDenied', undefined],
    [403, 'RequestTimeTooSkewed', undefined],
    [404, 'NotFound', undefined],
    [503, 'ExpiredToken', undefined],
    [0, 'ECONNRESET', undefined],
  ]
  for (const [status, code, refusal] of cases) {
    it(`takes ${status} ${code} for ${refusal ?? 'nothing about keys'}`, () => {
      assert.equal(refusalOf(new ItemError('no', { code, status })), refusal)
    })
  }
})

function configOf(entries: Record<string, string>): Config {
  const surroundings = { home: '/home/me', environment: {} }
  return resolveConfig(new Map(Object.entries(entries)), surroundings).config
}

function isFault(message: string | RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof AppError)
    assert.equal(error.fault, 'credentials')
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
    return true
  }
}
