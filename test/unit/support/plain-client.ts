import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { systemCode } from '../../../src/core/errors.ts'

/** What a client without any forgiveness saw. */
export interface Seen {
  /** 0 where no head came. */
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As far as it came. */
  readonly body: Buffer
  /** The code of the error that ended the exchange, or '' where all was well. */
  readonly error: string
}

/**
 * Sends one request on a connection of its own and never rejects. An exchange that takes ten seconds
 * ends as ABORT_ERR: a fault that does not come must fail a test, not hang it.
 */
export function exchange(url: string, options: RequestOptions = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let head: { status: number; headers: IncomingHttpHeaders } = { status: 0, headers: {} }
    const settle = (error: string) => resolve({ ...head, body: Buffer.concat(chunks), error })
    const signal = AbortSignal.timeout(10_000)
    const send = url.startsWith('https:') ? tlsRequest : request
    const outgoing = send(url, { agent: false, signal, ...options }, (response) => {
      head = { status: response.statusCode ?? 0, headers: response.headers }
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', (error) => settle(systemCode(error)))
      response.on('end', () => settle(''))
    })
    outgoing.on('error', (error) => settle(systemCode(error)))
    outgoing.end()
  })
}
