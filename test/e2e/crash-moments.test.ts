/** kill -9 by what the store sees, in the middle of taking a lock, and in the middle of a list. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { killingAt, nameOfPoint, type KillPoint } from '../support/kill-points.ts'
import { describeOperation, loggingTo, readOperationLog } from '../support/operation-log.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'
import { makeCrashTask, type CrashTask } from './support/crash-task.ts'
import { startsAt } from './support/parts.ts'
import { until } from './support/until.ts'

/** So many bytes of an answer; a part is named by where it starts. */
interface Moment {
  readonly key: string
  readonly start?: number
  readonly bytes: number
}

/** For the first run, and the one that resumes it. */
const MOMENTS: readonly (readonly [Moment, Moment])[] = [
  [
    { key: 'parts/one.bin', start: 0, bytes: 9999 },
    { key: 'parts/one.bin', start: 0, bytes: 1 },
  ],
  [
    { key: 'one.txt', bytes: 0 },
    { key: 'six.bin', bytes: 2500 },
  ],
  [
    { key: 'parts-two.bin', start: 30_000, bytes: 4000 },
    { key: 'deep/er/five.bin', bytes: 7999 },
  ],
  [
    { key: 'same-size.txt', bytes: 3 },
    { key: 'one.txt', bytes: 899 },
  ],
  [
    { key: 'parts-two.bin', start: 30_000, bytes: 0 },
    { key: 'parts-two.bin', start: 30_000, bytes: 4999 },
  ],
]

for (const moments of MOMENTS) {
  const name = moments.map(nameOfMoment).join(', then at ')
  test(`cp -recover that is killed at ${name} ends as if it never had been`, async (t) => {
    const task = await makeCrashTask(t)
    for (const { key, start, bytes } of moments) {
      const wanted = { method: 'GET', key, range: start === undefined ? null : startsAt(start) }
      const hold = { at: bytes === 0 ? ('head' as const) : bytes, gate: createGate() }
      const { signal } = await task.disturbed({
        rules: [{ on: wanted, do: { hold } }],
        async meanwhile(run, requests) {
          await requests.arrived(wanted)
          await until(`the answer is held at ${bytes}`, async () => {
            return requests.seen(wanted).some(({ bytesSent }) => bytesSent >= bytes)
          })
          await run.kill('SIGKILL')
        },
      })
      assert.equal(signal, 'SIGKILL')
    }
    await task.toTheEnd()
  })
}

/** Whatever is done with a lock, and with what belongs to it. */
const OF_LOCKS = '^(?!open ).*cpd/down/[^ ]*\\.lock'
/** Spread over the taking of a lock. */
const POINTS_OF_LOCKING = 7
const WHILE_DOWNLOADING: KillPoint = { when: 'after', nth: 1, operation: 'write dest/' }

for (const { what, before } of [
  { what: 'takes a lock', before: [] },
  { what: 'takes over the lock of a run that was killed', before: [WHILE_DOWNLOADING] },
]) {
  test(`no lock outlives cp -recover that is killed while it ${what}`, async (t) => {
    const count = await locksOfFirstItem(await taskAfter(before, t))
    const step = Math.max(1, count / POINTS_OF_LOCKING)
    for (let nth = 1; nth <= count; nth += step) {
      const point = { when: 'in the middle of', nth: Math.floor(nth), operation: OF_LOCKS } as const
      await t.test(`${point.when} operation ${point.nth} of ${count}`, async (subtest) => {
        const task = await taskAfter(before, subtest)
        await killAt(task, point)
        await task.toTheEnd()
      })
    }
  })
}

test('the failure list of cp -recover that is killed in the middle of a line resumes all but that line, which it names', async (t) => {
  const bench = await makeBench(t)
  const keys = ['a', `b${'-'.repeat(150)}`, 'c']
  const objects = keys.map((key) => ({ key, body: `this is ${key.slice(0, 1)}` }))
  const taskId = await bench.writeFailureList({ items: objects.map(bench.itemOf) })
  const point: KillPoint = { when: 'in the middle of', nth: 2, operation: 'write .*failed_report' }
  const killed = await bench.run(bench.words(taskId, '-j=1'), {
    env: killingAt(bench.root, point),
  })
  assert.equal(killed.signal, 'SIGKILL')
  bench.put(...objects)

  const resumed = await bench.recover(newTaskIdOf(killed))

  await bench.assertExit(resumed, 8)
  await bench.assertArrived(...objects.slice(0, 1))
  const { warning } = await bench.readReports(newTaskIdOf(resumed))
  assert.equal(warning.length, 1)
  // The line that is torn, or that and the next one, which were to be written together.
  assert.match(warning.join(), / 9B, obs:\/\/bucket-a\/b--/)
  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(await bench.findRemains(), [])
})

function nameOfMoment({ key, start = 0, bytes }: Moment): string {
  return `byte ${start + bytes} of ${key}`
}

async function taskAfter(points: readonly KillPoint[], t: TestContext): Promise<CrashTask> {
  const task = await makeCrashTask(t)
  for (const point of points) await killAt(task, point)
  return task
}

/** One object at a time, so that the order of what is done is always the same. */
async function killAt(task: CrashTask, point: KillPoint): Promise<void> {
  const env = killingAt(task.bench.root, point)
  const { signal } = await task.disturbed({ env, jobs: 1 })
  assert.equal(signal, 'SIGKILL', `the run never came to ${nameOfPoint(point)}`)
}

/** How many operations on locks there are before the first file is in place and its lock is gone. */
async function locksOfFirstItem(task: CrashTask): Promise<number> {
  const log = join(task.bench.home, 'operations')
  await task.disturbed({ env: loggingTo(log, task.bench.root), jobs: 1 })
  const lines = (await readOperationLog(log)).flatMap((event) =>
    event.event === 'begin' ? describeOperation(event.operation) : [],
  )
  const published = lines.findIndex((line) => line.startsWith('rename dest/'))
  const released = lines.findIndex((line, at) => at > published && /^unlink .*lock$/.test(line))
  return lines.slice(0, released + 1).filter((line) => new RegExp(OF_LOCKS).test(line)).length
}
