import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { KEYS } from '../../src/core/config-keys.ts'
import type { Config, ResolvedConfig } from '../../src/core/config.ts'
import { resolveConfig } from '../../src/core/config.ts'

describe('`resolveConfig()`', () => {
  it('has the defaults of the manual', () => {
    const { config, warnings } = resolve({})
    assert.deepEqual(warnings, [])
    assert.deepEqual(config, {
      endpoint: '',
      region: '',
      ak: '',
      sk: '',
      token: '',
      autoChooseSecurityProvider: false,
      connectTimeoutMs: 30_000,
      socketTimeoutMs: 310_000,
      maxRetryCount: 3,
      maxConnections: 1000,
      proxyUrl: '',
      proxyOrigin: 'environment',
      noProxy: '',
      rateLimitBytesPerSecond: 0,
      readBufferBytes: 8192,
      writeBufferBytes: 65_536,
      bigFileThresholdBytes: 52_428_800,
      partSize: 'auto',
      parallels: 5,
      jobs: 5,
      tempFolder: '',
      checkSourceChange: false,
      checkETagMd5: true,
      skipCheckEmptyFolder: false,
      fsyncForDownload: false,
      forceOverwriteForDownload: true,
      fastFailThreshold: 5,
      abortStatuses: new Set([401, 403, 404, 405, 409]),
      roundPauseMs: 10_000,
      recordMaxBytes: 31_457_280,
      recordBackups: 1024,
      utilLog: {
        path: '/home/me/.obsutil_log/obsutil.log',
        level: 'INFO',
        maxSizeBytes: 31_457_280,
        backups: 10,
      },
      sdkLog: {
        path: '/home/me/.obsutil_log/obssdk.log',
        level: 'WARN',
        maxSizeBytes: 31_457_280,
        backups: 10,
      },
      humanReadableFormat: true,
      showProgressBar: true,
      showStartTime: true,
      helpLanguage: 'English',
    })
    assert.ok(
      Object.isFrozen(config) && Object.isFrozen(config.utilLog) && Object.isFrozen(config.sdkLog),
    )
  })

  const accepted: readonly [key: string, text: string, changes: Partial<Config>][] = [
    ['connectTimeout', '1', { connectTimeoutMs: 1000 }],
    ['socketTimeout', '86400', { socketTimeoutMs: 86_400_000 }],
    ['maxRetryCount', '0', { maxRetryCount: 0 }],
    ['maxConnections', '1', { maxConnections: 1 }],
    ['rateLimitThreshold', '10KB', { rateLimitBytesPerSecond: 10_240 }],
    ['rateLimitThreshold', '10240', { rateLimitBytesPerSecond: 10_240 }],
    ['rateLimitThreshold', '0', {}],
    ['readBufferIoSize', '64KB', { readBufferBytes: 65_536 }],
    ['writeBufferIoSize', '1MB', { writeBufferBytes: 1_048_576 }],
    ['defaultBigfileThreshold', '1MB', { bigFileThresholdBytes: 1_048_576 }],
    ['defaultPartSize', 'AUTO', {}],
    ['defaultPartSize', '9437184', { partSize: 9_437_184 }],
    ['defaultPartSize', '9mb', { partSize: 9_437_184 }],
    ['defaultParallels', '7', { parallels: 7 }],
    ['defaultJobs', '+8', { jobs: 8 }],
    ['defaultTempFileDir', '/t m/p', { tempFolder: '/t m/p' }],
    ['checkSourceChange', 'true', { checkSourceChange: true }],
    ['checkETagMd5', 'false', { checkETagMd5: false }],
    ['skipCheckEmptyFolder', 'TRUE', { skipCheckEmptyFolder: true }],
    ['fsyncForDownload', 'True', { fsyncForDownload: true }],
    ['forceOverwriteForDownload', 'false', { forceOverwriteForDownload: false }],
    ['fastFailThreshold', '-1', { fastFailThreshold: -1 }],
    ['abortHttpStatusForResumableTasks', '403', { abortStatuses: new Set([403]) }],
    ['abortHttpStatusForResumableTasks', '403, 500', { abortStatuses: new Set([403, 500]) }],
    ['roundPause', '0', { roundPauseMs: 0 }],
    ['recordMaxLogSize', '1024', { recordMaxBytes: 1024 }],
    ['recordBackups', '1', { recordBackups: 1 }],
    ['humanReadableFormat', 'false', { humanReadableFormat: false }],
    ['helpLanguage', 'chinese', { helpLanguage: 'Chinese' }],
    ['region', 'eu-west-101', { region: 'eu-west-101' }],
    ['autoChooseSecurityProvider', 'true', { autoChooseSecurityProvider: true }],
    ['akCrr', 'anything', {}],
    ['faultTolerantMode', 'whatever', {}],
  ]
  for (const [key, text, changes] of accepted) {
    it(`accepts ${key}=${text}`, () => {
      const expected = { ...resolve({}).config, ...changes }
      assert.deepEqual(resolve({ [key]: text }), { config: expected, warnings: [] })
    })
  }

  const refused: readonly [key: string, text: string, fallback: string][] = [
    ['connectTimeout', 'soon', '30'],
    ['connectTimeout', '0', '30'],
    ['connectTimeout', '1.5', '30'],
    ['socketTimeout', '86401', '310'],
    ['maxRetryCount', '-1', '3'],
    ['maxRetryCount', '99999999999999999999', '3'],
    ['maxConnections', '0', '1000'],
    ['rateLimitThreshold', '10239', '0'],
    ['rateLimitThreshold', '-1', '0'],
    ['readBufferIoSize', '1TB', '8192'],
    ['defaultBigfileThreshold', '1.5MB', '52428800'],
    ['defaultPartSize', '0', 'auto'],
    ['defaultPartSize', 'automatic', 'auto'],
    ['defaultParallels', '0x10', '5'],
    ['defaultJobs', '', ''],
    ['checkSourceChange', 'yes', 'false'],
    ['showProgressBar', 'constructor', 'true'],
    ['fastFailThreshold', 'Infinity', '5'],
    ['abortHttpStatusForResumableTasks', '403,', '401,403,404,405,409'],
    ['abortHttpStatusForResumableTasks', '4030', '401,403,404,405,409'],
    ['utilLogLevel', 'LOUD', 'INFO'],
    ['sdkLogLevel', 'LOUD', 'WARN'],
    ['recordBackups', '0', '1024'],
    ['helpLanguage', 'German', 'English'],
  ]
  for (const [key, text, fallback] of refused) {
    const warns = text !== ''
    it(`uses the default for ${key}=${text} and ${warns ? 'warns' : 'says nothing'}`, () => {
      const { config, warnings } = resolve({ [key]: text })
      assert.deepEqual(config, resolve({}).config)
      assert.equal(warnings.length, warns ? 1 : 0)
      if (!warns) return
      assert.match(
        warnings[0] ?? '',
        new RegExp(`^The value \\[${text}\\] of the configuration key \\[${key}\\] is not `),
      )
      assert.ok(warnings[0]?.endsWith(`; the default [${fallback}] is used`), warnings[0])
    })
  }

  it('reads the settings of the two logs apart', () => {
    const { config } = resolve({
      utilLogPath: '/l/u',
      utilLogLevel: 'debug',
      utilMaxLogSize: '1KB',
      utilLogBackups: '0',
      sdkLogPath: '/l/s',
      sdkLogLevel: 'OFF',
      sdkMaxLogSize: '2KB',
      sdkLogBackups: '2',
    })
    assert.deepEqual(config.utilLog, {
      path: '/l/u',
      level: 'DEBUG',
      maxSizeBytes: 1024,
      backups: 0,
    })
    assert.deepEqual(config.sdkLog, { path: '/l/s', level: 'OFF', maxSizeBytes: 2048, backups: 2 })
  })

  it('never puts a key, a token or the proxy into a warning', () => {
    const secret = fc.stringMatching(/^[a-z]{12}$/).map((text) => `SECRET${text}`)
    fc.assert(
      fc.property(secret, (text) => {
        const keys = ['ak', 'sk', 'token', 'proxyUrl', 'endpoint', 'akCrr', 'skCrr', 'tokenCrr']
        const { warnings } = resolve(Object.fromEntries(keys.map((key) => [key, text])))
        assert.deepEqual(warnings, [])
      }),
    )
  })

  it('has for each key a default that its own rule accepts', () => {
    for (const { key, fallbackText } of Object.values(KEYS)) {
      assert.deepEqual(resolve({ [key]: fallbackText }), resolve({}), key)
    }
  })

  it('never throws, whatever the file holds', () => {
    const key = fc.oneof(fc.constantFrom(...Object.keys(KEYS)), fc.string())
    fc.assert(
      fc.property(fc.dictionary(key, fc.string()), (entries) => {
        const { config } = resolve(entries)
        for (const value of Object.values(config)) assert.notEqual(value, undefined)
        assert.ok(config.jobs >= 1 && config.parallels >= 1 && config.maxConnections >= 1)
      }),
    )
  })
})

const nowhere = { home: '/home/me', environment: {} }

function resolve(entries: Record<string, string>): ResolvedConfig {
  return resolveConfig(new Map(Object.entries(entries)), nowhere)
}
