import { errorAnswer } from '../../support/fault-scripts.ts'
import type { NetworkFault } from './network-faults.ts'

/** What the list says of a connection that broke every time. */
export const BROKEN = {
  status: 0,
  code: 'ECONNRESET',
  message: /^The connection was closed before/,
}

const UNREADABLE = { reaction: 'tried again', code: 'InvalidResponse' } as const

/** Answers to a HEAD that say too little. */
export const IN_HEADS: readonly NetworkFault[] = [
  {
    name: 'no length',
    fault: { headers: { 'Content-Length': null } },
    ...UNREADABLE,
    status: 200,
    message: /no Content-Length/,
  },
]

/** Bodies that break off, and error documents that cannot be read. */
export const IN_BODIES: readonly NetworkFault[] = [
  {
    name: 'closed after the head',
    fault: { break: { at: 0, by: 'cut' } },
    reaction: 'tried again',
    ...BROKEN,
  },
  {
    name: 'closed in the body',
    fault: { break: { at: 1000, by: 'cut' } },
    reaction: 'tried again',
    ...BROKEN,
  },
  {
    name: 'reset in the body',
    fault: { break: { at: 1000, by: 'reset' } },
    reaction: 'tried again',
    ...BROKEN,
  },
  {
    name: 'an error document that is torn',
    fault: { answer: { status: 403, body: '<?xml version="1.0"?><Error><Code>Acc' } },
    reaction: 'given up',
    status: 403,
    code: 'Forbidden',
    message: /^The store answered 403 Forbidden$/,
  },
  {
    name: 'an error document that is none',
    fault: { answer: { status: 500, body: '<html><p>Oops<br>\n</html>' } },
    reaction: 'tried again',
    status: 500,
    code: 'InternalServerError',
    message: /^The store answered 500 Internal Server Error$/,
  },
  {
    name: 'an error without a document',
    fault: { answer: { status: 500 } },
    reaction: 'tried again',
    status: 500,
    code: 'InternalServerError',
    message: /^The store answered 500 Internal Server Error$/,
  },
  {
    name: 'an error document that breaks off',
    fault: { ...errorAnswer(500, 'InternalError'), break: { at: 50, by: 'cut' } },
    reaction: 'tried again',
    status: 500,
    code: 'InternalServerError',
    message: /^The store answered 500 Internal Server Error$/,
  },
]

/** Bodies whose end only shows when they are over. */
export function unmeasured(status: number): readonly NetworkFault[] {
  const message = /no Content-Length/
  return [
    {
      name: 'chunks without a length',
      fault: { framing: 'chunked' },
      ...UNREADABLE,
      status,
      message,
    },
    {
      name: 'no length until the end',
      fault: { framing: 'until-close' },
      ...UNREADABLE,
      status,
      message,
    },
  ]
}

/** Answers that a GET of a whole object must not take. */
export const IN_GETS: readonly NetworkFault[] = [
  {
    name: '206 for a whole object',
    fault: { answer: { status: 206, body: 'part' } },
    ...UNREADABLE,
    status: 206,
    message: /expected \[200\], actual \[206\]/,
  },
]

/** Answers that a GET of a part must not take. */
export const IN_PARTS: readonly NetworkFault[] = [
  {
    name: '200 for a part',
    fault: { ignore: ['range'] },
    ...UNREADABLE,
    status: 200,
    message: /^Invalid status code to download a part, expected \[206\], actual \[200\]$/,
  },
  {
    name: 'too short',
    fault: { body: { kind: 'shorten', toBytes: 500 } },
    ...UNREADABLE,
    status: 206,
    message: /the answer has 500$/,
  },
  {
    name: 'too long',
    fault: { body: { kind: 'lengthen', byBytes: 1 } },
    ...UNREADABLE,
    status: 206,
    message: /the answer has \d+$/,
  },
  {
    name: 'no Content-Range',
    fault: { headers: { 'Content-Range': null } },
    ...UNREADABLE,
    status: 206,
    message: /got \[no Content-Range\]$/,
  },
  {
    name: 'another Content-Range',
    fault: { headers: { 'Content-Range': 'bytes 1-10000/30000' } },
    ...UNREADABLE,
    status: 206,
    message: /got \[bytes 1-10000\/30000\]$/,
  },
  {
    name: 'a Content-Range in other units',
    fault: { headers: { 'Content-Range': 'lines 0-9999/30000' } },
    ...UNREADABLE,
    status: 206,
    message: /got \[lines /,
  },
  {
    name: 'the Content-Range of a refusal',
    fault: { headers: { 'Content-Range': 'bytes */30000' } },
    ...UNREADABLE,
    status: 206,
    message: /got \[bytes \*\/30000\]$/,
  },
  {
    name: 'another ETag',
    fault: { headers: { ETag: '"other"' } },
    reaction: 'begun again',
    status: 206,
    code: 'ObjectChangedError',
    message: /changed while it was downloaded$/,
  },
]
