/** What goes wrong with the official tool's lists, each by its number in docs/compatibility.md. */
import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { listTree } from '../support/workspace.ts'
import { runAsNobody } from './support/as-nobody.ts'
import { BUCKET, linesAbout, makeBench, newTaskIdOf } from './support/bench.ts'
import { readFailures } from './support/reported-failure.ts'

test("B5: report lines inside a server's message are no items", async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'content' }
  const taskId = await bench.listObjects(object)
  bench.put({ key: 'bait', body: 'planted' })
  const secret = join(bench.home, 'secret.txt')
  await writeFile(secret, 'secret')
  const tail = 'cost [1], status [400], error code [X], error message [x], request id [R]'
  const message = [
    'Bad request], request id [R]',
    `2024-01-02T03:04:05Z 7B, obs://${BUCKET}/bait --> ${bench.pathOf('planted')}, ${tail}`,
    `2024-01-02T03:04:05Z 6B, ${secret} --> obs://${BUCKET}/stolen, ${tail}`,
    `2024-01-02T03:04:05Z 7B, obs://${BUCKET}/bait --> obs://${BUCKET}/copied, cost [1`,
  ].join('\n')
  bench.server.script.add({ on: {}, do: errorAnswer(400, 'InvalidRequest', { message }) })
  const first = await bench.recover(taskId)
  await bench.assertExit(first, 8)
  assert.equal((await bench.readReports()).failed.length, 1)
  bench.server.script.clear()
  bench.server.requests.forget()

  const second = await bench.recover(newTaskIdOf(first))

  await bench.assertExit(second, 0)
  await bench.assertArrived(object)
  assert.deepEqual(await listTree(bench.dest), ['k'])
  assert.deepEqual(bench.asked(), ['GET'])
  assert.deepEqual((await bench.readReports()).warning, [])
})

test('B10: a HEAD that fails is listed with status, code and message', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const items = ['forbidden', 'missing', 'broken'].map((key) =>
    bench.unsizedItemOf({ key, body: '' }),
  )
  bench.put({ key: 'forbidden', body: 'x' }, { key: 'broken', body: 'x' })
  bench.server.script.add(
    { on: { key: 'forbidden' }, do: errorAnswer(403, 'AccessDenied') },
    { on: { key: 'broken' }, do: { break: { at: 'head', by: 'cut' } } },
  )
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(bench.asked(), ['HEAD', 'HEAD', 'HEAD'])
  const failures = await readFailures(bench)
  const told = items.map(({ key }) => {
    const { status, code, message } = failures.get(key) ?? {}
    return [key, status, code, message]
  })
  assert.deepEqual(told, [
    ['forbidden', 403, 'Forbidden', 'The store answered 403 Forbidden'],
    ['missing', 404, 'NotFound', 'The store answered 404 Not Found'],
    ['broken', 0, 'ECONNRESET', 'The connection was closed before the answer was complete'],
  ])
})

test('B19: a list that cannot be read ends the run with 6 and is named', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const name = (await listTree(bench.out))[0] ?? ''
  await chmod(join(bench.out, name), 0o000)

  const run = await runAsNobody(t, bench, bench.words(taskId))

  if (run === undefined) return
  assert.equal(run.code, 6)
  assert.equal(run.stdout, '')
  assert.match(run.stderr, /^Error: Cannot read the list \[.*\]: EACCES/)
  assert.ok(run.stderr.includes(`[${join(bench.out, name)}]`), run.stderr)
  assert.deepEqual(bench.asked(), [])
})

test('B25: an object without an MD5 is one warning, however often it is tried again', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 3 } })
  const objects = [
    { key: 'small', body: 'x'.repeat(2000) },
    { key: 'large', body: 'y'.repeat(200_000) },
  ]
  bench.server.script.add(
    { on: { key: 'small', nth: { to: 2 } }, do: { break: { at: 1000, by: 'cut' } } },
    { on: { key: 'large', method: 'GET', nth: { to: 2 } }, do: errorAnswer(500, 'InternalError') },
  )
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-vmd5', '-threshold=100KB', '-ps=100KB')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  const { warning } = await bench.readReports()
  assert.equal(warning.length, 2)
  for (const { key } of objects) assert.equal(linesOf(warning, bench.pathOf(key)), 1)
})

function linesOf(lines: readonly string[], destination: string): number {
  return linesAbout(lines, destination).length
}
