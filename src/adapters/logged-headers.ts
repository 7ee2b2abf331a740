import type { S3Client } from '@aws-sdk/client-s3'
import type { Log } from '../core/ports.ts'
import { isRawHead, type RawHead } from './response-head.ts'

/**
 * Writes the headers of every request and answer of the client as they go over the wire, but for
 * those that somebody could ask with in our name. Added after `sendThroughProxy`, it sees what that
 * has made of a request.
 */
export function logHeaders(client: S3Client, log: Log): void {
  const watcher = watchHeaders(log)
  client.middlewareStack.add(
    (next) => async (args) => {
      const { request: sent } = args
      if (!isSent(sent)) return next(args)
      const request = { method: sent.method, path: sent.path, headers: () => sent.headers }
      watcher.asked(request)
      const result = await next(args)
      const { response } = result
      if (isRawHead(response)) watcher.answered(request, response)
      return result
    },
    // The last step before the wire: the answer has not yet become an error where it is one.
    { step: 'deserialize', priority: 'low', name: 'logHeaders' },
  )
}

/** Told of what goes over the wire, but for bodies. */
export interface HeaderWatcher {
  asked(request: WireRequest): void
  answered(request: WireRequest, answer: RawHead): void
}

interface WireRequest {
  readonly method: string
  readonly path: string
  readonly headers: () => Headers
}

type Headers = Readonly<Record<string, string | undefined>>

/** A watcher that writes what `logHeaders` writes. */
export function watchHeaders(log: Log): HeaderWatcher {
  return {
    asked(request) {
      log.debug(`${request.method} ${urlOf(request)} asks with ${describe(request.headers())}`)
    },
    answered(request, { statusCode, headers }) {
      log.debug(
        `${request.method} ${urlOf(request)} is answered ${statusCode} with ${describe(headers)}`,
      )
    },
  }
}

/** A watcher that looks away. */
export const noWatcher: HeaderWatcher = { asked: () => undefined, answered: () => undefined }

/** A request as the SDK's client has it. */
interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Headers
}

function isSent(value: unknown): value is Sent {
  return (
    typeof value === 'object' &&
    value !== null &&
    'method' in value &&
    'path' in value &&
    'headers' in value
  )
}

/** Through a proxy the path is a whole URL already. */
function urlOf({ path, headers }: WireRequest): string {
  return path.startsWith('/') ? `${headers()['host'] ?? ''}${path}` : path
}

const SECRET_NAME = /authorization|authenticate|token|cookie|secret|credential|signature/i

function describe(headers: Headers): string {
  return Object.entries(headers)
    .filter(([name]) => !SECRET_NAME.test(name))
    .map(([name, value]) => `${name} [${value ?? ''}]`)
    .join(', ')
}
