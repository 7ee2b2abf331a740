import { createHmac, hash } from 'node:crypto'
import type { Keys } from '../core/credentials.ts'

interface UnsignedRequest {
  readonly method: 'GET' | 'HEAD'
  /** Percent-encoded, as it is sent. */
  readonly path: string
  /** Percent-encoded, as it is sent, without the question mark; `a=b` pairs in order of their names. */
  readonly search: string
  /** Names in lower case, `host` among them. */
  readonly headers: Readonly<Record<string, string>>
}

export interface RequestSigner {
  /** The headers of the request, with those that sign it. */
  sign(request: UnsignedRequest, keys: Keys): Record<string, string>
  /**
   * Told what time the store believes it is, in milliseconds since the epoch. Returns whether that is
   * so far from this machine's that signatures are refused, and made by the store's time from now on.
   */
  learnTime(storeMs: number): boolean
}

/** S3 refuses what was signed further than 15 minutes off; the SDK corrects from 5 on. */
const mostSkewMs = 5 * 60_000

/**
 * Signs requests without a body by AWS Signature Version 4 (S3 manual: Authenticating Requests, Using the
 * Authorization Header). The SDK's signer would do, and is what the tests hold this one against, but
 * takes three times as long, which is a tenth of what a small object costs, and has to be loaded.
 * The time is in milliseconds since the epoch.
 */
export function createRequestSigner(region: string, now: () => number): RequestSigner {
  let skewMs = 0
  let derived: DerivedKey | undefined
  return {
    sign({ method, path, search, headers }, keys) {
      const stamp = stampOf(now() + skewMs)
      const day = stamp.slice(0, 8)
      if (derived?.day !== day || derived.sk !== keys.sk) derived = deriveKey(keys.sk, day, region)

      const signed: Record<string, string> = {
        ...headers,
        'x-amz-content-sha256': EMPTY_SHA256,
        'x-amz-date': stamp,
      }
      if (keys.token !== '') signed['x-amz-security-token'] = keys.token
      const names = Object.keys(signed).filter(isSigned).toSorted()
      const lines = names.map((name) => `${name}:${canonical(signed[name] ?? '')}\n`).join('')
      const nameList = names.join(';')
      const request = `${method}\n${path}\n${search}\n${lines}\n${nameList}\n${EMPTY_SHA256}`
      const scope = `${day}/${region}/s3/aws4_request`
      const text = `${ALGORITHM}\n${stamp}\n${scope}\n${hash('sha256', request)}`
      const signature = createHmac('sha256', derived.key).update(text).digest('hex')
      signed['authorization'] =
        `${ALGORITHM} Credential=${keys.ak}/${scope}, SignedHeaders=${nameList}, Signature=${signature}`
      return signed
    },
    learnTime(storeMs) {
      if (Number.isNaN(storeMs) || Math.abs(storeMs - (now() + skewMs)) < mostSkewMs) return false
      skewMs = storeMs - now()
      return true
    },
  }
}

const ALGORITHM = 'AWS4-HMAC-SHA256'
const EMPTY_SHA256 = hash('sha256', '')

/** A key for one day, which takes four rounds to derive. */
interface DerivedKey {
  readonly day: string
  readonly sk: string
  readonly key: Buffer
}

function deriveKey(sk: string, day: string, region: string): DerivedKey {
  const rounds = [day, region, 's3', 'aws4_request']
  const key = rounds.reduce<Buffer>(
    (last, word) => createHmac('sha256', last).update(word).digest(),
    Buffer.from(`AWS4${sk}`),
  )
  return { day, sk, key }
}

/** `20260102T030405Z` */
function stampOf(timeMs: number): string {
  return new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

/** What a proxy may change on the way is left out. */
function isSigned(name: string): boolean {
  return name !== 'user-agent'
}

/** Blanks are folded, as on the way they may be. */
function canonical(value: string): string {
  return value.trim().replaceAll(/ +/g, ' ')
}
