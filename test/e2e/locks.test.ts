import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { assertFileHolds, generated } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_FLAGS,
  rangesAsked,
} from './support/parts.ts'
import { failureOf, readFailures, succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const HELD = { key: 'held.bin', body: largeBody(1) }
const FREE = { key: 'free.bin', body: generated(3000, 2) }

test('cp -recover of a task that another run works on fails what that has in hand, and does the rest', async (t) => {
  const bench = await prepareTask(t, { objects: [HELD, FREE] })
  const { server, space } = bench
  const gate = createGate()
  server.script.add({ on: { key: HELD.key, method: 'GET' }, do: { hold: { at: 100, gate } } })
  const first = bench.start({ flags: [...PART_FLAGS, '-j=1'] })
  await server.requests.arrived({ key: HELD.key, method: 'GET', nth: 2 })

  const second = await bench.run({ flags: PART_FLAGS })

  assert.equal(second.code, 8)
  const { code, message } = await failureOf(space, HELD.key)
  assert.equal(code, 'LockedError')
  assert.match(message, new RegExp(`^Process ${first.child.pid} on `))
  assert.ok(message.includes(`is downloading to [${bench.destinationOf(HELD.key)}] now`))
  assert.deepEqual(await succeededKeys(space), [FREE.key])
  gate.open()
  assert.equal((await first.done).code, 0)
  assert.deepEqual(joined(rangesAsked(bench, HELD.key)), [{ start: 0, end: LARGE_BYTES }])
  for (const { key, body } of [HELD, FREE]) await assertFileHolds(bench.destinationOf(key), body)
  await assertNothingLeft(space)
})

test('cp -recover of another task with the same destination fails that item while the first is at it', async (t) => {
  const bench = await prepareTask(t, { objects: [HELD], listed: 'sized' })
  const { server, space } = bench
  server.objects.put({ bucket: BUCKET, ...FREE })
  const destination = bench.destinationOf(HELD.key)
  const taskId = await space.writeFailureList({
    items: [{ bucket: BUCKET, key: FREE.key, destination, size: '3000B' }],
  })
  const gate = createGate()
  server.script.add({ on: { key: HELD.key }, do: { hold: { at: 100, gate } } })
  const first = bench.start()
  await server.requests.arrived({ key: HELD.key })

  const second = await bench.run({ taskId })

  assert.equal(second.code, 8)
  assert.equal((await failureOf(space, FREE.key)).code, 'LockedError')
  gate.open()
  assert.equal((await first.done).code, 0)
  await assertFileHolds(destination, HELD.body)
  assert.equal((await bench.run({ taskId })).code, 0)
  await assertFileHolds(destination, FREE.body)
  await assertNothingLeft(space)
})

test('two runs of cp -recover with checkpoint folders of their own leave a whole file', async (t) => {
  const bench = await prepareTask(t, { objects: [HELD], listed: 'sized' })
  const { server, space } = bench
  const gate = createGate()
  server.script.add({ on: { nth: 1 }, do: { hold: { at: 100, gate } } })
  const first = bench.start()
  await server.requests.arrived({})

  const second = await bench.run({ flags: [`-cpd=${join(space.root, 'cpd2')}`] })
  gate.open()
  await first.done

  assert.equal(second.code, 0)
  await assertFileHolds(bench.destinationOf(HELD.key), HELD.body)
  await assertNothingLeft(space)
})

const OLD = new Date(Date.now() - 3_600_000)
/** However long the test takes to come to it, the lock is not old. */
const NOT_OLD = new Date(Date.now() + 3_600_000)

/** What a lock file may hold that a run finds, and whether it takes it over. */
const LOCKS: readonly {
  readonly name: string
  readonly owner: (own: object) => string
  readonly found: 'taken over' | 'respected'
  readonly writtenAt?: Date
}[] = [
  {
    name: 'of a process that was killed',
    owner: (own) => JSON.stringify(own),
    found: 'taken over',
  },
  {
    name: 'of a process whose number another one has now',
    owner: (own) => JSON.stringify({ ...own, pid: process.pid }),
    found: 'taken over',
  },
  { name: 'that was torn long ago', owner: () => '{"pid"', found: 'taken over', writtenAt: OLD },
  { name: 'that was left empty long ago', owner: () => '', found: 'taken over', writtenAt: OLD },
  {
    name: 'that is only being written',
    owner: () => '',
    found: 'respected',
    writtenAt: NOT_OLD,
  },
  {
    name: 'of a process that runs',
    owner: (own) => JSON.stringify({ ...own, pid: process.pid, started: '' }),
    found: 'respected',
  },
  {
    name: 'of another computer',
    owner: (own) => JSON.stringify({ ...own, host: `not-${hostname()}` }),
    found: 'respected',
  },
  {
    name: 'of another computer that has been silent for an hour',
    owner: (own) => JSON.stringify({ ...own, host: `not-${hostname()}` }),
    found: 'taken over',
    writtenAt: OLD,
  },
  {
    name: 'of another container with the same host name',
    owner: (own) => JSON.stringify({ ...own, space: 'another' }),
    found: 'respected',
  },
  {
    name: 'of another container that has been silent for an hour',
    owner: (own) => JSON.stringify({ ...own, space: 'another' }),
    found: 'taken over',
    writtenAt: OLD,
  },
]

test('cp -recover finds a lock', async (t) => {
  const objects = LOCKS.map(({ name }, seed) => ({
    key: `${name.replaceAll(' ', '-')}.bin`,
    body: largeBody(seed),
  }))
  const bench = await prepareTask(t, { objects })
  const keys = objects.map(({ key }) => key)
  await killHalfway(bench, keys)
  for (const [index, { owner, writtenAt }] of LOCKS.entries()) {
    const path = await lockOf(bench, keys[index] ?? '')
    const own: unknown = JSON.parse(await readFile(path, 'utf8'))
    assert.ok(typeof own === 'object' && own !== null)
    // All locks of a run are one file.
    await rm(path)
    await writeFile(path, owner(own))
    if (writtenAt !== undefined) await utimes(path, writtenAt, writtenAt)
  }

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  const failures = await readFailures(bench.space)
  for (const [index, { name, found }] of LOCKS.entries()) {
    await t.test(`${name}: ${found}`, async () => {
      const { key, body } = objects[index] ?? assert.fail()
      const failure = failures.get(key)
      if (found === 'taken over') {
        assert.equal(failure, undefined, failure?.message)
        await assertFileHolds(bench.destinationOf(key), body)
      } else {
        assert.equal(failure?.code, 'LockedError')
        assert.deepEqual(rangesAsked(bench, key), [])
      }
    })
  }
  const left = (await readdir(join(bench.space.cpd, 'down'))).filter((name) =>
    name.includes('.lock'),
  )
  assert.equal(left.length, LOCKS.filter(({ found }) => found === 'respected').length)
})

test('cp -recover is kept from an object at most once by a run that was killed while it took a lock over', async (t) => {
  const bench = await prepareTask(t, { objects: [HELD] })
  await killHalfway(bench, [HELD.key])
  const lock = await lockOf(bench, HELD.key)
  await writeFile(`${lock}.claim`, await readFile(lock))

  await bench.run({ flags: PART_FLAGS })
  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  await assertFileHolds(bench.destinationOf(HELD.key), HELD.body)
  await assertNothingLeft(bench.space)
})

async function lockOf({ space, destinationOf }: TaskBench, key: string): Promise<string> {
  const name = createHash('sha256').update(destinationOf(key)).digest('hex')
  return join(space.cpd, 'down', `${name}.lock`)
}
