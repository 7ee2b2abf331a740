import type { S3Client } from '@aws-sdk/client-s3'

/**
 * Sends the client's requests for an http endpoint through a proxy: in absolute form (RFC 9112,
 * 3.2.2), with the name exactly as it was signed. Packages for this resolve `..` in it on the way,
 * and so would ask for another object.
 *
 * @param proxyUrl `http://[user:password@]host:port`, or https.
 */
export function sendThroughProxy(client: S3Client, proxyUrl: string): void {
  const proxy = new URL(proxyUrl)
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args
      if (isHttpRequest(request)) {
        request.path = `http://${request.headers['host'] ?? request.hostname}${request.path}`
        request.protocol = proxy.protocol
        request.hostname = proxy.hostname
        request.port = proxy.port === '' ? defaultPort(proxy) : Number(proxy.port)
        Object.assign(request.headers, authorization(proxy))
      }
      return next(args)
    },
    // The last step before the wire: what is signed is not touched.
    { step: 'deserialize', priority: 'low', name: 'sendThroughProxy' },
  )
}

interface MutableRequest {
  protocol: string
  hostname: string
  port?: number
  path: string
  readonly headers: Record<string, string>
}

function isHttpRequest(value: unknown): value is MutableRequest {
  return typeof value === 'object' && value !== null && 'hostname' in value && 'path' in value
}

function defaultPort(proxy: URL): number {
  return proxy.protocol === 'https:' ? 443 : 80
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` }
}
