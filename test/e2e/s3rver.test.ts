/** The main path against a store that is not ours: s3rver. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { bucket, credentials, startStore } from '../../scripts/demo/store.ts'
import { upload } from '../../scripts/demo/upload.ts'
import { runCli } from '../support/run-cli.ts'
import { assertFileHolds, generated, literal } from '../support/test-bytes.ts'
import { listTree, makeWorkspace, type Workspace } from '../support/workspace.ts'
import { assertTidy, listedSize, newTaskIdOf } from './support/bench.ts'

const OBJECTS = [
  { key: 'hello.txt', source: literal('hello world') },
  { key: 'ünïcode/with space, comma.txt', source: literal('x') },
  { key: 'small.bin', source: generated(70_000, 1) },
  { key: 'large.bin', source: generated(1_100_000, 2) },
]
const PARTS = ['-threshold=1MB', '-ps=256KB', '-p=3']

test('small and large objects of s3rver arrive whole', async (t) => {
  const { workspace, ...task } = await layTask(t, OBJECTS)

  const run = await task.recover(task.taskId, '-vlength')

  assert.equal(run.code, 0, run.stdout)
  assert.equal(run.stderr, '')
  assertTidy(run)
  await assertArrived(workspace, OBJECTS)
  assert.deepEqual(await listTree(workspace.tmp), [])
})

test('objects that s3rver does not have fail, and the new task resumes them', async (t) => {
  const late = [
    { key: 'late.txt', source: literal('late') },
    { key: 'late.bin', source: generated(1_200_000, 3) },
  ]
  const { workspace, ...task } = await layTask(t, [...OBJECTS, ...late])
  const first = await task.recover(task.taskId)
  assert.equal(first.code, 8, first.stdout)
  assert.match(first.stdout, /^Succeed count: +4 +Failed count: +2$/m)
  await upload(late, task.url)

  const run = await task.recover(newTaskIdOf(first))

  assert.equal(run.code, 0, run.stdout)
  assert.match(run.stdout, /^Succeed count: +2 +Failed count: +0$/m)
  await assertArrived(workspace, [...OBJECTS, ...late])
})

/** A store with `OBJECTS`, and a task that failed to download the objects given. */
async function layTask(t: TestContext, objects: typeof OBJECTS) {
  const workspace = await makeWorkspace(t)
  const { home, out, cpd, tmp, dest } = workspace
  const store = await startStore(join(workspace.root, 'store'))
  t.after(() => store.stop())
  const { url } = store
  await upload(OBJECTS, url)
  const { accessKeyId: ak, secretAccessKey: sk } = credentials
  await workspace.writeConfig({ endpoint: url, region: 'us-east-1', ak, sk })
  const items = objects.map(({ key, source }) => ({
    bucket,
    key,
    destination: join(dest, key),
    size: listedSize(source.sizeBytes),
  }))
  const taskId = await workspace.writeFailureList({ items })
  const words = ['-f', `-o=${out}`, `-cpd=${cpd}`, `-tempFileDir=${tmp}`, ...PARTS]
  const recover = (id: string, ...flags: readonly string[]) =>
    runCli(['cp', `-recover=${id}`, ...words, ...flags], { home })
  return { workspace, url, taskId, recover }
}

async function assertArrived({ dest }: Workspace, objects: typeof OBJECTS): Promise<void> {
  for (const { key, source } of objects) await assertFileHolds(join(dest, key), source)
}
