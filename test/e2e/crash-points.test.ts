/** kill -9 at many points of runs, and the same command again. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { killingAt, nameOfPoint, type KillPoint } from '../support/kill-points.ts'
import { describeOperation, loggingTo, readOperationLog } from '../support/operation-log.ts'
import { makeCrashTask } from './support/crash-task.ts'

/** Operations on the files of a download in parts, of which a run that resumes it has fewer. */
const OF_PARTS = [
  'create tmp/',
  'truncate tmp/',
  'write tmp/',
  'sync tmp/',
  'mode tmp/',
  'rename tmp/',
  'create .*jsonl.new',
  'write .*jsonl.new',
  'sync .*jsonl.new',
  'rename .*jsonl.new',
  'write .*jsonl$',
  'sync .*jsonl$',
  'unlink .*jsonl$',
]
/** Operations that every run has. */
const OF_ALL = [
  'folder ',
  'create dest/',
  'write dest/',
  'sync dest/',
  'mode dest/',
  'rename dest/',
  'sync dest$',
  'create .*succeed_report',
  'write .*succeed_report',
  'create .*failed_report',
  'write .*failed_report',
  'unlink .*lock$',
]
/** What is done with a lock has a test of its own. */
const NO_LOCK = '^(?!open |[^ ]+ cpd/down/[^ ]*\\.lock)'
const RUNS_AT_A_TIME = 3

for (const jobs of [1, 3]) {
  test(`cp -recover -j=${jobs} that is killed anywhere, again and again, ends as if it never had been`, async (t) => {
    const chains = planChains(await operationsOfARun(t, jobs)).filter(
      (_, at) => at % 2 === (jobs === 1 ? 0 : 1),
    )
    let killed = 0
    await inTurns(chains, RUNS_AT_A_TIME, async (chain, at) => {
      await t.test(chain.map(nameOfPoint).join(', then '), async (subtest) => {
        const task = await makeCrashTask(subtest, { fsyncForDownload: String(at % 4 !== 3) })
        for (const point of chain) {
          const env = killingAt(task.bench.root, point)
          const { signal } = await task.disturbed({ env, jobs })
          if (signal === 'SIGKILL') killed += 1
        }
        await task.toTheEnd()
      })
    })
    t.diagnostic(`killed ${killed} times at ${chains.flat().length} points`)
    assert.ok(killed >= 0.9 * chains.flat().length, 'too few points were reached')
  })
}

/** What a run does that nobody disturbs. */
async function operationsOfARun(t: TestContext, jobs: number): Promise<readonly string[]> {
  const task = await makeCrashTask(t, { fsyncForDownload: 'true' })
  const log = join(task.bench.home, 'operations')
  const { code } = await task.disturbed({ env: loggingTo(log, task.bench.root), jobs })
  assert.equal(code, 8)
  const events = await readOperationLog(log)
  return events.flatMap((event) => {
    return event.event === 'begin' ? describeOperation(event.operation) : []
  })
}

/** Each is killed twice in a download in parts, and three times more on the way to its end. */
function planChains(operations: readonly string[]): readonly (readonly KillPoint[])[] {
  const ofParts = OF_PARTS.flatMap((kind) => pointsOf(kind, operations))
  const ofAll = OF_ALL.flatMap((kind) => pointsOf(kind, operations))
  const count = countOf(NO_LOCK, operations)
  return Array.from({ length: Math.ceil(ofParts.length / 2) }, (_, at) => {
    // The first half of its operations is what even a run has that resumes nearly everything.
    const nth = 1 + ((at * 11) % (count >> 1))
    return [
      ...ofParts.slice(2 * at, 2 * at + 2),
      ...ofAll.slice((2 * at) % ofAll.length).slice(0, 1),
      { when: 'after', nth, operation: NO_LOCK },
      ...ofAll.slice((2 * at + 1) % ofAll.length).slice(0, 1),
    ]
  })
}

function pointsOf(operation: string, operations: readonly string[]): readonly KillPoint[] {
  const count = countOf(operation, operations)
  assert.ok(count > 0, `a run has no ${operation}`)
  const whens = operation.startsWith('write')
    ? (['before', 'in the middle of', 'after'] as const)
    : (['before', 'after'] as const)
  return whens.map((when, at) => {
    return { when, nth: 1 + Math.floor(((count - 1) * at) / whens.length), operation }
  })
}

function countOf(operation: string, operations: readonly string[]): number {
  const wanted = new RegExp(operation)
  return operations.filter((line) => wanted.test(line)).length
}

/** Does the deed for each, so many at a time. */
async function inTurns<T>(
  all: readonly T[],
  atATime: number,
  deed: (one: T, at: number) => Promise<void>,
): Promise<void> {
  const waiting = all.entries()
  const worker = async () => {
    for (const [at, one] of waiting) await deed(one, at)
  }
  await Promise.all(Array.from({ length: atATime }, worker))
}
