import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Item } from '../../src/core/item.ts'
import { formatFailedLine } from '../../src/core/report-format.ts'
import { formatItemField } from '../../src/core/report-item-field.ts'
import { parseFailureLine } from '../../src/core/report-line.ts'

const AT = '2026-11-22T18:55:56Z'
const TAIL =
  'cost [4], status [403], error code [AccessDenied], error message [Access Denied], request id [R5]'

/** The parts of an item that a list names. */
function named({ bucket, key, versionId, destination }: Item) {
  return { bucket, key, versionId, destination }
}

function parsed(line: string) {
  const result = parseFailureLine(line, 'posix')
  return result.kind === 'item' ? named(result.item) : result.kind
}

function item(key: string, destination: string) {
  return { bucket: 'b', key, versionId: undefined, destination }
}

function listed(key: string, destination: string, versionId?: string): Item {
  return { bucket: 'b', key, versionId, destination, listedSize: undefined }
}

test('the item field says what the item is where the line alone does not', () => {
  const answer = { sizeBytes: 1, costMs: 1, status: 0, requestId: '', code: '', message: '' }
  const line = formatFailedLine(
    { kind: 'failed', item: listed('a\nb', '/d/a\nb'), ...answer },
    { atMs: Date.parse(AT), sizes: 'human', platform: 'posix' },
  )
  assert.match(line, /^.*obs:\/\/b\/a b --> \/d\/a b, .*, item \[[\w-]+\]$/)
  assert.deepEqual(parsed(line), item('a\nb', '/d/a\nb'))
})

const forged = [
  listed('evil', '/d/k'),
  listed('k', '/evil'),
  listed('k', '/d/k, cost [4], status [403], error code [AccessDenied]'),
  { ...listed('k', '/d/k'), bucket: 'evil' },
  listed('k', '/d/k', 'v1'),
  listed('k', 'relative'),
  { ...listed('k', '/d/k'), bucket: '' },
]

for (const other of forged) {
  test(`an item field that says ${JSON.stringify(named(other))} is not trusted in another item's line`, () => {
    const line = `${AT} 14B, obs://b/k --> /d/k, ${TAIL}${formatItemField(other)}`
    assert.equal(parsed(line), 'unreadable')
  })
}

const malformed = [
  'x',
  '',
  '????',
  Buffer.from('[]').toString('base64url'),
  Buffer.from('null').toString('base64url'),
  Buffer.from('{"bucket":"b","key":"k"}').toString('base64url'),
  Buffer.from('{"bucket":"b","key":7,"destination":"/d/k"}').toString('base64url'),
  Buffer.from('{"bucket":"b","key":"k","versionId":1,"destination":"/d/k"}').toString('base64url'),
  Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'),
]

for (const value of malformed) {
  test(`an item field of [${value}] makes the line unreadable`, () => {
    assert.equal(parsed(`${AT} 14B, obs://b/k --> /d/k, ${TAIL}, item [${value}]`), 'unreadable')
  })
}

test('an item field that names the item of its line is read, be its version missing or null', () => {
  for (const version of [{}, { versionId: null }]) {
    const json = JSON.stringify({ bucket: 'b', key: 'é', destination: '/d/é', ...version })
    const field = Buffer.from(json).toString('base64url')
    const line = `${AT} 14B, obs://b/é --> /d/é, ${TAIL}, item [${field}]`
    assert.deepEqual(parsed(line), item('é', '/d/é'))
  }
})
