import { errorAnswer, type Fault } from '../../support/fault-scripts.ts'
import { BROKEN, IN_BODIES, IN_GETS, IN_HEADS, IN_PARTS, unmeasured } from './broken-answers.ts'

/** Which request of a download a fault befalls. */
export type Phase = 'HEAD' | 'GET' | 'first part' | 'later part'

/** What a run makes of a fault. */
export type Reaction =
  /** Another try, as long as there are any left. */
  | 'tried again'
  /** The item fails at once. */
  | 'given up'
  /** The object is not the one that it was: all that was fetched goes, and one fresh start is made. */
  | 'begun again'

/** One thing that can go wrong with an answer, and what must come of it. */
export interface NetworkFault {
  readonly name: string
  readonly fault: Fault
  readonly reaction: Reaction
  /** The connection ends without a byte of an answer. */
  readonly isUnanswered?: boolean
  /** What the failure list says when it goes wrong every time. */
  readonly status: number
  readonly code: string | RegExp
  readonly message: RegExp
  /** What becomes of the object's other parts; undefined where it is not fetched in parts. */
  readonly others?: 'ended' | 'finished'
}

/** All faults that can befall a request of this kind; redirects lead to `elsewhere`. */
export function networkFaultsOf(phase: Phase, elsewhere: string): readonly NetworkFault[] {
  const faults = faultsOf(phase, elsewhere)
  if (phase === 'HEAD' || phase === 'GET') return faults
  return faults.map((fault) => ({
    ...fault,
    others: ABORTING.includes(fault.status) ? 'ended' : 'finished',
  }))
}

function faultsOf(phase: Phase, elsewhere: string): readonly NetworkFault[] {
  const common = [...LOST, ...ERRORS.map((error) => refusal(error, phase)), ...redirects(elsewhere)]
  switch (phase) {
    case 'HEAD':
      return [...common, ...IN_HEADS]
    case 'GET':
      return [...common, ...IN_BODIES, ...unmeasured(200), ...IN_GETS]
    case 'first part':
    case 'later part':
      return [...common, ...IN_BODIES, ...unmeasured(206), ...IN_PARTS]
  }
}

const LOST: readonly NetworkFault[] = [
  {
    name: 'reset before the head',
    fault: { break: { at: 'head', by: 'reset' } },
    reaction: 'tried again',
    isUnanswered: true,
    ...BROKEN,
  },
  {
    name: 'closed before the head',
    fault: { break: { at: 'head', by: 'cut' } },
    reaction: 'tried again',
    isUnanswered: true,
    ...BROKEN,
  },
  {
    name: 'no HTTP',
    fault: { garbage: 'SSH-2.0-OpenSSH_9.6\r\n' },
    reaction: 'tried again',
    status: 0,
    code: 'InvalidResponse',
    message: /^The answer is not HTTP: (it begins with \[SSH-2.0-OpenSSH_9.6\]|Parse Error)/,
  },
]

/** Status, the store's code, what the code is without a document, and the reaction. */
type StoreError = readonly [
  status: number,
  code: string,
  bareCode: string,
  reaction: Reaction,
  headers?: Record<string, string>,
]

const ERRORS: readonly StoreError[] = [
  [400, 'InvalidArgument', 'BadRequest', 'given up'],
  [401, 'Unauthorized', 'Unauthorized', 'given up'],
  [403, 'AccessDenied', 'Forbidden', 'given up'],
  [404, 'NoSuchKey', 'NotFound', 'given up'],
  [405, 'MethodNotAllowed', 'MethodNotAllowed', 'given up'],
  [408, 'RequestTimeout', 'RequestTimeout', 'tried again'],
  [409, 'InvalidObjectState', 'Conflict', 'given up'],
  [412, 'PreconditionFailed', 'PreconditionFailed', 'begun again'],
  [416, 'InvalidRange', 'RangeNotSatisfiable', 'begun again'],
  [429, 'TooManyRequests', 'TooManyRequests', 'tried again'],
  [500, 'InternalError', 'InternalServerError', 'tried again'],
  [502, 'BadGateway', 'BadGateway', 'tried again'],
  [503, 'SlowDown', 'ServiceUnavailable', 'tried again'],
  [504, 'GatewayTimeout', 'GatewayTimeout', 'tried again'],
]

function refusal([status, code, bareCode, reaction]: StoreError, phase: Phase): NetworkFault {
  // Nothing is begun before a HEAD, and the first GET of an object names no range.
  const isFirst = phase === 'HEAD' || (phase === 'GET' && status === 416)
  return {
    name: `status ${status}`,
    fault: errorAnswer(status, code, { message: 'Says why,\nin [two] lines\u0007' }),
    reaction: reaction === 'begun again' && isFirst ? 'given up' : reaction,
    status,
    code: phase === 'HEAD' ? bareCode : code,
    message:
      phase === 'HEAD'
        ? new RegExp(`^The store answered ${status} `)
        : /^Says why,\s+in \[two\] lines ?$/,
  }
}

/** The default of abortHttpStatusForResumableTasks. */
const ABORTING = [401, 403, 404, 405, 409]

function redirects(elsewhere: string): readonly NetworkFault[] {
  return [301, 302, 303, 307, 308].map((status) => ({
    name: `status ${status}`,
    fault: errorAnswer(status, 'PermanentRedirect', {
      headers: { Location: `${elsewhere}/bucket-a/stolen` },
    }),
    reaction: 'given up',
    status,
    code: 'Redirect',
    message: new RegExp(`^The store redirects to \\[${elsewhere}/bucket-a/stolen\\]`),
  }))
}
