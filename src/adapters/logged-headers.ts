import type { S3Client } from '@aws-sdk/client-s3'
import type { Log } from '../core/ports.ts'
import { isRawHead } from './response-head.ts'

/**
 * Writes the headers of every request and answer of the client as they go over the wire, but for
 * those that somebody could ask with in our name. Added after `sendThroughProxy`, it sees what that
 * has made of a request.
 */
export function logHeaders(client: S3Client, log: Log): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args
      const what = isHttpRequest(request) ? `${request.method} ${urlOf(request)}` : 'a request'
      if (isHttpRequest(request)) log.debug(`${what} asks with ${describe(request.headers)}`)
      const result = await next(args)
      const { response } = result
      if (isRawHead(response)) {
        log.debug(`${what} is answered ${response.statusCode} with ${describe(response.headers)}`)
      }
      return result
    },
    // The last step before the wire: the answer has not yet become an error where it is one.
    { step: 'deserialize', priority: 'low', name: 'logHeaders' },
  )
}

interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

function isHttpRequest(value: unknown): value is HttpRequest {
  return (
    typeof value === 'object' &&
    value !== null &&
    'method' in value &&
    'path' in value &&
    'headers' in value
  )
}

/** Through a proxy the path is a whole URL already. */
function urlOf({ path, headers }: HttpRequest): string {
  return path.startsWith('/') ? `${headers['host'] ?? ''}${path}` : path
}

const SECRET_NAME = /authorization|authenticate|token|cookie|secret|credential|signature/i

function describe(headers: HttpRequest['headers']): string {
  return Object.entries(headers)
    .filter(([name]) => !SECRET_NAME.test(name))
    .map(([name, value]) => `${name} [${value ?? ''}]`)
    .join(', ')
}
