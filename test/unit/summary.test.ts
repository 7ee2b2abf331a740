import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  formatHeader,
  formatStart,
  formatSummary,
  type HeaderFields,
  type SummaryFields,
} from '../../src/cli/summary.ts'

const TASK_ID = 'a628d6da-c562-4a1f-b687-4fa125de0dc3'
const MB = 1024 * 1024

const HEADER: HeaderFields = {
  taskId: TASK_ID,
  parallels: 5,
  jobs: 5,
  thresholdBytes: 50 * MB,
  partSizeBytes: 'auto',
  verifyLength: false,
  verifyMd5: false,
  exclude: ['*.tmp'],
  include: ['*.jpg'],
  timeRange: '20240101-*',
  checkpointDir: '/home/me/.obsutil_checkpoint',
  outputDir: '/home/me/.obsutil_output',
  tempFileDir: '/home/me/.obsutil_tempfile',
}

const SUMMARY: SummaryFields = {
  taskId: TASK_ID,
  tally: { succeeded: 1, failed: 0, skipped: 0, succeededBytes: 7.2 * MB },
  warnings: 0,
  metrics: {
    maxCostMs: 90,
    minCostMs: 45,
    averageCostMs: 63.8,
    averageTps: 35.71,
    transferredBytes: 7.2 * MB,
  },
}

test('`formatStart()` gives the time in UTC and an empty line', () => {
  const startMs = Date.UTC(2024, 9, 8, 1, 10, 7, 380)
  assert.equal(formatStart(startMs, 'shown'), 'Start at 2024-10-08 01:10:07.380 +0000 UTC\n\n')
})

test('`formatStart()` gives nothing where the configuration hides it', () => {
  assert.equal(formatStart(0, 'hidden'), '')
})

test('`formatHeader()` is the block of the manual, byte for byte', () => {
  assert.equal(
    formatHeader(HEADER),
    `Parallel:      5                   Jobs:          5
Threshold:     50.00MB             PartSize:      auto
VerifyLength:  false               VerifyMd5:     false
Exclude:       *.tmp
Include:       *.jpg
TimeRange:     20240101-*
CheckpointDir: /home/me/.obsutil_checkpoint

Task id: ${TASK_ID}
OutputDir: /home/me/.obsutil_output
TempFileDir: /home/me/.obsutil_tempfile

`,
  )
})

test('`formatHeader()` leaves out filters that were not given', () => {
  const header = formatHeader({ ...HEADER, exclude: [], include: [], timeRange: undefined })
  assert.match(header, /VerifyMd5: {5}false\nCheckpointDir: /)
  assert.doesNotMatch(header, /clude:|TimeRange:/)
})

test('`formatHeader()` shows `Include` without `Exclude`', () => {
  const header = formatHeader({ ...HEADER, exclude: [], timeRange: undefined })
  assert.match(header, /false\nInclude: {7}\*\.jpg\nCheckpointDir/)
})

test('`formatHeader()` joins repeated patterns and keeps their blanks', () => {
  const header = formatHeader({ ...HEADER, exclude: ['*.tmp', ' x '] })
  assert.match(header, /\nExclude: {7}\*\.tmp, {2}x \n/)
})

test('`formatHeader()` gives a part size with its unit, and different numbers their place', () => {
  const header = formatHeader({
    ...HEADER,
    parallels: 100_000,
    jobs: 12,
    partSizeBytes: 3 * MB,
    verifyMd5: true,
  })
  assert.deepEqual(header.split('\n').slice(0, 3), [
    'Parallel:      100000              Jobs:          12',
    'Threshold:     50.00MB             PartSize:      3.00MB',
    'VerifyLength:  false               VerifyMd5:     true',
  ])
})

test('`formatSummary()` is the block of the manual, byte for byte', () => {
  assert.equal(
    formatSummary(SUMMARY),
    `Succeed count:      1         Failed count:       0
Succeed bytes:      7.20MB
Metrics [max cost:90 ms, min cost:45 ms, average cost:63.80 ms, average tps:35.71, transferred size:7.20MB]

Task id: ${TASK_ID}
`,
  )
})

test('`formatSummary()` shows skipped items and warnings where there are any', () => {
  const tally = { succeeded: 1234, failed: 5, skipped: 30, succeededBytes: 0 }
  assert.deepEqual(
    formatSummary({ ...SUMMARY, tally, warnings: 2 })
      .split('\n')
      .slice(0, 3),
    [
      'Succeed count:      1234      Failed count:       5         Skip count:         30',
      'Warning count:      2',
      'Succeed bytes:      0B',
    ],
  )
})

test('`formatSummary()` says `n/a` for costs that no item has, and rounds the others', () => {
  const { metrics } = SUMMARY
  const without = { ...metrics, maxCostMs: undefined, minCostMs: undefined, averageCostMs: 0 }
  assert.match(
    formatSummary({ ...SUMMARY, metrics: without }),
    /\[max cost:n\/a, min cost:n\/a, average cost:0\.00 ms, /,
  )
  const fine = { ...metrics, maxCostMs: 90.7, minCostMs: 0.2 }
  assert.match(formatSummary({ ...SUMMARY, metrics: fine }), /\[max cost:91 ms, min cost:0 ms, /)
})

test('`formatSummary()` says that there was no task to run', () => {
  const tally = { succeeded: 0, failed: 0, skipped: 0, succeededBytes: 0 }
  assert.equal(
    formatSummary({ ...SUMMARY, tally }),
    'Warn: No task to run\nSucceed bytes:      0B\n',
  )
})

test('neither block has a line that ends in a blank', () => {
  const text = formatHeader(HEADER) + formatSummary({ ...SUMMARY, warnings: 3 })
  assert.doesNotMatch(text, /[ \t]\n/)
})
