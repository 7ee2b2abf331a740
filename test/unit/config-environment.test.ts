import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ResolvedConfig } from '../../src/core/config.ts'
import { resolveConfig } from '../../src/core/config.ts'

describe('`resolveConfig()` with an environment', () => {
  it('fills what the file leaves empty from the environment', () => {
    const { config } = resolve(
      {
        endpoint: 'http://your-endpoint',
        ak: '*** Provide your Access Key ***',
        sk: '',
        token: '',
      },
      {
        OBS_ENDPOINT: 'https://obs.example.com',
        OBS_ACCESS_KEY_ID: 'ENVAK',
        OBS_SECRET_ACCESS_KEY: ' ENVSK ',
        OBS_SECURITY_TOKEN: 'ENVTOKEN',
      },
    )
    const { endpoint, ak, sk, token } = config
    assert.deepEqual(
      [endpoint, ak, sk, token],
      ['https://obs.example.com', 'ENVAK', 'ENVSK', 'ENVTOKEN'],
    )
  })

  it('prefers the file to the environment, key by key', () => {
    const { config } = resolve(
      { ak: 'FILEAK' },
      { OBS_ACCESS_KEY_ID: 'ENVAK', OBS_SECRET_ACCESS_KEY: 'ENVSK' },
    )
    assert.deepEqual([config.ak, config.sk], ['FILEAK', 'ENVSK'])
  })

  const placeholders = [
    ['ak', '*** Provide your Access Key ***'],
    ['sk', '*** Provide your Secret Key ***'],
    ['endpoint', 'http://your-endpoint'],
    ['endpoint', 'https://your-endpoint:443'],
    ['endpoint', 'your-endpoint'],
  ] as const
  for (const [key, placeholder] of placeholders) {
    it(`takes the placeholder ${placeholder} of ${key} as empty`, () => {
      assert.equal(resolve({ [key]: placeholder }).config[key], '')
    })
  }

  it('asks for the proxy in the file, then HTTPS_PROXY, then HTTP_PROXY, in either case', () => {
    const environment = { HTTPS_PROXY: 'http://b', HTTP_PROXY: 'http://d', NO_PROXY: 'x' }
    const proxies = [
      resolve({ proxyUrl: 'http://a' }, environment),
      resolve({}, environment),
      resolve({}, { ...environment, HTTPS_PROXY: '', https_proxy: 'http://c' }),
      resolve({}, { HTTP_PROXY: 'http://d' }),
      resolve({}, { http_proxy: 'http://e', no_proxy: 'y' }),
    ].map(({ config }) => `${config.proxyUrl} ${config.noProxy} ${config.proxyOrigin}`)
    assert.deepEqual(proxies, [
      'http://a x configuration',
      'http://b x environment',
      'http://c x environment',
      'http://d  environment',
      'http://e y environment',
    ])
  })
})

function resolve(
  entries: Record<string, string>,
  environment: Record<string, string> = {},
): ResolvedConfig {
  return resolveConfig(new Map(Object.entries(entries)), { home: '/home/me', environment })
}
