import assert from 'node:assert/strict'
import { posix } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Item } from '../../src/core/item.ts'
import { parseFailureLine } from '../../src/core/report-line.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { nastyName, nastyText } from '../support/nasty-names.ts'

const AT = '2026-11-22T18:55:56Z'
const TAIL =
  'cost [4], status [403], error code [AccessDenied], error message [Access Denied], request id [R5]'

/** The parts of an item that a list names. */
function named({ bucket, key, versionId, destination }: Item) {
  return { bucket, key, versionId, destination }
}

function parsed(line: string, platform: 'posix' | 'win32' = 'posix') {
  const result = parseFailureLine(line, platform)
  return result.kind === 'item' ? named(result.item) : result.kind
}

function item(key: string, destination: string, versionId?: string) {
  return { bucket: 'b', key, versionId, destination }
}

const tails = [
  TAIL,
  'n/a, status [404], error code [], error message [], request id [REQ71]',
  'n/a, n/a, n/a, error message [Cannot download the specified key [/a] in the bucket [b]], n/a',
  'n/a, n/a, error code [AbortError], error message [Task is aborted], n/a',
  'cost [0], status [0], error code [], error message [Head "http://127.0.0.1:9/b/k": EOF], request id []',
  'cost [0], status [0], error code [], error message [local md5 [66d4] remote md5 [795f]], request id [R]',
  'cost [0], status [0], error code [], error message [a, n/a], n/a',
]

for (const tail of tails) {
  test(`\`parseFailureLine()\` reads an item before: ${tail}`, () => {
    assert.deepEqual(parsed(`${AT} n/a, obs://b/k --> /d/k, ${tail}`), item('k', '/d/k'))
  })
}

const routes = [
  ['obs://b/a, b.txt --> /d/a, b.txt', item('a, b.txt', '/d/a, b.txt')],
  ['obs://b/a,b --> /d/a,b', item('a,b', '/d/a,b')],
  ['obs://b/end, --> /d/end,', item('end,', '/d/end,')],
  ['obs://b/ lead --> /d/ lead', item(' lead', '/d/ lead')],
  ['obs://b/trail  --> /d/trail ', item('trail ', '/d/trail ')],
  ['obs://b//abs --> /d/abs', item('/abs', '/d/abs')],
  ['obs://b/dir/ --> /d/dir', item('dir/', '/d/dir')],
  ['obs://b/w/../../x --> /d/x', item('w/../../x', '/d/x')],
  ['obs://b/k --> /d/../x', item('k', '/d/../x')],
  ['obs://b/a --> b --> /d/a --> b', item('a --> b', '/d/a --> b')],
  ['obs://b/a --> /b --> /d/a --> /b', item('a --> /b', '/d/a --> /b')],
  ['obs://b/x --> /d/my --> /x', item('x', '/d/my --> /x')],
  ['obs://b/p/a --> /p/a --> /d/p/a --> /p/a', item('p/a --> /p/a', '/d/p/a --> /p/a')],
  ['obs://b/a --> /./b --> /d/a --> /b', item('a --> /./b', '/d/a --> /b')],
  ['obs://b/dir --> /e/ --> /d/dir --> /e', item('dir --> /e/', '/d/dir --> /e')],
  ['obs://b/status [200] --> /d/status [200]', item('status [200]', '/d/status [200]')],
  ['obs://b/Z 1, z --> /d/Z 1, z', item('Z 1, z', '/d/Z 1, z')],
  ['obs://b/k?versionId=v1 --> /d/k', item('k', '/d/k', 'v1')],
  [
    'obs://b/q?versionId=x.txt --> /d/q?versionId=x.txt',
    item('q?versionId=x.txt', '/d/q?versionId=x.txt'),
  ],
  ['obs://b/q?versionId=x/y --> /d/q?versionId=x/y', item('q?versionId=x/y', '/d/q?versionId=x/y')],
  [
    'obs://b/q?versionId=x?versionId=v2 --> /d/q?versionId=x',
    item('q?versionId=x', '/d/q?versionId=x', 'v2'),
  ],
  [`obs://b/a, ${TAIL} --> /d/a, ${TAIL}`, item(`a, ${TAIL}`, `/d/a, ${TAIL}`)],
  [
    `obs://b/a --> /b, ${TAIL} --> /d/a --> /b, ${TAIL}`,
    item(`a --> /b, ${TAIL}`, `/d/a --> /b, ${TAIL}`),
  ],
] as const

for (const [route, expected] of routes) {
  test(`\`parseFailureLine()\` splits ${route}`, () => {
    assert.deepEqual(parsed(`${AT} 14B, ${route}, ${TAIL}`), expected)
  })
}

const kinds = [
  ['/up.txt --> obs://b/up.txt', 'upload'],
  ['C:\\up.txt --> obs://b/up.txt', 'upload'],
  ['relative --> /x --> obs://b/up.txt', 'upload'],
  ['obs://a/k --> obs://b/k', 'copy'],
  ['obs://a/k --> obs://b/k --> /x', 'copy'],
  ['obs://b/k --> relative/k', 'unreadable'],
  ['obs://b/k --> C:\\k', 'unreadable'],
  ['obs://b/ --> /d/k', 'unreadable'],
  ['obs:///k --> /d/k', 'unreadable'],
  ['/from --> /to', 'unreadable'],
  ['obs://b/k', 'unreadable'],
  ['obs://b/k --> /d/a\0b', 'unreadable'],
  // Nothing says which arrow is the true one.
  ['obs://b/a --> /b --> /d/new', 'unreadable'],
  ['obs://b/x --> /y/x --> /z/x', 'unreadable'],
  // Two lines that a torn write has glued together.
  [`obs://b/k1 --> /d/k${AT} 1B, obs://b/k2 --> /d/k2`, 'unreadable'],
] as const

for (const [route, kind] of kinds) {
  test(`\`parseFailureLine()\` calls ${JSON.stringify(route)} ${kind}`, () => {
    assert.equal(parsed(`${AT} 14B, ${route}, ${TAIL}`), kind)
  })
}

const others = [
  '',
  '  \r',
  `${AT} Start at 2026-11-22 18:55:56.879098068 +0000 UTC`,
  `${AT} Start at 2026-01-01 00:00:00 +0000 UTC\r`,
  `${AT} End at 2026-11-22 18:56:00.945587407 +0000 UTC, cost [4066]`,
  `${AT} Failed count is: 4/10`,
  `${AT} [object size, src --> dst, cost(ms), status code, error code, error message, request id]`,
  `${AT} [src size, src --> dst, cost(ms), status code, error code, error message, request id]`,
]

for (const line of others) {
  test(`\`parseFailureLine()\` finds no item in ${JSON.stringify(line)}`, () => {
    assert.equal(parsed(line), 'other')
  })
}

const broken = [
  `${AT} 14B, obs://b/k --> /d/k`,
  `${AT} 14B, obs://b/k --> /d/k, cost [4], status [4`,
  `${AT} 14B, obs://b/k --> /d/k, cost [4], status [403], error code [A], error message [Acc`,
  `${AT} 14B, obs://b/k --> /d/k, status [403], error code [A], error message [x], request id [R]`,
  `${AT} 14B, obs://b/k --> /d/k, cost [x], status [403], error code [A], error message [x], n/a`,
  `${AT} 14B, obs://b/k --> /d/k, cost [1], status [403], error code [a]b], error message [x], n/a`,
  `${AT} Failed count is: 1/1], request id [R]`,
  `${AT} what`,
  '2026-11-22T18:5',
  'words',
  '], request id [R]',
]

for (const line of broken) {
  test(`\`parseFailureLine()\` does not read ${line}`, () => {
    assert.equal(parsed(line), 'unreadable')
  })
}

const windows = [
  ['obs://b/p/k.txt --> d:\\data\\p\\k.txt', item('p/k.txt', 'd:\\data\\p\\k.txt')],
  ['obs://b/k --> D:/data/k', item('k', 'D:/data/k')],
  ['obs://b/k --> \\\\host\\share\\k', item('k', '\\\\host\\share\\k')],
  ['obs://b/a --> c:\\k --> d:\\x\\a --> c\\k', item('a --> c:\\k', 'd:\\x\\a --> c\\k')],
  ['obs://b/k --> /d/k', 'unreadable'],
] as const

for (const [route, expected] of windows) {
  test(`\`parseFailureLine()\` on Windows takes ${route} for ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(parsed(`${AT} 14B, ${route}, ${TAIL}`, 'win32'), expected)
  })
}

test('`parseFailureLine()` takes a message that pretends to be fields for a message, or for nothing', () => {
  const honest = `${AT} 14B, obs://b/p/k --> /d/k, cost [4], status [403], error code [A], error message [`
  const messages = [
    'x/../../../evil/p/k, cost [1], status [1], error code [], error message [',
    'x --> /evil/k, cost [1], status [1], error code [], error message [',
    'x/p/k --> /evil/x/p/k, cost [1], status [1], error code [], error message [y',
    `y --> /d/y, cost [4], status [403], error code [A], error message [y --> /evil/y, n/a, n/a, n/a, error message [`,
  ]
  for (const message of messages) {
    const read = parsed(`${honest}${message}], request id [R]`)
    assert.ok(
      read === 'unreadable' || (typeof read === 'object' && read.destination === '/d/k'),
      message,
    )
  }
})

test('`parseFailureLine()` gives the size that the line lists', () => {
  const sizes = ['14B', '48.83KB', 'n/a'].map((size) => {
    const read = parseFailureLine(`${AT} ${size}, obs://b/k --> /d/k, ${TAIL}`, 'posix')
    return read.kind === 'item' ? read.item.listedSize : read.kind
  })
  assert.deepEqual(sizes[0], { minBytes: 14, maxBytes: 14 })
  const rounded = sizes[1]
  assert.ok(typeof rounded === 'object' && rounded.minBytes <= 50_000 && rounded.maxBytes >= 50_000)
  assert.equal(sizes[2], undefined)
})

test('`parseFailureLine()` reads a hostile line of a megabyte in linear time', () => {
  const pieces = [
    ' --> /',
    ', error message [',
    ', item [',
    '], request id [',
    `${TAIL}, `,
    '/a',
    '1'.repeat(30),
  ]
  for (const piece of pieces) {
    const long = piece.repeat(Math.ceil(1_048_576 / piece.length))
    for (const route of [`obs://b/${long}`, `obs://b/${long} --> /d/${long}`]) {
      const line = `${AT} 14B, ${route}, ${TAIL}`
      // Quadratic work would take minutes here, not fractions of a second.
      assert.ok(['object', 'string'].includes(typeof parsed(line)))
      assert.ok(['object', 'string'].includes(typeof parsed(line.replaceAll('/', '\\'), 'win32')))
    }
  }
})

/** Where the official tool puts an object: the whole key, its last part or what a folder leaves of it. */
const destinations = {
  'the whole key': (key: string) => key,
  'its last segment': (key: string) => key.slice(key.lastIndexOf('/') + 1),
  'all but its first segment': (key: string) => key.slice(key.indexOf('/') + 1),
} as const

for (const [what, relative] of Object.entries(destinations)) {
  test(`no key can make its line say another item, where a path ends with ${what}`, () => {
    const key = fc
      .tuple(nastyName(), nastyName())
      .map((parts) => parts.join('/').replaceAll('\n', ' '))
    fc.assert(
      fc.property(key, (name) => {
        const destination = posix.join('/d', relative(name)).replace(/(.)\/$/, '$1')
        const read = parsed(`${AT} 1B, obs://b/${name} --> ${destination}, ${TAIL}`)
        if (typeof read === 'string') return
        const version = read.versionId === undefined ? '' : `?versionId=${read.versionId}`
        assert.deepEqual(
          { name: `${read.key}${version}`, destination: read.destination },
          { name, destination },
        )
      }),
      fuzzRuns(1000),
    )
  })
}

test('no message on its line can make the line say another item', () => {
  fc.assert(
    fc.property(nastyText(), (text) => {
      const fields = `cost [4], status [403], error code [A], error message [${text.replaceAll('\n', ' ')}]`
      const read = parsed(`${AT} 1B, obs://b/p/k --> /d/p/k, ${fields}, request id [R]`)
      assert.ok(typeof read === 'string' || (read.key === 'p/k' && read.destination === '/d/p/k'))
    }),
    fuzzRuns(1000),
  )
})
