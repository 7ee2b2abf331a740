import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Outcome } from '../../src/core/outcome.ts'
import { addOutcome, addRound, EMPTY_TALLY, metricsOf, type Tally } from '../../src/core/tally.ts'

const ITEM = {
  bucket: 'b',
  key: 'k',
  versionId: undefined,
  destination: '/d/k',
  listedSize: undefined,
}
const ANSWER = { item: ITEM, sizeBytes: 100, costMs: 40, status: 200, requestId: 'R' }
const SUCCEEDED: Outcome = {
  ...ANSWER,
  kind: 'succeeded',
  md5: undefined,
  checks: [],
  fetchedBytes: 60,
}
const FAILED: Outcome = { ...ANSWER, kind: 'failed', costMs: 10, code: 'E', message: 'no' }
const UNTRIED: Outcome = { ...FAILED, costMs: undefined, code: 'AbortError' }
const UNCHANGED: Outcome = { ...ANSWER, kind: 'unchanged', costMs: undefined }
const DRY_RUN: Outcome = { ...ANSWER, kind: 'dry-run', costMs: undefined }

function tallyOf(...outcomes: readonly Outcome[]): Tally {
  return outcomes.reduce(addOutcome, EMPTY_TALLY)
}

test('`addOutcome()` counts each outcome where its list has it', () => {
  const tally = tallyOf(SUCCEEDED, FAILED, UNTRIED, UNCHANGED, DRY_RUN, {
    kind: 'left-out',
    item: ITEM,
  })
  assert.equal(tally.succeeded, 3)
  assert.equal(tally.failed, 2)
  assert.equal(tally.skipped, 1)
  assert.equal(tally.leftOut, 1)
})

test('`addOutcome()` adds up sizes of what succeeded, and of those the bytes fetched', () => {
  const tally = tallyOf(SUCCEEDED, SUCCEEDED, FAILED, UNCHANGED)
  assert.equal(tally.succeededBytes, 200)
  assert.equal(tally.transferredBytes, 120)
})

test('a dry run has sizes and transferred nothing', () => {
  const tally = tallyOf(DRY_RUN)
  assert.equal(tally.succeededBytes, 100)
  assert.equal(tally.transferredBytes, 0)
})

test('`metricsOf()` takes costs of all items that were tried', () => {
  assert.deepEqual(metricsOf(tallyOf(SUCCEEDED, FAILED, UNTRIED, UNCHANGED), 1000), {
    maxCostMs: 40,
    minCostMs: 10,
    averageCostMs: 25,
    averageTps: 2,
    transferredBytes: 60,
  })
})

test('`metricsOf()` has no costs where nothing was tried, and divides by no zero', () => {
  assert.deepEqual(metricsOf(EMPTY_TALLY, 0), {
    maxCostMs: undefined,
    minCostMs: undefined,
    averageCostMs: 0,
    averageTps: 0,
    transferredBytes: 0,
  })
})

test('`addRound()` is as if the failures of the first round had been tried twice in one', () => {
  const first = tallyOf(SUCCEEDED, UNCHANGED, FAILED, UNTRIED)
  const second = tallyOf(SUCCEEDED, { ...FAILED, costMs: 90 })
  const both = addRound(first, second)

  const { costs, ...counts } = tallyOf(SUCCEEDED, UNCHANGED, SUCCEEDED, FAILED)
  assert.deepEqual({ ...both, costs: undefined }, { ...counts, worked: 4, costs: undefined })
  assert.deepEqual(both.costs, { count: 4, totalMs: 180, minMs: 10, maxMs: 90 })
  assert.equal(costs.count, 3)
  assert.deepEqual(addRound(EMPTY_TALLY, EMPTY_TALLY), EMPTY_TALLY)
})
