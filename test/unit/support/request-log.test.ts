import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestLog, type Arrival } from '../../support/request-log.ts'

function arrival(key: string): Arrival {
  return {
    method: 'GET',
    target: `/b/${key}`,
    bucket: 'b',
    key,
    versionId: undefined,
    range: undefined,
    ifMatch: undefined,
    headers: {},
  }
}

test('`peak()` is the most requests open at once, of all or of those that match', () => {
  const log = createRequestLog()
  const first = log.open(arrival('a'))
  const second = log.open(arrival('b'))
  first.end('whole')
  log.open(arrival('a'))
  log.open(arrival('b'))
  second.end('whole')
  assert.equal(log.peak(), 3)
  assert.equal(log.peak({ key: 'a' }), 1)
  assert.equal(log.peak({ key: 'b' }), 2)
  assert.equal(log.peak({ key: 'c' }), 0)
  assert.deepEqual(
    log.all.map((request) => request.concurrency),
    [1, 2, 2, 3],
  )
})

test('a request that ended once does not end again', () => {
  const log = createRequestLog()
  const entry = log.open(arrival('a'))
  entry.end('by-script')
  entry.end('by-client')
  log.open(arrival('a'))
  assert.equal(entry.request.ended, 'by-script')
  assert.equal(log.peak(), 1)
})

test('`arrived()` and `ended()` resolve for the past and for the future', async () => {
  const log = createRequestLog()
  const future = log.arrived({ key: 'a', nth: 2 })
  const entry = log.open(arrival('a'))
  const past = await log.arrived({ key: 'a' })
  const ended = log.ended({ key: 'a' })
  assert.equal(past.ended, 'not-yet')
  entry.end('by-client')
  assert.equal((await ended).ended, 'by-client')
  log.open(arrival('a'))
  assert.equal((await future).id, 2)
})

test('`seen()` picks requests and `forget()` drops them, but ids go on', () => {
  const log = createRequestLog()
  for (const key of ['a', 'b', 'a']) log.open(arrival(key))
  assert.deepEqual(
    log.seen({ key: 'a' }).map((request) => request.id),
    [1, 3],
  )
  log.forget()
  assert.equal(log.all.length, 0)
  assert.equal(log.open(arrival('a')).request.id, 4)
})

test('who asks a log that was stopped is told at once that nothing will come', async () => {
  const log = createRequestLog()
  log.open(arrival('a'))
  log.stop()
  await assert.rejects(log.arrived({ key: 'b' }), /server closed/)
  assert.equal((await log.arrived({ key: 'a' })).key, 'a')
})
