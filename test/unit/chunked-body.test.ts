import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createChunkedBody } from '../../src/core/chunked-body.ts'

/** Content in chunks, each with what may stand behind its size, and what may follow the last one. */
const BODY = fc.record({
  chunks: fc.array(
    fc.record({
      content: fc.uint8Array({ minLength: 1, maxLength: 300 }),
      extension: fc.constantFrom('', ';', ';a=b', ' ; a="b;c"', ';\tx'),
      case: fc.constantFrom('lower', 'UPPER', '00'),
    }),
  ),
  trailers: fc.array(fc.constantFrom('a: b', 'Content-Length: 7', 'x-checksum: abc')),
  /** What comes over the connection afterwards. */
  rest: fc.uint8Array({ maxLength: 20 }),
  cuts: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
})

test('`createChunkedBody()` gives the content and stops at the end, however it is cut', () => {
  fc.assert(
    fc.property(BODY, ({ chunks, trailers, rest, cuts }) => {
      const content = Buffer.concat(chunks.map((chunk) => chunk.content))
      const framed = Buffer.concat([
        ...chunks.map((chunk) =>
          Buffer.concat([
            Buffer.from(`${sizeOf(chunk)}${chunk.extension}\r\n`),
            chunk.content,
            Buffer.from('\r\n'),
          ]),
        ),
        Buffer.from(`0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`),
      ])

      const { got, taken, hasEnded } = read(Buffer.concat([framed, rest]), cuts)

      assert.ok(hasEnded)
      assert.equal(taken, framed.length)
      assert.deepEqual(got, content)
    }),
  )
})

test('a body that lacks its last byte has not ended', () => {
  const { got, hasEnded } = read(Buffer.from('5\r\nhello\r\n0\r\n\r'), [100])
  assert.equal(hasEnded, false)
  assert.equal(got.toString(), 'hello')
})

test('a line of 8192 bytes is read, and a longer one is not waited for', () => {
  assert.equal(read(Buffer.from(`${sizeLine(8192)}a\r\n0\r\n\r\n`), [1000]).got.toString(), 'a')
  assert.throws(() => read(Buffer.from(sizeLine(8193)), [1000]), /line without end/)
})

test('trailers are lines of their own: each may be long, and none is content', () => {
  const trailers = `a: ${'x'.repeat(8000)}\r\n`.repeat(3)
  const { got, hasEnded } = read(Buffer.from(`1\r\na\r\n0\r\n${trailers}\r\n`), [999])
  assert.equal(got.toString(), 'a')
  assert.ok(hasEnded)
})

test('what is pushed after the end is not taken', () => {
  const taken: Uint8Array[] = []
  const body = createChunkedBody((content) => taken.push(content))
  assert.equal(body.push(Buffer.from('0\r\n\r\n')), 5)
  assert.equal(body.push(Buffer.from('1\r\na\r\n')), 0)
  assert.equal(body.push(Buffer.alloc(0)), 0)
  assert.deepEqual(taken, [])
})

test('`createChunkedBody()` throws nothing but an Error, whatever comes', () => {
  const word = fc.constantFrom('0', '5', 'a', ';', '\r\n', '\n', 'hello', ' ', '\0')
  const text = fc.array(fc.oneof(word, fc.string({ maxLength: 5 })), { maxLength: 30 })
  fc.assert(
    fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, cuts) => {
      const bytes = Buffer.from(parts.join(''))
      try {
        const { got, taken } = read(bytes, cuts)
        assert.ok(got.length <= taken && taken <= bytes.length)
      } catch (error) {
        assert.ok(error instanceof Error && error.message.startsWith('The chunked body has '))
      }
    }),
  )
})

const MALFORMED = [
  ['no size', '\r\n'],
  ['a size that is none', 'xyz\r\n'],
  ['a negative size', '-5\r\n'],
  ['a size with 0x', '0x5\r\n'],
  ['a blank before the size', ' 5\r\n'],
  ['something behind the size', '5 x\r\n'],
  ['two sizes', '5,5\r\n'],
  ['a size with a carriage return in it', '5\r5\r\n'],
  ['a size in another script', '٥\r\n'],
  ['a trailer that ends with a line feed alone', '0\r\na: b\n\r\n'],
  ['a trailer without end', `0\r\na: ${'x'.repeat(10_000)}`],
  ['a size beyond all numbers', `${'f'.repeat(13)}\r\n`],
  ['a line that ends with a line feed alone', '5\nhello\r\n'],
  ['a chunk that is longer than its size', '5\r\nhello!\r\n0\r\n\r\n'],
  ['a chunk that is shorter than its size', '6\r\nhello\r\n0\r\n\r\n'],
  ['an extension without end', `5;${'x'.repeat(10_000)}`],
] as const

for (const [name, text] of MALFORMED) {
  test(`\`createChunkedBody()\` throws for ${name}`, () => {
    assert.throws(() => read(Buffer.from(text), [7]), { message: /^The chunked body has / })
  })
}

/** The size of a chunk of one byte, in a line that is as long as this. */
function sizeLine(lengthBytes: number): string {
  return `1;${'x'.repeat(lengthBytes - 4)}\r\n`
}

function sizeOf(chunk: { readonly content: Uint8Array; readonly case: string }): string {
  const hex = chunk.content.length.toString(16)
  if (chunk.case === '00') return `00${hex}`
  return chunk.case === 'UPPER' ? hex.toUpperCase() : hex
}

/** Pushes the bytes in pieces of these lengths, over and over, until the body takes no more. */
function read(bytes: Buffer, cuts: readonly number[]) {
  const pieces: Buffer[] = []
  const body = createChunkedBody((content) => pieces.push(Buffer.from(content)))
  let taken = 0
  for (let turn = 0; taken < bytes.length; turn += 1) {
    const piece = bytes.subarray(taken, taken + (cuts[turn % cuts.length] ?? 1))
    const count = body.push(piece)
    taken += count
    if (count < piece.length || body.hasEnded) break
  }
  return { got: Buffer.concat(pieces), taken, hasEnded: body.hasEnded }
}
