/** The head of an HTTP/1.1 answer, read strictly: what could be read in two ways is refused. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { framingOf, keepAliveOf, parseAnswerHead } from '../../src/core/http-answer.ts'

const HEAD = 'HTTP/1.1 200 OK'

function parse(...lines: readonly string[]) {
  return parseAnswerHead(lines.join('\r\n'))
}

test('`parseAnswerHead()` reads status and headers, whatever the case of their names', () => {
  const head = parse('HTTP/1.1 206 Partial Content', 'ETag: "a b"', 'x-Meta:\t v \t', 'Empty:')
  assert.equal(head.statusCode, 206)
  assert.deepEqual({ ...head.headers }, { etag: '"a b"', 'x-meta': 'v', empty: '' })
})

const REFUSED: readonly (readonly [name: string, ...lines: readonly string[]])[] = [
  ['nothing', ''],
  ['another protocol', 'SSH-2.0-OpenSSH_9.6'],
  ['HTTP/2', 'HTTP/2 200 OK'],
  ['HTTP/0.9', 'HTTP/0.9 200 OK'],
  ['a status of two digits', 'HTTP/1.1 20 OK'],
  ['a status of four digits', 'HTTP/1.1 2000 OK'],
  ['a status that begins with 0', 'HTTP/1.1 099 OK'],
  ['two blanks before the status', 'HTTP/1.1  200 OK'],
  ['a blank before the status line', ' HTTP/1.1 200 OK'],
  ['a folded line', HEAD, 'a: b', ' c'],
  ['a line folded by a tab', HEAD, 'a: b', '\tc'],
  ['a blank before the colon', HEAD, 'Content-Length : 5'],
  ['a name with a blank', HEAD, 'Content Length: 5'],
  ['no name', HEAD, ': 5'],
  ['no colon', HEAD, 'Content-Length'],
  ['an empty line', HEAD, '', 'a: b'],
  ['a NUL in a value', HEAD, 'a: b\0c'],
  ['a line feed in a value', HEAD, 'a: b\nContent-Length: 5'],
  ['a carriage return in a value', HEAD, 'a: b\rContent-Length: 5'],
  ['a carriage return at the end of a value', HEAD, 'a: b\r'],
  ['a NUL in the status line', 'HTTP/1.1 200 O\0K'],
  ['a NUL in a name', HEAD, 'a\0: b'],
  ['a name beyond ASCII', HEAD, 'ä: b'],
  ['a line feed in the status line', 'HTTP/1.1 200 OK\nContent-Length: 5'],
]

for (const [name, ...lines] of REFUSED) {
  test(`\`parseAnswerHead()\` refuses ${name}`, () => {
    assert.throws(() => parse(...lines), { name: 'Error', message: /^The answer (is not|has)/ })
  })
}

test('`parseAnswerHead()` knows no header that did not come', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    assert.equal(parse(HEAD).headers[name], undefined)
    assert.equal(parse(HEAD, `${name}: here`).headers[name.toLowerCase()], 'here')
  }
})

test('`parseAnswerHead()` joins a header that came more than once, in order', () => {
  const head = parse(HEAD, 'A: 1', 'B: x', 'a: 2', 'A:')
  assert.deepEqual({ ...head.headers }, { a: '1, 2, ', b: 'x' })
})

test('`parseAnswerHead()` reads a status without words, and with any', () => {
  for (const status of ['HTTP/1.1 404', 'HTTP/1.1 404 ', 'HTTP/1.1 404 Nicht da: ü']) {
    assert.equal(parse(status).statusCode, 404)
  }
})

test('`parseAnswerHead()` gives back the fields that a head is made of', () => {
  const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/)
  const value = fc.stringMatching(/^([!-~\u0080-\u00FF]([ -~\u0080-\u00FF]{0,20}[!-~])?)?$/)
  const fields = fc.uniqueArray(fc.tuple(name, value), {
    selector: ([each]) => each.toLowerCase(),
  })
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 999 }), fields, (statusCode, given) => {
      const head = parse(`HTTP/1.1 ${statusCode} x`, ...given.map((field) => field.join(': ')))
      assert.equal(head.statusCode, statusCode)
      for (const [each, expected] of given) {
        assert.equal(head.headers[each.toLowerCase()], expected)
      }
      assert.equal(Object.keys(head.headers).length, given.length)
    }),
  )
})

test('`parseAnswerHead()` and `framingOf()` throw nothing but an Error with one line of plain text', () => {
  const word = fc.constantFrom(
    'HTTP/1.1 200 ',
    '\r\n',
    '\n',
    ': ',
    'content-length',
    '5',
    '\0',
    ' ',
  )
  const text = fc
    .array(fc.oneof(word, fc.string({ unit: 'binary' })))
    .map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, (any) => {
      try {
        framingOf(parseAnswerHead(any), 'GET')
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'Error')
        assert.doesNotMatch(error.message, /\p{Cc}/u)
        assert.ok(error.message.length < 150)
      }
    }),
  )
})

const KEPT: readonly (readonly [version: string, connection: string, expected: string])[] = [
  ['1.1', '', 'kept'],
  ['1.1', 'keep-alive', 'kept'],
  ['1.1', 'close', 'closed'],
  ['1.1', 'Close', 'closed'],
  ['1.1', 'upgrade, close', 'closed'],
  ['1.1', 'closely', 'kept'],
  ['1.1', 'keep-alive\r\nConnection: close', 'closed'],
  ['1.1', 'close\r\nConnection: keep-alive', 'closed'],
  ['1.0', '', 'closed'],
  ['1.0', 'keep-alive-not', 'closed'],
  ['1.0', 'Keep-Alive', 'kept'],
  ['1.0', 'keep-alive, close', 'closed'],
]

for (const [version, connection, expected] of KEPT) {
  test(`after HTTP/${version} with Connection ${JSON.stringify(connection)} the connection is ${expected}`, () => {
    const head = parse(`HTTP/${version} 200 OK`, `Connection: ${connection}`)
    assert.equal(head.persistence, expected)
  })
}

const FRAMED: readonly {
  readonly name: string
  readonly lines: readonly string[]
  readonly method?: 'HEAD'
  readonly expected: ReturnType<typeof framingOf> | RegExp
}[] = [
  { name: 'a length', lines: ['Content-Length: 5'], expected: { kind: 'length', lengthBytes: 5 } },
  { name: 'chunks', lines: ['Transfer-Encoding: Chunked'], expected: { kind: 'chunked' } },
  { name: 'neither', lines: [], expected: { kind: 'until-close' } },
  {
    name: 'a HEAD',
    lines: ['Content-Length: 5'],
    method: 'HEAD',
    expected: { kind: 'length', lengthBytes: 0 },
  },
  {
    name: 'two lengths',
    lines: ['Content-Length: 5', 'Content-Length: 6'],
    expected: /malformed length/,
  },
  {
    name: 'one length twice',
    lines: ['Content-Length: 5', 'Content-Length: 5'],
    expected: /malformed length/,
  },
  {
    name: 'a length and chunks',
    lines: ['Content-Length: 5', 'Transfer-Encoding: chunked'],
    expected: /twice/,
  },
  {
    name: 'another coding',
    lines: ['Transfer-Encoding: gzip, chunked'],
    expected: /unknown transfer encoding/,
  },
  {
    name: 'chunks twice',
    lines: ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'],
    expected: /unknown/,
  },
  {
    name: 'an empty coding and a length',
    lines: ['Transfer-Encoding:', 'Content-Length: 5'],
    expected: /twice/,
  },
  { name: 'an empty coding', lines: ['Transfer-Encoding:'], expected: /unknown/ },
  { name: 'no coding', lines: ['Transfer-Encoding: identity'], expected: /unknown/ },
  { name: 'an empty length', lines: ['Content-Length:'], expected: /malformed length/ },
  { name: 'a broken length', lines: ['Content-Length: 5.0'], expected: /malformed length/ },
  {
    name: 'the longest length',
    lines: [`Content-Length: ${'9'.repeat(15)}`],
    expected: { kind: 'length', lengthBytes: 999_999_999_999_999 },
  },
  { name: 'a signed length', lines: ['Content-Length: +5'], expected: /malformed length/ },
  { name: 'a length in hex', lines: ['Content-Length: 0x5'], expected: /malformed length/ },
  {
    name: 'a length beyond all numbers',
    lines: [`Content-Length: ${'9'.repeat(16)}`],
    expected: /malformed length/,
  },
]

for (const { name, lines, method = 'GET', expected } of FRAMED) {
  test(`\`framingOf()\` an answer with ${name}`, () => {
    const head = parse(HEAD, ...lines)
    if (expected instanceof RegExp) assert.throws(() => framingOf(head, method), expected)
    else assert.deepEqual(framingOf(head, method), expected)
  })
}

test('204 and 304 have no body, whatever they say; HTTP/1.0 has no chunks', () => {
  for (const status of [204, 304]) {
    const head = parse(`HTTP/1.1 ${status} x`, 'Content-Length: 5')
    assert.deepEqual(framingOf(head, 'GET'), { kind: 'length', lengthBytes: 0 })
  }
  const older = parse('HTTP/1.0 200 OK', 'Transfer-Encoding: chunked')
  assert.throws(() => framingOf(older, 'GET'), /HTTP\/1\.0/)
})

test('`keepAliveOf()` reads how long a server waits, in milliseconds', () => {
  const hints: readonly (readonly [string, number | undefined])[] = [
    ['timeout=5', 5000],
    ['max=100, Timeout=20', 20_000],
    ['timeout=5;max=3', 5000],
    ['mytimeout=5', undefined],
    ['timeout=-5', undefined],
    ['', undefined],
  ]
  for (const [hint, expected] of hints) {
    assert.equal(keepAliveOf(parse(HEAD, `Keep-Alive: ${hint}`)), expected, hint)
  }
})
