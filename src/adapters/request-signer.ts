import { createHmac, hash } from 'node:crypto'
import type { Keys } from '../core/credentials.ts'
import { onceASecond } from '../core/once-a-second.ts'
import { formatReportTime } from '../core/utc-time.ts'

/** A header of a request; the name is in lower case. */
export type Header = readonly [name: string, value: string]

interface UnsignedRequest {
  readonly method: 'GET' | 'HEAD'
  /** Percent-encoded, as it is sent. */
  readonly path: string
  /** Percent-encoded, as it is sent, without the question mark; `a=b` pairs in order of their names. */
  readonly search: string
  /** Each once, `host` among them. */
  readonly headers: readonly Header[]
}

export interface RequestSigner {
  /** The headers of the request, with those that sign it. */
  sign(request: UnsignedRequest, keys: Keys): readonly Header[]
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
  const stampOf = onceASecond(formatStamp)
  const listNames = createNameLists()
  let skewMs = 0
  let derived: DerivedKey | undefined
  return {
    sign({ method, path, search, headers }, keys) {
      const stamp = stampOf(now() + skewMs)
      const day = stamp.slice(0, 8)
      if (derived?.day !== day || derived.sk !== keys.sk) derived = deriveKey(keys.sk, day, region)

      // A list, for an object with other names each time is among the slowest things to make.
      const signed: Header[] = [
        ...headers,
        ['x-amz-content-sha256', EMPTY_SHA256],
        ['x-amz-date', stamp],
      ]
      if (keys.token !== '') signed.push(['x-amz-security-token', keys.token])
      const names = listNames(signed)
      let request = `${method}\n${path}\n${search}\n`
      for (const at of names.order) {
        const [name, value] = signed[at] ?? NO_HEADER
        request += `${name}:${canonical(value)}\n`
      }
      request += `\n${names.joined}\n${EMPTY_SHA256}`
      const scope = `${day}/${region}/s3/aws4_request`
      const text = `${ALGORITHM}\n${stamp}\n${scope}\n${hash('sha256', request)}`
      signed.push([
        'authorization',
        `${ALGORITHM} Credential=${keys.ak}/${scope}, SignedHeaders=${names.joined}, Signature=${derived.sign(text)}`,
      ])
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
  /** HMAC with that key, in lower-case hex, of a text. */
  readonly sign: (text: string) => string
}

function deriveKey(sk: string, day: string, region: string): DerivedKey {
  const rounds = [day, region, 's3', 'aws4_request']
  const key = rounds.reduce<Buffer>(
    (last, word) => createHmac('sha256', last).update(word).digest(),
    Buffer.from(`AWS4${sk}`),
  )
  return { day, sk, sign: createSha256Hmac(key) }
}

/**
 * HMAC by its two hashes (RFC 2104, 2), for a key of at most 64 bytes: `createHmac` makes an object of
 * its own for each text, which takes longer than both.
 */
function createSha256Hmac(key: Uint8Array): (text: string) => string {
  const padded = (pad: number) => {
    const bytes = Buffer.alloc(blockBytes, pad)
    for (const [at, byte] of key.entries()) bytes[at] = pad ^ byte
    return bytes
  }
  const [inner, outer] = [padded(0x36), padded(0x5c)]
  return (text) => {
    const digest = hash('sha256', Buffer.concat([inner, Buffer.from(text)]), 'buffer')
    return hash('sha256', Buffer.concat([outer, digest]))
  }
}

const blockBytes = 64

interface NameList {
  /** Where in the list the headers stand that are signed, in order of their names. */
  readonly order: readonly number[]
  /** Their names with semicolons between them. */
  readonly joined: string
}

/** The names that are signed. Most requests have the same ones as the last. */
function createNameLists(): (headers: readonly Header[]) => NameList {
  let last: readonly Header[] = []
  let list: NameList = { order: [], joined: '' }
  return (headers) => {
    if (!haveSameNames(headers, last)) {
      const signed = [...headers.entries()]
        .map(([at, [name]]) => ({ at, name }))
        .filter(({ name }) => isSigned(name))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      list = {
        order: signed.map(({ at }) => at),
        joined: signed.map(({ name }) => name).join(';'),
      }
      last = [...headers]
    }
    return list
  }
}

function haveSameNames(some: readonly Header[], others: readonly Header[]): boolean {
  return some.length === others.length && some.every(([name], at) => name === others[at]?.[0])
}

const NO_HEADER: Header = ['', '']

/** `20260102T030405Z` */
function formatStamp(timeMs: number): string {
  return formatReportTime(timeMs).replaceAll(/[-:]/g, '')
}

/** What a proxy may change on the way is left out. */
function isSigned(name: string): boolean {
  return name !== 'user-agent'
}

/** Blanks are folded, as on the way they may be. */
function canonical(value: string): string {
  const trimmed = value.trim()
  return trimmed.includes('  ') ? trimmed.replaceAll(/ +/g, ' ') : trimmed
}
