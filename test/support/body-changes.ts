import type { BodyChange } from './fault-scripts.ts'
import { literal, slice, type ByteSource } from './test-bytes.ts'

/** The body as the change makes it, without holding it in memory. */
export function changeBody(body: ByteSource, change: BodyChange | undefined): ByteSource {
  switch (change?.kind) {
    case undefined:
      return body
    case 'shorten':
      return slice(body, { start: 0, end: Math.min(change.toBytes, body.sizeBytes) })
    case 'lengthen':
      return concat(body, literal('+'.repeat(change.byBytes)))
    case 'corrupt':
      return corrupt(body, change.at, change.at + (change.byteCount ?? body.sizeBytes))
  }
}

function concat(first: ByteSource, second: ByteSource): ByteSource {
  const border = first.sizeBytes
  return {
    sizeBytes: border + second.sizeBytes,
    read: ({ start, end }) =>
      Buffer.concat([
        first.read({ start: Math.min(start, border), end: Math.min(end, border) }),
        second.read({ start: Math.max(start - border, 0), end: Math.max(end - border, 0) }),
      ]),
  }
}

/** Every byte in the range becomes another one. */
function corrupt(body: ByteSource, from: number, to: number): ByteSource {
  return {
    sizeBytes: body.sizeBytes,
    read: (range) =>
      Buffer.from(
        body.read(range).map((byte, index) => {
          const at = range.start + index
          return at >= from && at < to ? byte ^ 0xff : byte
        }),
      ),
  }
}
