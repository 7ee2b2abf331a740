import type { Config } from './config.ts'
import { AppError } from './errors.ts'

/** What requests are signed with. */
export type Credentials =
  | { readonly kind: 'keys'; readonly ak: string; readonly sk: string; readonly token: string }
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
