/** The journal's entries: what is written is read back, and nothing else is believed. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  formatRun,
  parseRun,
  runFileName,
  taskIdOfRunFile,
  type RunEntry,
} from '../../src/core/run-entry.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

const count = fc.nat()
const taskId = fc.uuid()
const entry: fc.Arbitrary<RunEntry> = fc.record({
  taskId,
  resumedTaskId: taskId,
  dryRun: fc.boolean(),
  state: fc.constantFrom('running', 'ended', 'interrupted', 'failed'),
  startedAtMs: count,
  endedAtMs: fc.option(count, { nil: undefined }),
  counts: fc.option(
    fc.record({
      succeeded: count,
      failed: count,
      skipped: count,
      leftOut: count,
      unreadable: count,
      foreign: count,
      bytes: count,
    }),
    { nil: undefined },
  ),
  flags: fc.option(
    fc.dictionary(
      fc.stringMatching(/^[a-zA-Z]{1,9}$/),
      fc.oneof(fc.string(), fc.array(fc.string())),
      {
        noNullPrototype: true,
      },
    ),
    { nil: undefined },
  ),
  owner: fc.record({
    pid: fc.integer({ min: 1, max: 4_194_304 }),
    host: fc.string(),
    started: fc.string(),
    space: fc.string(),
  }),
})

const ONE: RunEntry = {
  taskId: '1f2b47c4-38b4-4f4e-9d3a-6f2ac4f6a0c7',
  resumedTaskId: 'a628d6da-c562-4a1f-b687-4fa125de0dc3',
  dryRun: false,
  state: 'running',
  startedAtMs: 1,
  endedAtMs: undefined,
  counts: undefined,
  flags: { f: 'true' },
  owner: { pid: 7, host: 'h', started: '1', space: 's' },
}

/** What stands in the file instead, and must not be believed. */
const GARBAGE: Readonly<Record<string, object>> = {
  'another version': { version: 2 },
  'no version': { version: undefined },
  'a task id that is a path': { taskId: '../../../../../../../etc/passwd-and-on' },
  'no resumed task': { resumedTaskId: null },
  'a state nobody writes': { state: 'won' },
  'a negative time': { startedAtMs: -1 },
  'an end that is text': { endedAtMs: 'now' },
  'counts that are none': { counts: { failed: 1 } },
  'a fraction of an item': {
    counts: { ...zeros(), failed: 0.5 },
  },
  'the process group 0': { owner: { ...ONE.owner, pid: 0 } },
  'a process group': { owner: { ...ONE.owner, pid: -7 } },
  'no owner': { owner: null },
}

function zeros() {
  return { succeeded: 0, failed: 0, skipped: 0, leftOut: 0, unreadable: 0, foreign: 0, bytes: 0 }
}

describe('an entry of the journal', () => {
  it('is read back as it was written, from one line', () => {
    fc.assert(
      fc.property(entry, (run) => {
        const text = formatRun(run)
        assert.match(text, /^[^\n]+\n$/)
        assert.equal(formatRun(parseRun(text) ?? assert.fail(text)), text)
      }),
      { ...fuzzRuns(200) },
    )
  })

  it('is written without flags where they would make it long to read', () => {
    const long = formatRun({ ...ONE, flags: { include: ['x'.repeat(20_000)] } })
    assert.ok(long.length < 1000)
    assert.deepEqual(parseRun(long), { ...ONE, flags: undefined })
  })

  for (const [what, change] of Object.entries(GARBAGE)) {
    it(`with ${what} counts as none`, () => {
      const fields: unknown = JSON.parse(formatRun(ONE))
      assert.ok(typeof fields === 'object' && fields !== null)
      assert.equal(parseRun(JSON.stringify({ ...fields, ...change })), undefined)
    })
  }

  it('that is torn anywhere counts as none', () => {
    const text = formatRun(ONE)
    for (let end = 0; end < text.length - 1; end += 1) {
      assert.equal(parseRun(text.slice(0, end)), undefined)
    }
  })

  it('of any text is read without a throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.equal(parseRun(text), undefined)
      }),
      fuzzRuns(500),
    )
  })
})

describe('the name of an entry', () => {
  it('tells the task, and no other name does', () => {
    assert.equal(taskIdOfRunFile(runFileName(ONE.taskId)), ONE.taskId)
    for (const name of [
      `${runFileName(ONE.taskId)}.new`,
      `x${runFileName(ONE.taskId)}`,
      '.obsutil_run_.json',
      `.obsutil_run_${'.'.repeat(36)}.json`,
    ]) {
      assert.equal(taskIdOfRunFile(name), undefined)
    }
  })
})
