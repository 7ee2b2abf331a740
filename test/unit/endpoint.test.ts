import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { resolveConfig } from '../../src/core/config.ts'
import { parseEndpoint } from '../../src/core/endpoint.ts'
import { AppError } from '../../src/core/errors.ts'
import { chooseProxy } from '../../src/core/proxy.ts'

describe('`parseEndpoint()`', () => {
  const cases: readonly [text: string, url: string, port: number, style: 'path' | 'virtual'][] = [
    ['obs.example.com', 'https://obs.example.com', 443, 'virtual'],
    ['https://obs.example.com', 'https://obs.example.com', 443, 'virtual'],
    ['https://obs.example.com:443', 'https://obs.example.com', 443, 'virtual'],
    ['http://obs.example.com/', 'http://obs.example.com', 80, 'virtual'],
    ['HTTP://OBS.Example.com:8080', 'http://obs.example.com:8080', 8080, 'virtual'],
    ['obs.example.com:9000', 'https://obs.example.com:9000', 9000, 'virtual'],
    ['minio', 'https://minio', 443, 'virtual'],
    ['127.0.0.1', 'https://127.0.0.1', 443, 'path'],
    ['http://127.0.0.1:9000', 'http://127.0.0.1:9000', 9000, 'path'],
    ['http://[::1]:9000', 'http://[::1]:9000', 9000, 'path'],
    ['[2001:DB8::1]', 'https://[2001:db8::1]', 443, 'path'],
    ['localhost:9000', 'https://localhost:9000', 9000, 'path'],
    ['http://LocalHost', 'http://localhost', 80, 'path'],
    ['http://localhost.example.com', 'http://localhost.example.com', 80, 'virtual'],
    ['http://1.2.3.4.example.com', 'http://1.2.3.4.example.com', 80, 'virtual'],
  ]
  for (const [text, url, port, style] of cases) {
    it(`reads ${text} as ${url}, addressed ${style}`, () => {
      const endpoint = parseEndpoint(text)
      assert.deepEqual(
        { url: endpoint.url, port: endpoint.port, style: endpoint.style },
        { url, port, style },
      )
      assert.equal(endpoint.host, new URL(url).hostname)
    })
  }

  const regions: readonly [text: string, configured: string, region: string][] = [
    ['https://obs.cn-north-4.myhuaweicloud.com', '', 'cn-north-4'],
    ['https://obs.cn-north-4.myhuaweicloud.com:443', 'other', 'cn-north-4'],
    ['OBS.EU-DE.otc.t-systems.com', '', 'eu-de'],
    ['obs.region1.example.com', '', 'region1'],
    ['obs.eu-de.cloud', '', 'eu-de'],
    ['obs.myhuaweicloud.com', '', 'region'],
    ['obs.myhuaweicloud.com', 'eu-de', 'eu-de'],
    ['storage.eu-de.example.com', '', 'region'],
    ['storage.eu-de.example.com', 'eu-west-101', 'eu-west-101'],
    ['obs.local', '', 'region'],
    ['http://127.0.0.1:9000', '', 'region'],
    ['http://127.0.0.1:9000', 'here', 'here'],
  ]
  for (const [text, configured, region] of regions) {
    it(`signs for the region ${region} at ${text}${configured && ` with region=${configured}`}`, () => {
      assert.equal(parseEndpoint(text, configured).region, region)
    })
  }

  const malformed = [
    '',
    ' ',
    'http://',
    'ftp://obs.example.com',
    'https://obs.example.com/path',
    'https://obs.example.com?x=1',
    'https://obs.example.com#x',
    'https://obs.example.com:port',
    'https://obs.example.com:99999',
    'obs example.com',
    'obs.example.com\\x',
    'http://[::1',
    'http://999.1.1.1',
  ]
  for (const text of malformed) {
    it(`refuses "${text}"`, () => {
      assert.throws(
        () => parseEndpoint(text),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.equal(error.fault, 'initialise')
          assert.equal(error.message, `The endpoint [${text}] is not well-formed`)
          return true
        },
      )
    })
  }

  for (const text of ['https://me:secret@obs.example.com', 'me:secret@obs.example.com']) {
    it(`refuses ${text} without showing the password`, () => {
      assert.throws(
        () => parseEndpoint(text),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.match(error.message, /\*\*\*\*@obs\.example\.com/)
          assert.doesNotMatch(error.message, /secret/)
          return true
        },
      )
    })
  }

  it('reads its own URL back as the same endpoint', () => {
    fc.assert(
      fc.property(
        fc.webAuthority({ withPort: true }),
        fc.constantFrom('http', 'https'),
        (authority, scheme) => {
          const endpoint = parseEndpoint(`${scheme}://${authority}`, 'here')
          assert.deepEqual(parseEndpoint(endpoint.url, 'here'), endpoint)
        },
      ),
    )
  })
})

describe('`chooseProxy()`', () => {
  const proxies: readonly [proxyUrl: string, url: string | undefined][] = [
    ['', undefined],
    ['http://proxy:3128', 'http://proxy:3128/'],
    ['proxy:3128', 'http://proxy:3128/'],
    ['https://me:p%40ss@proxy', 'https://me:p%40ss@proxy/'],
    ['me:pass@proxy:3128', 'http://me:pass@proxy:3128/'],
  ]
  for (const [proxyUrl, url] of proxies) {
    it(`reads "${proxyUrl}" as ${url}`, () => {
      assert.equal(choose(proxyUrl, '', 'obs.example.com:443'), url)
    })
  }

  for (const proxyUrl of [
    'socks5://me:secret@proxy',
    'http://me:secret@:1',
    'http://me:secret@proxy:x',
  ]) {
    it(`refuses ${proxyUrl} without showing it`, () => {
      assert.throws(
        () => choose(proxyUrl, '', 'obs.example.com:443'),
        (error) => {
          assert.ok(error instanceof AppError)
          assert.equal(error.fault, 'initialise')
          assert.doesNotMatch(`${error.message}${error.hint}`, /secret/)
          return true
        },
      )
    })
  }

  const lists: readonly [noProxy: string, target: string, direct: 'direct' | 'proxied'][] = [
    ['', 'obs.example.com:443', 'proxied'],
    ['*', 'obs.example.com:443', 'direct'],
    ['example.com', 'obs.example.com:443', 'direct'],
    ['.example.com', 'obs.example.com:443', 'direct'],
    ['*.example.com', 'obs.example.com:443', 'direct'],
    ['EXAMPLE.com', 'example.com:443', 'direct'],
    ['ample.com', 'example.com:443', 'proxied'],
    ['a.test, example.com', 'example.com:443', 'direct'],
    ['a.test b.test', 'b.test:443', 'direct'],
    ['example.com:8443', 'example.com:443', 'proxied'],
    ['example.com:443', 'example.com:443', 'direct'],
    ['127.0.0.1', '127.0.0.1:9000', 'direct'],
    ['127.0.0.1:80', '127.0.0.1:9000', 'proxied'],
    ['10.0.0.0/8', '10.200.3.4:80', 'direct'],
    ['10.0.0.0/8', '11.0.0.1:80', 'proxied'],
    ['192.168.1.128/25', '192.168.1.127:80', 'proxied'],
    ['0.0.0.0/0', '203.0.113.9:80', 'direct'],
    ['10.0.0.0/33', '10.0.0.0:80', 'proxied'],
    ['10.0.0.0/8', '10.example.com:80', 'proxied'],
    ['::1', '[::1]:80', 'direct'],
    ['[::1]', '[::1]:80', 'direct'],
    ['[::1]:81', '[::1]:80', 'proxied'],
    [',,', 'example.com:80', 'proxied'],
  ]
  for (const [noProxy, target, direct] of lists) {
    it(`says that ${target} is ${direct} with NO_PROXY "${noProxy}"`, () => {
      const url = choose('http://proxy', noProxy, target)
      assert.equal(url, direct === 'direct' ? undefined : 'http://proxy/')
    })
  }

  const machines: readonly [target: string, whose: 'this' | 'another'][] = [
    ['localhost:9000', 'this'],
    ['127.0.0.1:9000', 'this'],
    ['127.255.3.4:443', 'this'],
    ['[::1]:9000', 'this'],
    ['[::ffff:127.0.0.1]:9000', 'this'],
    ['128.0.0.1:9000', 'another'],
    ['127.example.com:80', 'another'],
    ['localhost.example.com:80', 'another'],
    ['[::2]:80', 'another'],
    ['[::ffff:0.127.0.1]:80', 'another'],
    ['[fe80::1]:80', 'another'],
  ]
  for (const [target, whose] of machines) {
    it(`goes by the environment to ${target} ${whose === 'this' ? 'directly' : 'through its proxy'}, and by proxyUrl through that`, () => {
      for (const name of ['HTTPS_PROXY', 'http_proxy']) {
        const url = chooseFrom({}, { [name]: 'http://env' }, target)
        assert.equal(url, whose === 'this' ? undefined : 'http://env/')
      }
      const environment = { HTTPS_PROXY: 'http://env' }
      assert.equal(chooseFrom({ proxyUrl: 'http://proxy' }, environment, target), 'http://proxy/')
    })
  }
})

function choose(proxyUrl: string, noProxy: string, target: string): string | undefined {
  return chooseFrom({ proxyUrl }, { NO_PROXY: noProxy }, target)
}

function chooseFrom(
  entries: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>>,
  target: string,
): string | undefined {
  const { config } = resolveConfig(new Map(Object.entries(entries)), {
    home: '/home/me',
    environment,
  })
  const { hostname, port } = new URL(`x://${target}`)
  return chooseProxy(config, { host: hostname, port: Number(port) })
}
