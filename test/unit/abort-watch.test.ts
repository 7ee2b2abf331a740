import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import test from 'node:test'
import { onAbort } from '../../src/adapters/abort-watch.ts'

test('an abort is told to everyone who listens, and to nobody who left', () => {
  const stop = new AbortController()
  const told: string[] = []
  onAbort(stop.signal, () => told.push('first'))
  const leave = onAbort(stop.signal, () => told.push('gone'))
  onAbort(stop.signal, () => told.push('last'))
  leave()
  stop.abort()
  stop.abort()
  assert.deepEqual(told, ['first', 'last'])
})

test('who leaves while an abort is told, or twice, takes nobody along', () => {
  const stop = new AbortController()
  const told: string[] = []
  const leaveFirst = onAbort(stop.signal, () => {
    told.push('first')
    leaveFirst()
    leaveFirst()
  })
  onAbort(stop.signal, () => told.push('second'))
  stop.abort()
  assert.deepEqual(told, ['first', 'second'])
})

test('a signal has one listener, and none where nobody listens any more', () => {
  const { signal } = new AbortController()
  const others = new AbortController().signal
  for (let round = 0; round < 3; round += 1) {
    const leaving = [1, 2, 3].map(() => onAbort(signal, () => assert.fail('nothing was aborted')))
    onAbort(others, () => assert.fail('nothing was aborted'))
    assert.equal(getEventListeners(signal, 'abort').length, 1)
    for (const leave of leaving) leave()
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  }
  assert.equal(getEventListeners(others, 'abort').length, 1)
})
