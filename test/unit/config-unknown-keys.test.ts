import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KEYS } from '../../src/core/config-keys.ts'
import { resolveConfig } from '../../src/core/config.ts'

describe('`resolveConfig()` and keys that it does not know', () => {
  for (const key of ['Endpoint', 'maxRetries', 'constructor', '__proto__']) {
    it(`warns of the unknown key ${key}`, () => {
      const { config, warnings } = resolveConfig(new Map([[key, 'SECRET-VALUE']]), nowhere)
      assert.deepEqual(config, resolve({}).config)
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', /^The configuration key \[.+\] is unknown and has no effect/)
      assert.doesNotMatch(warnings[0] ?? '', /SECRET/)
    })
  }

  for (const [key, meant] of [
    ['Endpoint', 'endpoint'],
    ['ENDPIONT', 'endpoint'],
    ['defaultJob', 'defaultJobs'],
    ['connectTimeouts', 'connectTimeout'],
    ['aks', 'ak'],
    ['tokens', 'token'],
  ] as const) {
    it(`takes the unknown key ${key} for a slip of ${meant}`, () => {
      assert.deepEqual(resolve({ [key]: 'SECRET' }).warnings, [
        `The configuration key [${key}] is unknown and has no effect; did you mean [${meant}]?`,
      ])
    })
  }

  for (const key of [
    'abcdSECRET+SECRET/SECRET',
    'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY',
    'sk123SECRET',
    'skSECRETx',
    'S3cr',
    'maxRetries',
  ]) {
    it(`shows nothing of the unknown key ${key}, which may be a secret without its key`, () => {
      const entries = new Map([[key, '=']])
      const { warnings } = resolveConfig(entries, nowhere, new Map([[key, 7]]))
      assert.deepEqual(warnings, [
        'The configuration key [****] in line 7 is unknown and has no effect',
      ])
    })
  }

  it('shows no control character of an unknown key', () => {
    assert.deepEqual(resolve({ 'token\u001B': 'x' }).warnings, [
      'The configuration key [****] is unknown and has no effect; did you mean [token]?',
    ])
  })

  it('shows no three characters in a row of an unknown key that are not of a known one', () => {
    const secret = fc.stringMatching(/^[A-Z0-9]{3,30}$/)
    const name = fc.constantFrom(...Object.keys(KEYS))
    fc.assert(
      fc.property(name, secret, (before, text) => {
        const shown = resolve({ [`${before}#${text}`]: 'x' }).warnings.join('\n')
        assert.ok(!shown.includes(text), shown)
      }),
    )
  })
})

const nowhere = { home: '/home/me', environment: {} }

function resolve(entries: Readonly<Record<string, string>>) {
  return resolveConfig(new Map(Object.entries(entries)), nowhere)
}
