import { createHash, createHmac, type BinaryLike } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import type { Keys } from '../core/credentials.ts'

interface UnsignedRequest {
  readonly method: 'GET' | 'HEAD'
  readonly hostname: string
  /** Percent-encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string>>
}

export interface RequestSigner {
  /** The headers of the request, with those that sign it (AWS Signature Version 4). */
  sign(request: UnsignedRequest, keys: Keys): Promise<Record<string, string>>
  /**
   * Told what time the store believes it is, in milliseconds since the epoch. Returns whether that is
   * so far from this machine's that signatures are refused, and made by the store's time from now on.
   */
  learnTime(storeMs: number): boolean
}

/** S3 refuses what was signed further than 15 minutes off; the SDK corrects from 5 on. */
const mostSkewMs = 5 * 60_000

/** Signs requests without a body. The time is in milliseconds since the epoch. */
export function createRequestSigner(region: string, now: () => number): RequestSigner {
  let skewMs = 0
  let signerFor = { keys: noKeys, signer: makeSigner(region, noKeys) }
  return {
    async sign({ method, hostname, path, query, headers }, keys) {
      if (signerFor.keys !== keys) signerFor = { keys, signer: makeSigner(region, keys) }
      const request = { method, protocol: 'https:', hostname, path, query: { ...query } }
      const signed = await signerFor.signer.sign(
        { ...request, headers: { ...headers, 'x-amz-content-sha256': EMPTY_SHA256 } },
        { signingDate: new Date(now() + skewMs) },
      )
      return signed.headers
    },
    learnTime(storeMs) {
      if (Number.isNaN(storeMs) || Math.abs(storeMs - (now() + skewMs)) < mostSkewMs) return false
      skewMs = storeMs - now()
      return true
    },
  }
}

const noKeys: Keys = { ak: '', sk: '', token: '' }

function makeSigner(region: string, { ak, sk, token }: Keys): SignatureV4 {
  return new SignatureV4({
    service: 's3',
    region,
    sha256: Sha256,
    credentials: {
      accessKeyId: ak,
      secretAccessKey: sk,
      ...(token !== '' && { sessionToken: token }),
    },
    // S3 signs the path as it is sent: a key with `..` or `//` in it is a key.
    uriEscapePath: false,
  })
}

const EMPTY_SHA256 = createHash('sha256').digest('hex')

type SourceData = string | ArrayBuffer | ArrayBufferView

/** What the signer wants of a hash: SHA-256, keyed where there is a secret. */
class Sha256 {
  readonly #hash

  constructor(secret?: SourceData) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', toBinary(secret))
  }

  update(content: SourceData): void {
    this.#hash.update(toBinary(content))
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest())
  }

  reset(): void {
    throw new Error('a hash is used once')
  }
}

function toBinary(content: SourceData): BinaryLike {
  if (typeof content === 'string') return content
  return content instanceof ArrayBuffer
    ? new Uint8Array(content)
    : new Uint8Array(content.buffer, content.byteOffset, content.byteLength)
}
