import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatFailureList } from '../../support/failure-list.ts'
import { readLikeOfficialTool } from '../../support/official-reader.ts'

function line(source: string, destination: string): string {
  return `2024-01-02T03:04:05Z 1B, ${source} --> ${destination}, cost [1], status [0]\n`
}

function read(source: string, destination: string) {
  return readLikeOfficialTool(line(source, destination))[0]
}

test('a list of the official tool reads back, its other lines are no entries', () => {
  const items = [
    { bucket: 'b', key: 'p/a b', destination: '/d/a b', size: '1B' },
    { bucket: 'b', key: 'k', versionId: 'v1', destination: '/d/k' },
  ]
  const entries = readLikeOfficialTool(
    formatFailureList({ items, time: new Date(0), by: 'recover' }),
  )
  assert.deepEqual(
    entries.map(({ kind, bucket, key, versionId, destination }) =>
      [kind, bucket, key, versionId, destination].join(' | '),
    ),
    ['download | b | p/a b |  | /d/a b', 'download | b | k | v1 | /d/k'],
  )
})

test('the header line is not taken for an item', () => {
  const header =
    '2024-01-02T03:04:05Z [src size, src --> dst, cost(ms), status code, error code, error message, request id]'
  assert.deepEqual(readLikeOfficialTool(header), [])
})

test('a comma cuts the destination and an arrow the source', () => {
  assert.equal(read('obs://b/k', '/d/a, b')?.destination, '/d/a')
  const arrow = read('obs://b/a --> b', '/d/x')
  assert.equal(arrow?.key, 'a')
  assert.equal(arrow.destination, 'b --> /d/x')
})

test('the last `?versionId=` is split off unless the key begins with it', () => {
  assert.equal(read('obs://b/k?versionId=1?versionId=2', '/d')?.versionId, '2')
  assert.equal(read('obs://b/?versionId=1', '/d')?.key, '?versionId=1')
})

test('uploads and copies are told from downloads', () => {
  assert.equal(read('/d/file', 'obs://b/k')?.kind, 'upload')
  assert.equal(read('obs://b/k', 'obs://c/k')?.kind, 'copy')
  assert.equal(read('/d/file', '/d/other'), undefined)
  assert.equal(read('obs://b', '/d'), undefined)
})

test('a line without a comma after the destination is dropped', () => {
  assert.deepEqual(readLikeOfficialTool('2024-01-02T03:04:05Z 1B, obs://b/k --> /d/k'), [])
})
