import type { Config } from './config.ts'

/** A shorter text would blot out innocent words. */
const LEAST_SECRET = 4
/** Real access keys have 20 characters and more; one like `admin` is a word that paths hold too. */
const LEAST_ACCESS_KEY = 12

/** An access key as it may be shown: its first 4 characters. */
export function maskAccessKey(ak: string): string {
  return ak === '' ? '' : `${ak.slice(0, 4)}****`
}

/** What must not be seen of a configuration: the keys, the token and the login of the proxy. */
export function secretsOf({ ak, sk, token, proxyUrl }: Config): readonly string[] {
  const all = [ak.length < LEAST_ACCESS_KEY ? '' : ak, sk, token, ...proxySecretsOf(proxyUrl)]
  return [...new Set(all)].filter((secret) => secret.length >= LEAST_SECRET)
}

/** Adds to the list what it does not hold yet, so that it does not grow with every renewal. */
export function addSecrets(secrets: string[], more: readonly string[]): void {
  secrets.push(...more.filter((secret) => !secrets.includes(secret)))
}

/** Takes secrets out of texts. */
export type Redact = (text: string) => string

/**
 * Makes what replaces every secret of 4 or more characters by `****`, also where it is URL-encoded. The
 * list is looked at again when it has grown.
 */
export function createRedact(secrets: readonly string[]): Redact {
  let known = 0
  let forms: readonly string[] = []
  return (text) => {
    if (known !== secrets.length) {
      known = secrets.length
      forms = formsOf(secrets)
    }
    return forms.reduce((rest, form) => rest.replaceAll(form, '****'), text)
  }
}

/** Longer ones first: one may be a part of another. */
function formsOf(secrets: readonly string[]): readonly string[] {
  const all = secrets
    .filter((secret) => secret.length >= LEAST_SECRET)
    .flatMap((secret) => [secret, urlEncoded(secret)])
  return [...new Set(all)].toSorted((one, other) => other.length - one.length)
}

/** Half a character, which no URL can hold, makes the encoder throw. */
function urlEncoded(secret: string): string {
  return /\p{Surrogate}/u.test(secret) ? secret : encodeURIComponent(secret)
}

/**
 * The password as it was written and as the proxy gets it. A user without a password may be a token
 * that stands for both.
 */
function proxySecretsOf(proxyUrl: string): readonly string[] {
  const login = /^(?:.*?\/\/)?([^/]*)@/.exec(proxyUrl)?.[1] ?? ''
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/s.exec(login) ?? []
  const secret = password === '' ? user : password
  return [secret, urlDecoded(secret)]
}

/** A `%` that is meant as one makes the decoder throw. */
function urlDecoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
