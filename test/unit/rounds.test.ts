import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isHopeless } from '../../src/core/failure-prospects.ts'
import { pauseAfter } from '../../src/core/rounds.ts'

const PLAN = { more: 3, firstPauseMs: 10_000 }

for (const [what, round, end, pauseMs] of [
  ['all is done', 1, { succeeded: 5, failed: 0, hopeless: 0 }, undefined],
  ['something is left', 1, { succeeded: 5, failed: 2, hopeless: 0 }, 10_000],
  ['the first round got nothing done', 1, { succeeded: 0, failed: 2, hopeless: 0 }, 10_000],
  ['a later round got nothing done', 2, { succeeded: 0, failed: 2, hopeless: 0 }, undefined],
  ['a later round got something done', 2, { succeeded: 1, failed: 2, hopeless: 0 }, 20_000],
  ['the third one did', 3, { succeeded: 1, failed: 1, hopeless: 0 }, 40_000],
  ['all rounds are used up', 4, { succeeded: 1, failed: 1, hopeless: 0 }, undefined],
  ['what is left is beyond help', 1, { succeeded: 1, failed: 2, hopeless: 2 }, undefined],
  ['some of what is left is not', 1, { succeeded: 1, failed: 3, hopeless: 2 }, 10_000],
] as const) {
  test(`the pause where ${what} is ${pauseMs ?? 'none'}`, () => {
    assert.equal(pauseAfter(round, end, PLAN), pauseMs)
  })
}

test('without -rounds there is one round', () => {
  const end = { succeeded: 1, failed: 1, hopeless: 0 }
  assert.equal(pauseAfter(1, end, { more: 0, firstPauseMs: 10_000 }), undefined)
})

test('pauses never shrink, and none is longer than ten minutes', () => {
  const end = { succeeded: 1, failed: 1, hopeless: 0 }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(600_000), (round, firstPauseMs) => {
      const plan = { more: 10_000, firstPauseMs }
      const pauseMs = pauseAfter(round, end, plan) ?? Number.NaN
      assert.ok(pauseMs <= 600_000 && pauseMs >= firstPauseMs)
      assert.ok((pauseAfter(round + 1, end, plan) ?? Number.NaN) >= pauseMs)
    }),
  )
})

test('a first pause that is longer than ten minutes is kept to', () => {
  const end = { succeeded: 1, failed: 1, hopeless: 0 }
  assert.equal(pauseAfter(2, end, { more: 9, firstPauseMs: 3_600_000 }), 3_600_000)
})

for (const [cause, expected] of [
  [{ status: 404, code: 'NoSuchKey' }, true],
  [{ status: 404, code: '' }, true],
  [{ status: undefined, code: 'ENAMETOOLONG' }, true],
  [{ status: 403, code: 'AccessDenied' }, false],
  [{ status: 503, code: 'SlowDown' }, false],
  [{ status: 0, code: 'ECONNREFUSED' }, false],
  [{ status: undefined, code: undefined }, false],
] as const) {
  test(`${JSON.stringify(cause)} is ${expected ? '' : 'not '}beyond help`, () => {
    assert.equal(isHopeless(cause), expected)
  })
}
