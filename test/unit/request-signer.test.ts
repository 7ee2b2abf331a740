/** Keys and clocks of the signer. That the signatures are right: signed-request.test.ts. */
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createRequestSigner, type Header } from '../../src/adapters/request-signer.ts'
import { findSignatureFault, type TestCredentials } from '../support/signature-check.ts'

const MINUTE_MS = 60_000
const NOW_MS = Date.UTC(2026, 10, 22, 23, 58)
const OLD = { ak: 'OLD', sk: 'old secret', token: '' }
const NEW = { ak: 'NEW', sk: 'new secret', token: 'session' }
const REQUEST = {
  method: 'GET',
  path: '/bucket/a//../b',
  search: '',
  headers: [
    ['host', 'store.example'],
    ['range', 'bytes=0-1'],
  ],
} as const

function faultOf(signed: readonly Header[], account: TestCredentials, nowMs: number) {
  const { method, path: target } = REQUEST
  const headers = Object.fromEntries(signed)
  return findSignatureFault({ method, target, headers }, account, nowMs)
}

test('a signer takes new keys from one request to the next, and back', () => {
  const signer = createRequestSigner('region', () => NOW_MS)
  for (const { ak, sk, token } of [OLD, NEW, OLD, OLD, { ...OLD, sk: 'changed' }]) {
    const headers = signer.sign(REQUEST, { ak, sk, token })
    const account = {
      accessKeyId: ak,
      secretAccessKey: sk,
      ...(token !== '' && { sessionToken: token }),
    }
    assert.equal(faultOf(headers, account, NOW_MS), undefined)
  }
})

test('requests that are signed in turn with different keys do not mix them up', () => {
  const signer = createRequestSigner('region', () => NOW_MS)
  const signed = [OLD, NEW, OLD, NEW].map((keys) => signer.sign(REQUEST, keys))
  const names = signed.map(
    (headers) => /Credential=(\w+)/.exec(valueOf(headers, 'authorization'))?.[1],
  )
  assert.deepEqual(names, ['OLD', 'NEW', 'OLD', 'NEW'])
})

test('neither the secret key nor the headers it was given are changed or sent', () => {
  const headers = Object.freeze([...REQUEST.headers])
  const signed = createRequestSigner('region', () => NOW_MS).sign({ ...REQUEST, headers }, OLD)
  assert.equal(valueOf(signed, 'host'), 'store.example')
  assert.equal(valueOf(signed, 'range'), 'bytes=0-1')
  assert.doesNotMatch(JSON.stringify(signed), /old secret/)
})

const SKEWS = [
  ['none', 0, false],
  ['a little less than five minutes', 5 * MINUTE_MS - 1, false],
  ['five minutes', 5 * MINUTE_MS, true],
  ['a day', 24 * 60 * MINUTE_MS, true],
] as const

for (const [name, skewMs, isLearned] of SKEWS) {
  for (const [side, sign] of [
    ['before', -1],
    ['behind', 1],
  ] as const) {
    test(`a clock that is ${side} the store’s by ${name} is ${isLearned ? '' : 'not '}corrected`, () => {
      const signer = createRequestSigner('region', () => NOW_MS)
      const storeMs = NOW_MS + sign * skewMs
      assert.equal(signer.learnTime(storeMs), isLearned)
      const headers = signer.sign(REQUEST, OLD)
      assert.equal(msOf(headers), isLearned ? storeMs - (storeMs % 1000) : NOW_MS)
    })
  }
}

test('a time that cannot be read is no time, also after one was learned', () => {
  const signer = createRequestSigner('region', () => NOW_MS)
  assert.equal(signer.learnTime(Number.NaN), false)
  assert.equal(signer.learnTime(NOW_MS + 60 * MINUTE_MS), true)
  assert.equal(signer.learnTime(Date.parse('no date')), false)
  assert.equal(msOf(signer.sign(REQUEST, OLD)), NOW_MS + 60 * MINUTE_MS)
})

test('a correction goes along with the clock, and a clock that is set right undoes it', () => {
  let clockMs = NOW_MS
  const signer = createRequestSigner('region', () => clockMs)
  assert.equal(signer.learnTime(NOW_MS + 60 * MINUTE_MS), true)
  clockMs += 10 * MINUTE_MS
  assert.equal(msOf(signer.sign(REQUEST, OLD)), NOW_MS + 70 * MINUTE_MS)
  assert.equal(signer.learnTime(NOW_MS + 70 * MINUTE_MS), false)

  clockMs = NOW_MS + 80 * MINUTE_MS
  assert.equal(signer.learnTime(clockMs), true)
  assert.equal(msOf(signer.sign(REQUEST, OLD)), clockMs)
})

test('whatever times a signer is told, it signs within five minutes of the last one', () => {
  const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(times, (storeTimes) => {
      const signer = createRequestSigner('region', () => NOW_MS)
      for (const storeMs of storeTimes) {
        signer.learnTime(storeMs)
        const signedMs = msOf(signer.sign(REQUEST, OLD))
        // A signature has whole seconds.
        assert.ok(Math.abs(signedMs - storeMs) < 5 * MINUTE_MS + 1000)
      }
    }),
    { numRuns: 30 },
  )
})

/** When the request was signed, by its own account. */
function msOf(headers: readonly Header[]): number {
  const stamp = valueOf(headers, 'x-amz-date')
  const iso = stamp.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')
  return Date.parse(iso)
}

function valueOf(headers: readonly Header[], wanted: string): string {
  return headers.find(([name]) => name === wanted)?.[1] ?? ''
}
