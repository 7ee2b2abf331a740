/** Without a strong ETag nothing would tell that two pieces are of one version. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import type { Fault } from '../support/fault-scripts.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { assertNothingLeft, largeBody, LARGE_BYTES, PART_FLAGS } from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const KEY = 'large.bin'
const FIRST = largeBody(1)
const SECOND = largeBody(2)
const HALF = LARGE_BYTES / 2

const STORES = [
  { name: 'no ETag', headers: { ETag: null } },
  { name: 'a weak ETag', headers: { ETag: 'W/"weak"' } },
] as const

for (const { name, headers } of STORES) {
  for (const listed of ['sized', 'unsized'] as const) {
    test(`cp -recover fetches a large object (${listed}) of a store with ${name} by one GET`, async (t) => {
      const bench = await prepare(t, headers, listed)

      const { code } = await bench.run({ flags: PART_FLAGS })

      assert.equal(code, 0)
      assert.deepEqual(gets(bench), ['whole'])
      await assertFileHolds(bench.destinationOf(KEY), FIRST)
      await assertNothingLeft(bench.space)
    })
  }

  test(`cp -recover begins an object again whose body broke off where there is ${name}`, async (t) => {
    const bench = await prepare(t, headers)
    bench.server.script.clear()
    breakGets(bench, headers, { break: { at: HALF, by: 'cut' } })

    const { code } = await bench.run({ flags: PART_FLAGS })

    assert.equal(code, 0)
    assert.deepEqual(gets(bench), ['whole', 'whole'])
    await assertFileHolds(bench.destinationOf(KEY), FIRST)
    await assertNothingLeft(bench.space)
  })

  test(`cp -recover never mixes an object with the one that replaced it where there is ${name}`, async (t) => {
    const bench = await prepare(t, headers)
    const meanwhile = () => bench.server.objects.put({ bucket: BUCKET, key: KEY, body: SECOND })
    bench.server.script.clear()
    breakGets(bench, headers, { meanwhile, break: { at: HALF, by: 'cut' } })

    const { code } = await bench.run({ flags: PART_FLAGS })

    assert.equal(code, 0)
    await assertFileHolds(bench.destinationOf(KEY), SECOND)
    await assertNothingLeft(bench.space)
  })
}

test('cp -recover fails an object without ETag whose body breaks off again, and leaves nothing', async (t) => {
  const headers = { ETag: null }
  const bench = await prepare(t, headers)
  bench.server.script.clear()
  bench.server.script.add(
    { on: { method: 'GET' }, do: { headers, break: { at: HALF, by: 'cut' } } },
    { on: {}, do: { headers } },
  )

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  assert.equal((await failureOf(bench.space, KEY)).code, 'ObjectChangedError')
  assert.deepEqual(gets(bench), ['whole', 'whole'])
  await assertNothingLeft(bench.space)
})

/** A store that sends these headers with every answer; one retry is allowed. */
async function prepare(
  t: TestContext,
  headers: NonNullable<Fault['headers']>,
  listed: 'sized' | 'unsized' = 'unsized',
): Promise<TaskBench> {
  const objects = [{ key: KEY, body: FIRST }]
  const bench = await prepareTask(t, { objects, listed, config: { maxRetryCount: 1 } })
  bench.server.script.add({ on: {}, do: { headers } })
  return bench
}

function breakGets(bench: TaskBench, headers: NonNullable<Fault['headers']>, fault: Fault): void {
  bench.server.script.add(
    { on: { method: 'GET', nth: 1 }, do: { ...fault, headers } },
    { on: {}, do: { headers } },
  )
}

/** The ranges that GETs asked for, in their order. */
function gets(bench: TaskBench): readonly string[] {
  return bench.server.requests.seen({ method: 'GET' }).map(({ range }) => range ?? 'whole')
}
