/** Two runs that do not know of each other's locks, for each has a checkpoint folder of its own. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createGate, type Gate } from '../support/fault-scripts.ts'
import type { CliRun } from '../support/run-cli.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { assertNothingLeft, largeBody, PART_BYTES } from './support/parts.ts'
import { failureOf, succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const KEY = 'shared.bin'
const FIRST = largeBody(1)
const SECOND = largeBody(2)

const WAYS = [
  { name: 'by one GET each', flags: [] },
  { name: 'in parts', flags: ['-threshold=1', `-ps=${PART_BYTES}`, '-p=1'] },
]

for (const { name, flags } of WAYS) {
  test(`of two runs at one object ${name} the first fails and leaves the temp file of the second alone`, async (t) => {
    const { bench, first, second } = await startBoth(t, flags)
    first.gate.open()

    const loser = await first.run.done

    assert.equal(loser.code, 8)
    const { code, message } = await failureOf(bench.space, KEY)
    assert.equal(code, 'TempFileReplacedError')
    assert.match(message, /was replaced by another process$/)
    assert.ok(!(await readdir(bench.space.dest)).includes(KEY), 'a file that nobody had whole')
    second.gate.open()
    assert.equal((await second.run.done).code, 0)
    await assertFileHolds(bench.destinationOf(KEY), FIRST)
    await assertThirdFinishes(bench, flags)
  })

  test(`of two runs at one object ${name} the second delivers, and the first does not spoil it`, async (t) => {
    const { bench, first, second } = await startBoth(t, flags)
    second.gate.open()

    assert.equal((await second.run.done).code, 0)

    await assertFileHolds(bench.destinationOf(KEY), FIRST)
    first.gate.open()
    assert.equal((await first.run.done).code, 8)
    assert.equal((await failureOf(bench.space, KEY)).code, 'TempFileReplacedError')
    await assertFileHolds(bench.destinationOf(KEY), FIRST)
    await assertThirdFinishes(bench, flags)
  })

  test(`two runs ${name} that meet two versions of an object never mix them`, async (t) => {
    const { bench, first, second } = await startBoth(t, flags, (begun) => {
      begun.server.objects.put({ bucket: BUCKET, key: KEY, body: SECOND })
    })
    second.gate.open()
    first.gate.open()

    const codes = await Promise.all([first.run.done, second.run.done])

    assert.ok(codes.some(({ code }) => code === 0))
    if ((await readdir(bench.space.dest)).includes(KEY)) {
      const holds = (body: typeof FIRST) => assertFileHolds(bench.destinationOf(KEY), body)
      await holds(SECOND).catch(() => holds(FIRST))
    }
    await assertThirdFinishes(bench, flags, SECOND)
  })
}

interface HeldRun {
  readonly run: CliRun
  readonly gate: Gate
}

/** Starts a run, and a second one once the first has some bytes; each waits at its gate. */
async function startBoth(
  t: TestContext,
  flags: readonly string[],
  between: (bench: TaskBench) => void = () => {},
): Promise<{ readonly bench: TaskBench; readonly first: HeldRun; readonly second: HeldRun }> {
  const objects = [{ key: KEY, body: FIRST }]
  const bench = await prepareTask(t, { objects, listed: 'sized' })
  const start = async (...more: readonly string[]): Promise<HeldRun> => {
    const gate = createGate()
    bench.server.requests.forget()
    bench.server.script.add({ on: { method: 'GET', nth: 1 }, do: { hold: { at: 3000, gate } } })
    const run = bench.start({ flags: [...flags, ...more] })
    await bench.server.requests.arrived({ method: 'GET' })
    return { run, gate }
  }
  const first = await start()
  between(bench)
  const second = await start(`-cpd=${join(bench.space.root, 'cpd2')}`)
  return { bench, first, second }
}

async function assertThirdFinishes(
  bench: TaskBench,
  flags: readonly string[],
  body = FIRST,
): Promise<void> {
  bench.server.script.clear()
  const { code } = await bench.run({ flags })
  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), body)
  assert.ok((await succeededKeys(bench.space)).includes(KEY))
  await assertNothingLeft(bench.space)
}
