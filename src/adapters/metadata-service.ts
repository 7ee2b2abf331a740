import { once } from 'node:events'
import { get, IncomingMessage, STATUS_CODES } from 'node:http'
import type { Keys } from '../core/credentials.ts'
import { AppError, messageOf } from '../core/errors.ts'
import { systemClock } from './system-clock.ts'

const defaultEndpoint = 'http://169.254.169.254'
/** Two tries and the wait between them take less than 5 s in all. */
const tries = 2
const tryMs = 2000
const waitMs = 500
/** An answer is about 5 KB long, most of it the token. */
const longestAnswer = 256 * 1024

/**
 * Asks the metadata service of a Huawei ECS for the temporary keys of the agency that the ECS acts for
 * (ECS manual: Obtaining Metadata). Straight, past every proxy, for the address means
 * this machine. The endpoint (`http://host[:port]`) is the service's own where it is empty. Throws a
 * `credentials` fault that holds nothing of the answer, or the signal's reason.
 */
export async function askMetadataService(endpoint: string, signal: AbortSignal): Promise<Keys> {
  const url = locate(endpoint)
  for (let left = tries - 1; ; left -= 1) {
    try {
      return await askInTime(url, signal)
    } catch (error) {
      signal.throwIfAborted()
      if (left === 0) throw unavailable(url.origin, error)
      await systemClock.sleep(waitMs, signal)
    }
  }
}

function locate(endpoint: string): URL {
  const address = endpoint === '' ? defaultEndpoint : endpoint
  const isPlain = /^http:\/\/[^/?#@\\\s]+\/?$/i.test(address) && URL.canParse(address)
  if (isPlain) return new URL('/openstack/latest/securitykey', address)
  throw new AppError('credentials', 'OBS_ECS_METADATA_ENDPOINT is not well-formed', {
    hint: `It must be http://host[:port]; without it, ${defaultEndpoint} is asked.`,
  })
}

/** With a timer of its own: Node 20 may forget a timeout that `AbortSignal.any` was given. */
async function askInTime(url: URL, signal: AbortSignal): Promise<Keys> {
  const ending = new AbortController()
  const stop = () => ending.abort()
  const timer = setTimeout(stop, tryMs)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await ask(url, ending.signal)
  } catch (error) {
    throw ending.signal.aborted ? new Error(`no answer within ${tryMs / 1000} s`) : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}

async function ask(url: URL, signal: AbortSignal): Promise<Keys> {
  // A connection of its own: a shared agent may have been told to use a proxy.
  const request = get(url, { agent: false, signal })
  // What goes wrong is seen by who waits; without a listener of its own it would end the process.
  request.on('error', () => {})
  try {
    const [response]: unknown[] = await once(request, 'response')
    if (!(response instanceof IncomingMessage)) throw new Error('no answer')
    const { statusCode: status = 0 } = response
    if (status !== 200) throw new Error(`status ${status} ${STATUS_CODES[status] ?? ''}`)
    return parseAnswer(await readText(response))
  } finally {
    request.destroy()
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8')
  let text = ''
  for await (const chunk of response as AsyncIterable<string>) {
    text += chunk
    if (text.length > longestAnswer) break
  }
  return text
}

/** The parser's own message would show a piece of the text. */
function parseAnswer(text: string): Keys {
  const keys = readKeys(field(parseJson(text), 'credential'))
  if (keys === undefined) throw new Error('its answer holds no keys')
  return keys
}

function readKeys(credential: unknown): Keys | undefined {
  const ak = textField(credential, 'access')
  const sk = textField(credential, 'secret')
  const token = textField(credential, 'securitytoken')
  if (ak === '' || sk === '' || token === '') return undefined
  const expiresAtMs = Date.parse(textField(credential, 'expires_at'))
  // Nobody hands out keys that have ended: then one of the two clocks is wrong, and the end unknown.
  return { ak, sk, token, ...(expiresAtMs > Date.now() && { expiresAtMs }) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function textField(value: unknown, name: string): string {
  const found = field(value, name)
  return typeof found === 'string' ? found : ''
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}

function unavailable(origin: string, cause: unknown): AppError {
  const message = `The ECS metadata service [${origin}] gave no keys: ${messageOf(cause).trim()}`
  return new AppError('credentials', message, {
    cause,
    hint: 'On a Huawei Cloud ECS, bind an agency to it that may read the bucket. Elsewhere set ak and sk in the configuration file, or OBS_ACCESS_KEY_ID and OBS_SECRET_ACCESS_KEY.',
  })
}
