import type { LoggedRequest } from './request-log.ts'
import { isTurn, matches, type Matcher } from './request-matcher.ts'

/**
 * A point in an answer: before its head, or after the head and so many bytes of the body; never later
 * than its last byte.
 */
export type Point = 'head' | number

/** An answer in place of the one that the object would give. */
export interface CannedAnswer {
  readonly status: number
  /** Makes the body an S3 error document of this code and the message. */
  readonly code?: string
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** The body as it is, in place of an error document. */
  readonly body?: string | Uint8Array
}

/** What happens to the body while its Content-Length, unless overridden, stays truthful. */
export type BodyChange =
  | { readonly kind: 'shorten'; readonly toBytes: number }
  | { readonly kind: 'lengthen'; readonly byBytes: number }
  /** Other bytes from `at` on, counted within this body; by default all the rest. */
  | { readonly kind: 'corrupt'; readonly at: number; readonly byteCount?: number }

/** What goes wrong with one answer. All that is given happens, in the order of this list. */
export interface Fault {
  /** Runs once the answer is settled and before any of it leaves: the next request sees its effect. */
  readonly meanwhile?: () => void
  readonly answer?: CannedAnswer
  /** Bytes on the wire in place of an HTTP answer; then the connection ends. */
  readonly garbage?: string
  /** Conditions the server acts as if it had not been given. */
  readonly ignore?: readonly ('range' | 'if-match')[]
  /** Response headers added or replaced (`Content-Range`, `ETag`); null takes one away. */
  readonly headers?: Readonly<Record<string, string | null>>
  readonly body?: BodyChange
  /** Without a Content-Length: chunked, or up to the end of the connection. */
  readonly framing?: 'chunked' | 'until-close'
  /** Before the head, on top of the server's own latency. */
  readonly delayMs?: number
  /** Holds the answer there until the gate opens. With a gate that nobody opens it stalls. */
  readonly hold?: { readonly at: Point; readonly gate: Gate }
  /** Sends the body in pieces with a pause before each. */
  readonly drip?: { readonly pieceBytes: number; readonly everyMs: number }
  /**
   * Breaks the connection there: `cut` ends it in good order though bytes are missing, `reset` sends
   * RST, whereupon the client may lose bytes it had not yet read.
   */
  readonly break?: { readonly at: Point; readonly by: 'cut' | 'reset' }
}

/** A fault for the requests that match, or made for each of them. */
export interface Rule {
  readonly on: Matcher
  readonly do: Fault | ((request: LoggedRequest) => Fault)
}

/** Rules in the order they were added. */
export interface Script {
  add(...rules: readonly Rule[]): void
  clear(): void
  /** What the first rule says that matches and whose turn it is. Every rule counts the request. */
  faultFor(request: LoggedRequest): Fault
}

/** Opens once. */
export interface Gate {
  readonly opened: Promise<void>
  open(): void
}

/** A script without rules. */
export function createScript(): Script {
  let rules: { readonly rule: Rule; count: number }[] = []
  return {
    add(...added) {
      rules.push(...added.map((rule) => ({ rule, count: 0 })))
    },
    clear() {
      rules = []
    },
    faultFor(request) {
      const concerned = rules.filter(({ rule }) => matches(request, rule.on))
      for (const counted of concerned) counted.count++
      const chosen = concerned.find(({ rule, count }) => isTurn(rule.on, count))?.rule.do
      return typeof chosen === 'function' ? chosen(request) : (chosen ?? {})
    },
  }
}

/** A gate that is closed. */
export function createGate(): Gate {
  const openers: (() => void)[] = []
  const opened = new Promise<void>((resolve) => openers.push(resolve))
  return {
    opened,
    open() {
      for (const open of openers) open()
    },
  }
}

/** Holds the answer at the point for good: the connection stays open and nothing more comes. */
export function stallAt(at: Point): Fault {
  return { hold: { at, gate: createGate() } }
}

/** An S3 error answer; OBS and S3 send Retry-After in whole seconds, if at all. */
export function errorAnswer(
  status: number,
  code: string,
  more: { readonly message?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Fault {
  return { answer: { status, code, ...more } }
}
