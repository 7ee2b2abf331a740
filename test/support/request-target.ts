import type { IncomingMessage } from 'node:http'
import type { Arrival } from './request-log.ts'

/**
 * What a request asks for, in path style. Only percent-escapes are decoded: a plus in a path is a plus,
 * and dots and double slashes belong to the key.
 */
export function readArrival(message: IncomingMessage): Arrival {
  const { headers, method = '' } = message
  // A client that goes through a proxy sends the whole URL.
  const target = (message.url ?? '').replace(/^https?:\/\/[^/]*/, '')
  const [path = '', ...query] = target.split('?')
  const [bucket = '', ...key] = path.slice(1).split('/').map(decode)
  return {
    method,
    target,
    bucket,
    key: key.join('/'),
    versionId: new URLSearchParams(query.join('?')).get('versionId') ?? undefined,
    range: headers.range,
    ifMatch: headers['if-match'],
    headers,
  }
}

/** A segment that is no UTF-8 stays as it is: no object has such a name, so the answer is a 404. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
