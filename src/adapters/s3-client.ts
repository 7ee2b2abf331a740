import type { S3Client } from '@aws-sdk/client-s3'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Keys } from '../core/credentials.ts'
import { createConnections, type ConnectionOptions } from './connections.ts'
import { sendThroughProxy } from './proxy-requests.ts'
import { makeQuietClient } from './quiet-client.ts'
import { isRawHead, type RawHead } from './response-head.ts'
import { askAgainWhenStale } from './stale-connections.ts'

export interface S3ClientOptions extends ConnectionOptions {
  readonly region: string
  /** IP addresses and localhost have no subdomains. */
  readonly style: 'path' | 'virtual'
  /** Asked for each request. */
  readonly keys: () => Promise<Keys>
}

export interface S3Connection {
  readonly client: S3Client
  /** Status and headers of a command's answer as they came, given the command's output. */
  readonly rawHeadOf: (output: object) => RawHead
}

/** The SDK's client for a store, over connections that obey the limits of the run. */
export function connectS3(options: S3ClientOptions): S3Connection {
  const connections = createConnections(options)
  // Silence is timed where the body is read, which knows when we are the ones to be waited for.
  const handler = new NodeHttpHandler({ ...connections, socketTimeout: 0 })
  const client = makeQuietClient({
    endpoint: options.endpoint,
    region: options.region,
    forcePathStyle: options.style === 'path',
    credentials: async () => toIdentity(await options.keys()),
    requestHandler: askAgainWhenStale(handler, [connections.httpAgent, connections.httpsAgent]),
  })
  if (options.proxyUrl !== undefined && options.endpoint.startsWith('http:')) {
    sendThroughProxy(client, options.proxyUrl)
  }
  client.middlewareStack.add(
    (next) => (args) => {
      const { request } = args
      // A body that came compressed would have neither the length nor the bytes of the object.
      if (hasHeaders(request)) request.headers['accept-encoding'] = 'identity'
      return next(args)
    },
    { step: 'build', name: 'identityEncoding' },
  )
  // The SDK's outputs leave out headers that matter here: OBS metadata and request ids.
  const rawHeads = new WeakMap<object, RawHead>()
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args)
      if (isRawHead(result.response)) rawHeads.set(result.output, result.response)
      return result
    },
    // The outermost step: steps within make new objects of the output.
    { step: 'initialize', priority: 'high', name: 'keepRawHead' },
  )
  return {
    client,
    rawHeadOf(output) {
      const raw = rawHeads.get(output)
      if (raw === undefined) throw new Error('the SDK gave no HTTP response')
      return raw
    },
  }
}

/** The SDK keeps an identity for good that has no end, so this one ends before it is used. */
function toIdentity({ ak, sk, token }: Keys) {
  return {
    accessKeyId: ak,
    secretAccessKey: sk,
    ...(token !== '' && { sessionToken: token }),
    expiration: new Date(0),
  }
}

function hasHeaders(request: unknown): request is { headers: Record<string, string> } {
  return typeof request === 'object' && request !== null && 'headers' in request
}
