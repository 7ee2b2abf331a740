/** Locks whose owner is dead, and locks that are somebody else's by now. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { theseProcesses } from '../../src/adapters/process-identity.ts'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { makeZombie } from './support/dead-owner.ts'
import { assertNothingLeft, largeBody, PART_FLAGS } from './support/parts.ts'
import { prepareTask, type TaskBench } from './support/task-bench.ts'

const OBJECT = { key: 'large.bin', body: largeBody(1) }

test('cp -recover takes over the lock of a process that nobody has waited for', async (t) => {
  const zombie = await makeZombie(t)
  if (zombie === undefined) return t.skip('only Linux tells whether a process is dead already')
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const lock = lockOf(bench)
  await mkdir(dirname(lock))
  await writeFile(lock, JSON.stringify(zombie))

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  await assertNothingLeft(bench.space)
})

const MEANWHILE = [
  { name: 'was deleted', text: undefined },
  {
    name: 'belongs to another run by now',
    text: JSON.stringify(theseProcesses.own()),
  },
]

for (const { name, text } of MEANWHILE) {
  test(`cp -recover whose lock ${name} delivers all the same and leaves what is there`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT] })
    const { server, space } = bench
    const gate = createGate()
    server.script.add({ on: { method: 'GET' }, do: { hold: { at: 'head', gate } } })
    const run = bench.start({ flags: PART_FLAGS })
    await server.requests.arrived({ method: 'GET' })
    const lock = lockOf(bench)
    await rm(lock)
    if (text !== undefined) await writeFile(lock, text)
    gate.open()

    assert.equal((await run.done).code, 0)

    await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
    if (text === undefined) return assertNothingLeft(space)
    assert.equal(await readFile(lock, 'utf8'), text)
    assert.equal((await readdir(dirname(lock))).length, 1)
  })
}

function lockOf({ space, destinationOf }: TaskBench): string {
  const name = createHash('sha256').update(destinationOf(OBJECT.key)).digest('hex')
  return join(space.cpd, 'down', `${name}.lock`)
}
