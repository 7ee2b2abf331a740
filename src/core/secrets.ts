import type { Config } from './config.ts'

/** A shorter text would blot out innocent words. */
const LEAST_SECRET = 4
/** Real access keys have 20 characters and more; one like `admin` is a word that paths hold too. */
const LEAST_ACCESS_KEY = 12

/** An access key as it may be shown: its first 4 characters. */
export function maskAccessKey(ak: string): string {
  return ak === '' ? '' : `${ak.slice(0, 4)}****`
}

/** What must not be seen of a configuration: the keys, the token and the password of the proxy. */
export function secretsOf({ ak, sk, token, proxyUrl }: Config): readonly string[] {
  return [ak.length < LEAST_ACCESS_KEY ? '' : ak, sk, token, passwordOf(proxyUrl)].filter(
    (secret) => secret.length >= LEAST_SECRET,
  )
}

/** The text with every secret of 4 or more characters replaced by `****`, also where it is URL-encoded. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= LEAST_SECRET)
    .flatMap((secret) => [secret, urlEncoded(secret)])
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '****'), text)
}

/** Half a character, which no URL can hold, makes the encoder throw. */
function urlEncoded(secret: string): string {
  return /\p{Surrogate}/u.test(secret) ? secret : encodeURIComponent(secret)
}

function passwordOf(proxyUrl: string): string {
  return /^(?:.*?\/\/)?[^/:]*:([^/]*)@/.exec(proxyUrl)?.[1] ?? ''
}
