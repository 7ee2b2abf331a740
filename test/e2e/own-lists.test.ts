/** The lists that a run leaves: what they say, and that a failure list is itself a task. */
import assert from 'node:assert/strict'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { readLikeOfficialTool } from '../support/official-reader.ts'
import { generated } from '../support/test-bytes.ts'
import { linesAbout, makeBench, newTaskIdOf, type Bench } from './support/bench.ts'

const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`
const GO_TIME = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? \+0000 UTC`

test('a failure list of ours is a task that the next run resumes', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const objects = [
    { key: 'a', body: 'aaa' },
    { key: 'b/c', body: generated(5000) },
    { key: 'large', body: generated(300 * 1024) },
    { key: 'versioned', body: 'one', versionId: 'v1' },
  ]
  bench.server.script.add({
    on: {},
    do: errorAnswer(500, 'InternalError', { message: 'Try again' }),
  })
  const taskId = await bench.listObjects(...objects)
  const flags = ['-threshold=200KB', '-ps=100KB']
  const failed = await bench.recover(taskId, ...flags)
  await bench.assertExit(failed, 8)
  bench.server.script.clear()
  bench.server.requests.forget()

  const run = await bench.recover(newTaskIdOf(failed), ...flags)

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.deepEqual(bench.asked('a'), ['GET'])
  assert.deepEqual(await bench.findRemains(), [])
})

test('the official tool reads the same items from a failure list of ours', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const objects = [
    { key: 'plain.txt', body: 'x' },
    { key: 'with space/ünïcode 日本.txt', body: 'y' },
    { key: 'brackets [1] (2) {3}', body: generated(70_000) },
    { key: 'versioned', body: 'v', versionId: 'G001016A2B' },
    { key: 'gone', body: '' },
  ]
  bench.server.script.add({ on: { key: /^[^g]/ }, do: errorAnswer(503, 'SlowDown') })
  const taskId = await bench.listObjects(...objects)
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  const entries = readLikeOfficialTool(await readList(bench, 'failed'))
  const read = entries.map((entry) => [entry.kind, entry.key, entry.versionId, entry.destination])
  const wanted = objects.map((item) => [
    'download',
    item.key,
    item.versionId ?? '',
    bench.pathOf(item.key),
  ])
  assert.deepEqual(new Set(read.map(String)), new Set(wanted.map(String)))
  assert.equal(read.length, wanted.length)
})

test('the failure list has its head, one line an item, count and end, in a file of mode 0640', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(
    { key: 'ok', body: 'fine' },
    { key: 'gone', body: '12345' },
  )
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  const newId = newTaskIdOf(run)
  const names = (await bench.readReports(newId)).files.filter((name) => name.includes(newId))
  assert.equal(names.length, 2)
  for (const name of names) {
    assert.match(name, /^cp_(?:failed|succeed)_report_\d{14}_[0-9a-f-]{36}\.txt$/)
    assert.equal((await stat(join(bench.out, name))).mode & 0o777, 0o640 & ~process.umask())
  }
  assertLines(await readList(bench, 'failed'), [
    `^${TIME} Start at ${GO_TIME}$`,
    '^$',
    `^${TIME} \\[src size, src --> dst, cost\\(ms\\), status code, error code, error message, request id\\]$`,
    `^${TIME} 5B, obs://bucket-a/gone --> ${bench.dest}/gone, cost \\[\\d+\\], status \\[404\\], error code \\[NoSuchKey\\], error message \\[The specified key does not exist\\.\\], request id \\[REQ\\d{9}\\]$`,
    `^${TIME} Failed count is: 1/2$`,
    `^${TIME} End at ${GO_TIME}, cost \\[\\d+\\]$`,
    '^$',
  ])
  assertLines(await readList(bench, 'succeed'), [
    `^${TIME} Start at ${GO_TIME}$`,
    '^$',
    `^${TIME} \\[src size, md5 value, src --> dst, cost\\(ms\\), status code, success message, request id\\]$`,
    `^${TIME} 4B, n/a, obs://bucket-a/ok --> ${bench.dest}/ok, cost \\[\\d+\\], status \\[200\\], success message \\[download succeed\\], request id \\[REQ\\d{9}\\]$`,
    `^${TIME} Succeed count is: 1/2$`,
    `^${TIME} Succeed bytes is: 4B/9B$`,
    `^${TIME} End at ${GO_TIME}, cost \\[\\d+\\]$`,
    '^$',
  ])
})

test('a list that is rotated at recordMaxLogSize is resumed whole', async (t) => {
  const config = { maxRetryCount: 0, recordMaxLogSize: 1000 }
  const bench = await makeBench(t, { config })
  const objects = Array.from({ length: 20 }, (_, at) => ({ key: `key-${at}`, body: `${at}` }))
  bench.server.script.add({ on: {}, do: errorAnswer(500, 'InternalError') })
  const failed = await bench.recover(await bench.listObjects(...objects))
  await bench.assertExit(failed, 8)
  const { files } = await bench.readReports()
  const rotated = files.filter((name) => name.includes(newTaskIdOf(failed)))
  assert.ok(rotated.length > 4, rotated.join())
  assert.ok(rotated.some((name) => name.endsWith('.txt.1')))
  for (const name of rotated) {
    const { size } = await stat(join(bench.out, name))
    assert.ok(size <= 1400, `${name} has ${size} bytes`)
  }
  bench.server.script.clear()

  const run = await bench.recover(newTaskIdOf(failed))

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
})

test('a size that the store did not tell again is handed on as the old list gave it', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  bench.server.script.add({ on: {}, do: errorAnswer(500, 'InternalError') })
  const objects = [
    { key: 'exact', body: 'x'.repeat(77) },
    { key: 'rounded', body: generated(48_830) },
    { key: 'unknown', body: 'x' },
  ]
  bench.put(...objects)
  const [exact, rounded] = objects.map((object) => bench.itemOf(object))
  const items = [exact, rounded, ...objects.slice(2).map(bench.unsizedItemOf)].filter(
    (item) => item !== undefined,
  )
  const taskId = await bench.writeFailureList({ items })

  await bench.assertExit(await bench.recover(taskId), 8)

  const { failed } = await bench.readReports()
  assert.match(linesAbout(failed, bench.pathOf('exact')).join(), /^\S+Z 77B, /)
  assert.match(linesAbout(failed, bench.pathOf('rounded')).join(), /^\S+Z 47\.69KB, /)
  assert.match(linesAbout(failed, bench.pathOf('unknown')).join(), /^\S+Z n\/a, /)
})

test('humanReadableFormat=false gives sizes in bytes', async (t) => {
  const bench = await makeBench(t, { config: { humanReadableFormat: 'false' } })
  const object = { key: 'k', body: generated(123_456) }

  await bench.assertExit(await bench.recover(await bench.listObjects(object)), 0)

  const text = await readList(bench, 'succeed')
  assert.match(text, /Z 123456B, n\/a, obs:/)
  assert.match(text, /Z Succeed bytes is: 123456B\/123456B$/m)
})

/** The text of the one list of this kind that the run has left. */
async function readList(bench: Bench, kind: 'failed' | 'succeed' | 'warning'): Promise<string> {
  const names = (await readdir(bench.out)).filter(
    (name) => name.startsWith(`cp_${kind}_report_`) && !name.includes('_20240102030405_'),
  )
  assert.equal(names.length, 1, names.join())
  return readFile(join(bench.out, names[0] ?? ''), 'utf8')
}

function assertLines(text: string, patterns: readonly string[]): void {
  const lines = text.split('\n')
  assert.equal(lines.length, patterns.length, text)
  for (const [at, pattern] of patterns.entries()) assert.match(lines[at] ?? '', new RegExp(pattern))
}
