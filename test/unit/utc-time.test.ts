import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatClock, formatNameTime, formatReportTime } from '../../src/core/utc-time.ts'

const SPAN = {
  min: new Date('0001-01-01T00:00:00Z'),
  max: new Date('9999-12-31T23:59:59.999Z'),
  noInvalidDate: true,
}

test('`formatReportTime()` writes every moment as the platform does', () => {
  fc.assert(
    fc.property(fc.date(SPAN), (date) => {
      assert.equal(formatReportTime(date.getTime()), `${date.toISOString().slice(0, 19)}Z`)
    }),
  )
})

test('`formatReportTime()` knows the leap days', () => {
  for (const day of ['2000-02-29', '2024-02-29', '2100-03-01', '1900-02-28', '2026-12-31']) {
    assert.equal(formatReportTime(Date.parse(`${day}T23:59:59Z`)), `${day}T23:59:59Z`)
  }
})

const clocks = [
  ['2026-11-22T18:56:01.338Z', '2026-11-22 18:56:01.338 +0000 UTC'],
  ['2026-11-22T18:56:01.330Z', '2026-11-22 18:56:01.33 +0000 UTC'],
  ['2026-11-22T18:56:01.300Z', '2026-11-22 18:56:01.3 +0000 UTC'],
  ['2026-11-22T18:56:01.007Z', '2026-11-22 18:56:01.007 +0000 UTC'],
  ['2026-11-22T18:56:00.000Z', '2026-11-22 18:56:00 +0000 UTC'],
] as const

for (const [iso, text] of clocks) {
  test(`\`formatClock()\` writes ${iso} as ${text}`, () => {
    assert.equal(formatClock(Date.parse(iso)), text)
  })
}

test('`formatClock()` cuts off what is less than a millisecond', () => {
  assert.equal(
    formatClock(Date.parse('2026-01-01T00:00:00.001Z') + 0.9),
    '2026-01-01 00:00:00.001 +0000 UTC',
  )
})

test('`formatNameTime()` writes the digits of a list name', () => {
  assert.equal(formatNameTime(Date.parse('2026-11-22T18:56:01.338Z')), '20261122185601')
})
