/** Status line and headers of an HTTP/1.1 answer (RFC 9112). */
export interface HttpAnswerHead {
  readonly version: '1.0' | '1.1'
  readonly statusCode: number
  /** Names in lower case; a header that came more than once is joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Whether the connection may carry another request afterwards. */
  readonly persistence: 'kept' | 'closed'
}

/** How an answer says where its body ends (RFC 9112, 6.3). */
export type BodyFraming =
  | { readonly kind: 'length'; readonly lengthBytes: number }
  | { readonly kind: 'chunked' }
  /** The end of the connection is the end of the body. */
  | { readonly kind: 'until-close' }

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\0\r\n]*)?$/
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const FORBIDDEN_IN_VALUE = /[\0\r\n]/
/** The same, looked for in all lines at once. */
const FORBIDDEN_ANYWHERE = /\0|\r(?!\n)|(?<!\r)\n/

/**
 * Reads the head of an answer: its lines, without the empty one that ends it. Throws an `Error` for
 * whatever RFC 9112 does not allow, folded lines included, since a head that can be read in two ways
 * could pass another body off as this one's.
 */
export function parseAnswerHead(text: string): HttpAnswerHead {
  const firstEnd = endOfLine(text, 0)
  const first = text.slice(0, firstEnd)
  const status = STATUS_LINE.exec(first)
  if (status === null) throw new Error(`The answer is not HTTP: it begins with [${shown(first)}]`)
  const isSuspect = FORBIDDEN_ANYWHERE.test(text)
  const headers: Record<string, string | undefined> = Object.create(null)
  for (let start = firstEnd + 2, end = 0; start <= text.length; start = end + 2) {
    end = endOfLine(text, start)
    const line = text.slice(start, end)
    const colon = line.indexOf(':')
    const key = keyOf(line.slice(0, Math.max(0, colon)))
    if (key === undefined || (isSuspect && FORBIDDEN_IN_VALUE.test(line))) {
      throw new Error(`The answer has a malformed header: [${shown(line)}]`)
    }
    const value = withoutBlanks(line, colon + 1)
    const before = headers[key]
    headers[key] = before === undefined ? value : `${before}, ${value}`
  }
  const version = status[1] === '0' ? '1.0' : '1.1'
  return {
    version,
    statusCode: Number(status[2]),
    headers,
    persistence: isKept(headers['connection'], version) ? 'kept' : 'closed',
  }
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\r\n', start)
  return end === -1 ? text.length : end
}

/** Names in lower case by names as they came: a store has few, and sends them many thousand times. */
const knownNames = new Map<string, string>()
const mostKnownNames = 200

/** Undefined for what is no name of a header. */
function keyOf(name: string): string | undefined {
  const known = knownNames.get(name)
  if (known !== undefined) return known
  if (!FIELD_NAME.test(name)) return undefined
  const key = name.toLowerCase()
  if (knownNames.size < mostKnownNames) knownNames.set(name, key)
  return key
}

/**
 * Where the body of an answer ends. Throws an `Error` where the head says it in two ways, or in one
 * that is not known here.
 */
export function framingOf(head: HttpAnswerHead, method: 'GET' | 'HEAD'): BodyFraming {
  const { statusCode, headers } = head
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return noBody
  const coding = headers['transfer-encoding']
  const length = headers['content-length']
  if (coding !== undefined) {
    // RFC 9112, 6.1: what was made for HTTP/1.0 knows no codings.
    if (head.version === '1.0') throw new Error('The answer has a coding that HTTP/1.0 has not')
    if (length !== undefined) throw new Error('The answer says twice how long it is')
    if (coding.toLowerCase() === 'chunked') return { kind: 'chunked' }
    throw new Error(`The answer has an unknown transfer encoding: [${shown(coding)}]`)
  }
  if (length === undefined) return { kind: 'until-close' }
  if (/^\d{1,15}$/.test(length)) return { kind: 'length', lengthBytes: Number(length) }
  throw new Error(`The answer has a malformed length: [${shown(length)}]`)
}

/** Milliseconds for which the server says that it keeps an idle connection open, if it does. */
export function keepAliveOf(head: HttpAnswerHead): number | undefined {
  const text = head.headers['keep-alive']
  if (text === undefined) return undefined
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})(?:$|[,;\s])/i.exec(text)
  return seconds === null ? undefined : Number(seconds[1]) * 1000
}

const noBody: BodyFraming = { kind: 'length', lengthBytes: 0 }

function isKept(connection: string | undefined, version: '1.0' | '1.1'): boolean {
  if (connection === undefined) return version === '1.1'
  if (connection === 'keep-alive') return true
  const options = connection.toLowerCase().split(/[\s,]+/)
  if (options.includes('close')) return false
  return version === '1.1' || options.includes('keep-alive')
}

/** The end of the line from there on, without the blanks and tabs around it. */
function withoutBlanks(line: string, from: number): string {
  let start = from
  let end = line.length
  while (start < end && isBlank(line[start])) start += 1
  while (end > start && isBlank(line[end - 1])) end -= 1
  return line.slice(start, end)
}

function isBlank(character: string | undefined): boolean {
  return character === ' ' || character === '\t'
}

/** The beginning of what came, fit for one line. */
function shown(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what must not reach a line
  return text.slice(0, 60).replaceAll(/[\u0000-\u001F\u007F-\u009F]/g, '?')
}
