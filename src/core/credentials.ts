import type { Config } from './config.ts'
import { AppError, type ItemError } from './errors.ts'

/** What requests are signed with; the token is empty for keys that need none. */
export interface Keys {
  readonly ak: string
  readonly sk: string
  readonly token: string
  /** Milliseconds since the epoch; absent where no end is known. */
  readonly expiresAtMs?: number
}

/** Where the keys of a run come from. */
export type Credentials =
  | (Keys & { readonly kind: 'keys' })
  /** To be asked of the ECS metadata service. */
  | { readonly kind: 'metadata' }

/**
 * Picks the credentials of a run (manual: Configuration Parameters). Throws a `credentials` fault
 * where the endpoint or a key is missing, and where the official tool has encrypted the keys.
 */
export function requireCredentials(config: Config): Credentials {
  const { endpoint, ak, sk, token } = config
  const hasKeys = ak !== '' && sk !== ''
  if (endpoint === '' || (!hasKeys && !config.autoChooseSecurityProvider)) {
    throw new AppError('credentials', 'Please set ak, sk and endpoint in the configuration file!')
  }
  if (!hasKeys) return { kind: 'metadata' }
  if (looksEncrypted(ak) && looksEncrypted(sk)) {
    throw new AppError(
      'credentials',
      'The ak and sk in the configuration file were encrypted by the official obsutil, with a key that only its own builds know',
      {
        hint: 'Give this tool a configuration file of its own (-config) with the plain ak and sk, or leave them empty there and set OBS_ACCESS_KEY_ID and OBS_SECRET_ACCESS_KEY.',
      },
    )
  }
  return { kind: 'keys', ak, sk, token }
}

/**
 * Base64 of a whole number of 16-byte blocks. Some stores hand out secrets that look the same (32
 * random bytes in base64, or in hex, which is base64 too), but never such access keys as well, so
 * both have to look so before anybody is turned away.
 */
function looksEncrypted(text: string): boolean {
  const match = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.exec(text)
  if (match === null || text === '' || /^[\da-f]*$/i.test(text)) return false
  const padding = text.length - text.replace(/=+$/, '').length
  return ((text.length / 4) * 3 - padding) % 16 === 0
}

/** Whether requests signed with the one and with the other come from the same account and session. */
export function areSameKeys(one: Keys, other: Keys): boolean {
  return one.ak === other.ak && one.sk === other.sk && one.token === other.token
}

const longestMarginMs = 5 * 60_000
/** However short keys live, they are not asked for at every request. */
const leastUseMs = 1000

/**
 * When keys that were got at a time should be asked for again: five minutes before they expire, or a
 * tenth of their life where that is less. In milliseconds since the epoch; never for keys without an
 * end.
 */
export function renewalTimeOf({ expiresAtMs }: Keys, gotAtMs: number): number {
  if (expiresAtMs === undefined) return Number.POSITIVE_INFINITY
  const marginMs = Math.min(longestMarginMs, (expiresAtMs - gotAtMs) / 10)
  return Math.max(expiresAtMs - marginMs, gotAtMs + leastUseMs)
}

/**
 * What an error says of the keys: that the store does not take them (`certain`), or no more than that
 * the request was refused (`doubtful`), as answers to HEAD come without a code.
 */
export type Refusal = 'certain' | 'doubtful'

const codesOfKeys: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
])

/**
 * Whether other keys might have been served where this error came. A clock that is wrong, or a right
 * that is missing, is not healed by other keys of the same owner. Undefined where it is not about keys.
 */
export function refusalOf({ status = 0, code }: ItemError): Refusal | undefined {
  if (status === 401) return 'certain'
  // S3 says 400 of a token that has expired, OBS 403.
  if (status !== 400 && status !== 403) return undefined
  if (codesOfKeys.has(code)) return 'certain'
  return code === 'Forbidden' || code === 'BadRequest' ? 'doubtful' : undefined
}
