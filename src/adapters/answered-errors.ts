import { Readable } from 'node:stream'
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3'
import type { ItemError } from '../core/errors.ts'
import type { RawHead } from './response-head.ts'
import { makeQuietClient } from './quiet-client.ts'
import { toItemError, type Asked } from './store-errors.ts'

export interface RefusedRequest extends Asked {
  readonly method: 'GET' | 'HEAD'
}

export interface RefusedAnswer extends RawHead {
  readonly body: Buffer
}

const client = makeQuietClient({
  endpoint: 'http://localhost',
  region: 'region',
  forcePathStyle: true,
  credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
})

/**
 * Has the SDK read an answer that says no: its parsers know the error documents. A HEAD has none, so
 * its status has to do.
 */
export async function explainRefusal(
  request: RefusedRequest,
  answer: RefusedAnswer,
): Promise<ItemError> {
  const { body, ...head } = answer
  const response = { ...head, body: Readable.from([body]) }
  try {
    await (request.method === 'GET' ? readGet(response) : readHead(response))
  } catch (error) {
    return toItemError(error, request)
  }
  throw new Error(`the SDK takes the status ${answer.statusCode} for a success`)
}

function readGet(response: object): Promise<unknown> {
  const command = new GetObjectCommand(input)
  command.middlewareStack.add(() => () => Promise.resolve({ response }), atTheWire)
  return client.send(command)
}

function readHead(response: object): Promise<unknown> {
  const command = new HeadObjectCommand(input)
  command.middlewareStack.add(() => () => Promise.resolve({ response }), atTheWire)
  return client.send(command)
}

const input = { Bucket: 'bucket', Key: 'key' }
/** The last step before the wire, which is not reached: the answer is there already. */
const atTheWire = { step: 'deserialize', priority: 'low', name: 'answerAtHand' } as const
