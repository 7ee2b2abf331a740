/** Nothing is lost: whatever happens to an item, it is in exactly one new list. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import type { FailedItem } from '../support/failure-list.ts'
import { errorAnswer, type Fault } from '../support/fault-scripts.ts'
import { generated, md5Of } from '../support/test-bytes.ts'
import { BUCKET, makeBench, newTaskIdOf, type Bench, type BenchObject } from './support/bench.ts'

const FLAGS = ['-threshold=60KB', '-ps=20KB', '-vmd5', '-vlength', '-j=7']
const CONFIG = { maxRetryCount: 0, fastFailThreshold: 100 }

/** What goes wrong with the objects of a group; each has six. */
const FAULTS: Readonly<Record<string, Fault | undefined>> = {
  'fine-small': undefined,
  'fine-large': undefined,
  forbidden: errorAnswer(403, 'AccessDenied', { message: 'Access Denied' }),
  unauthorised: errorAnswer(401, 'Unauthorized'),
  broken: errorAnswer(500, 'InternalError', { message: 'line one\nline two, cost [1]' }),
  cut: { break: { at: 7, by: 'cut' } },
  reset: { break: { at: 'head', by: 'reset' } },
  'cut-large': { break: { at: 5000, by: 'cut' } },
  corrupt: { body: { kind: 'corrupt', at: 3 } },
  garbage: { garbage: 'This is not HTTP\r\n\r\n' },
}

test('of 60 items that fail in many ways each is in one list, and all counts add up', async (t) => {
  const bench = await makeBench(t, { config: CONFIG })
  const items = await layOut(bench)
  assert.equal(items.length, 60 + 6)
  const taskId = await bench.writeFailureList({ items })

  const run = await bench.recover(taskId, ...FLAGS)

  await bench.assertExit(run, 8)
  const { succeed, failed } = await bench.readReports()
  assert.equal(succeed.length, 12)
  assert.equal(failed.length, 54)
  const listed = [...succeed, ...failed].map(routeOf)
  assert.deepEqual(listed.toSorted(), items.map(formatRoute).toSorted())
  assert.match(run.stdout, /^Succeed count: +12 +Failed count: +54$/m)
  assert.match(await readEnding(bench, 'succeed', newTaskIdOf(run)), /Succeed count is: 12\/66/)
  assert.match(await readEnding(bench, 'failed', newTaskIdOf(run)), /Failed count is: 54\/66/)
})

test('what failed then is what the next run does, and the next one after it', async (t) => {
  const bench = await makeBench(t, { config: CONFIG })
  const items = await layOut(bench)
  const taskId = await bench.writeFailureList({ items })
  const first = await bench.recover(taskId, ...FLAGS)
  await bench.assertExit(first, 8)
  bench.server.script.clear()
  bench.server.requests.forget()

  const second = await bench.recover(newTaskIdOf(first), ...FLAGS)

  // What stands in the way of the last six is still there.
  await bench.assertExit(second, 8)
  assert.match(second.stdout, /^Succeed count: +48 +Failed count: +6$/m)
  assert.deepEqual(bench.server.requests.seen({ key: /^fine/ }), [])

  const third = await bench.recover(newTaskIdOf(second), ...FLAGS)
  await bench.assertExit(third, 8)
  assert.match(third.stdout, /^Succeed count: +0 +Failed count: +6$/m)
  const arrived = Object.keys(FAULTS).flatMap((group) => objectsOf(group))
  await bench.assertArrived(...arrived)
  assert.deepEqual(await bench.findRemains(), [])
})

/** Six objects of each group, and six items that something stands in the way of. */
async function layOut(bench: Bench): Promise<readonly FailedItem[]> {
  for (const [group, fault] of Object.entries(FAULTS)) {
    bench.put(...objectsOf(group))
    if (fault !== undefined) {
      bench.server.script.add({ on: { method: 'GET', key: new RegExp(`^${group}/`) }, do: fault })
    }
  }
  await writeFile(bench.pathOf('file'), 'in the way')
  await mkdir(bench.pathOf('folder/doc'), { recursive: true })
  const bucket = BUCKET
  const small = Object.keys(FAULTS).flatMap((group) => objectsOf(group).map(bench.itemOf))
  return [
    ...small,
    { bucket, key: 'x/file/', destination: bench.pathOf('file') },
    { bucket, key: 'x/file/y', destination: bench.pathOf('file/y'), size: '1B' },
    { bucket, key: 'x/doc', destination: bench.pathOf('folder'), size: '1B' },
    { bucket, key: 'x//empty', destination: bench.pathOf('empty'), size: '1B' },
    { bucket, key: 'no such object', destination: bench.pathOf('none'), size: '1B' },
    { bucket: 'no-such-bucket', key: 'k', destination: bench.pathOf('nowhere') },
  ]
}

function objectsOf(group: string): readonly BenchObject[] {
  return Array.from({ length: 6 }, (_, at) => {
    const body = generated(group.includes('large') ? 61_440 + at : 1000 + at, at)
    return { key: `${group}/${at}`, body, headers: { 'x-amz-meta-md5chksum': md5Of(body) } }
  })
}

function routeOf(line: string): string {
  return /obs:\/\/.* --> .*?(?=, cost|, n\/a)/.exec(line)?.[0] ?? line
}

function formatRoute({ bucket, key, destination }: FailedItem): string {
  return `obs://${bucket}/${key} --> ${destination}`
}

async function readEnding(bench: Bench, kind: string, taskId: string): Promise<string> {
  const names = await readdir(bench.out)
  const name = names.find((file) => file.includes(`_${kind}_`) && file.includes(taskId)) ?? ''
  return readFile(join(bench.out, name), 'utf8')
}
