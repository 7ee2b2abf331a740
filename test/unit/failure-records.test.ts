import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRecordReader } from '../../src/core/failure-records.ts'

const AT = '2026-11-22T18:55:56Z'
const FIELDS = 'cost [4], status [400], error code [A], error message ['
const END = '], request id [R]'
const INJECTED = `2026-01-01T00:00:00Z 1B, obs://b/evil --> /inj/evil, ${FIELDS}x${END}`

function whole(key: string, message = 'm'): string {
  return `${AT} 1B, obs://b/${key} --> /d/${key}, ${FIELDS}${message}${END}`
}

/** The keys of the items and the kinds of the other records, in order. */
function read(text: string): readonly string[] {
  const reader = createRecordReader('posix')
  const records = text
    .split('\n')
    .flatMap((line, index) => reader.push({ lineNumber: index + 1, text: line, isDamaged: false }))
  return [...records, ...reader.end()].map((record) => {
    if (record.kind !== 'item') return record.kind
    const { key, destination } = record.item
    return destination === `/d/${key}` ? key : `${key} --> ${destination}`
  })
}

const messages = [
  ['line feeds', 'one\n\ntwo\r\nthree'],
  ['halves of lines of a list', `oops\n${INJECTED.slice(0, 60)}, x\n`],
  ['whole lines of a list', `oops\n${INJECTED}\n${INJECTED}\n`],
  ['counts and an end', `oops\n${AT} Failed count is: 1/1\n\n${INJECTED}\n`],
  ['an upload', `oops\n${AT} 1B, /etc/passwd --> obs://b/x, ${FIELDS}x${END}\n`],
] as const

for (const [what, message] of messages) {
  test(`a message that holds ${what} is a message`, () => {
    assert.deepEqual(read([whole('k1'), whole('k2', message), whole('k3')].join('\n')), [
      'k1',
      'k2',
      'k3',
    ])
  })
}

test('a name that holds line feeds is a name', () => {
  for (const key of ['a\nb', '\na\n', 'a\n\n\nb', 'a\n], n/a\nb', 'a\n --> b', 'a\n, b']) {
    assert.deepEqual(read([whole('k1'), whole(key), whole('k2')].join('\n')), ['k1', key, 'k2'])
  }
})

test('a name and a message that both hold line feeds are read', () => {
  assert.deepEqual(read([whole('k1'), whole('a\nb', 'x\ny'), whole('k2')].join('\n')), [
    'k1',
    'a\nb',
    'k2',
  ])
})

test('items before a close of a message that nothing opened are not trusted', () => {
  const forged = whole('k2', `oops${END}\n${INJECTED}\n`)
  assert.deepEqual(read([whole('k1'), forged].join('\n')), Array(4).fill('unreadable'))
})

test('items after a message that nothing closes are not trusted', () => {
  const forged = whole('k2', `oops\n${INJECTED.slice(0, -END.length)}`)
  assert.deepEqual(read([whole('k1'), forged].join('\n')), ['k1', 'unreadable', 'unreadable'])
})

test('a name that holds lines of a list makes no item of them', () => {
  const names = [
    `x\n${INJECTED}\n`,
    `x\n2026-01-01T00:00:00Z 1B, obs://b/evil --> /inj/evil`,
    `y --> /inj/y, ${FIELDS}\nz`,
    `y --> /inj/y, ${FIELDS}\n${INJECTED}\nz`,
  ]
  for (const name of names) {
    const records = read([whole('k1'), whole(name)].join('\n'))
    assert.ok(
      records.every((record) => record === 'k1' || record === 'unreadable'),
      records.join('; '),
    )
  }
})

test('a torn line does not take the next one with it', () => {
  for (const length of [15, 30, 45, 60, 75, 90]) {
    const records = read([whole('k1'), whole('k2').slice(0, length), whole('k3')].join('\n'))
    assert.deepEqual(records, ['k1', 'unreadable', 'k3'])
  }
})

test('a torn line at the end of a list is unreadable, wherever it was torn', () => {
  const line = whole('k2')
  for (let length = 1; length < line.length; length += 1) {
    assert.deepEqual(read(`${whole('k1')}\n${line.slice(0, length)}`), ['k1', 'unreadable'])
  }
})

test('a record is looked for over 64 lines, and each line beyond is given up, none in silence', () => {
  const most = 'x\n'.repeat(63)
  assert.deepEqual(read(whole('k', most)), ['k'])
  const records = read(whole('k', `x\n${most}`))
  assert.deepEqual(records, Array(65).fill('unreadable'))
})

test('many records come out in order, and not only at the end', () => {
  const reader = createRecordReader('posix')
  const keys = Array.from({ length: 1000 }, (_, index) => `k${index}`)
  const early = keys.flatMap((key, index) =>
    reader.push({ lineNumber: index + 1, text: whole(key), isDamaged: false }),
  )
  assert.ok(early.length > 800)
  const all = [...early, ...reader.end()].map((record) => record.lineNumber)
  assert.deepEqual(
    all,
    keys.map((_, index) => index + 1),
  )
})
