/** `-u` and `-dryRun`. */
import assert from 'node:assert/strict'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { runFileName } from '../../src/core/run-entry.ts'
import { errorAnswer } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { linesAbout, makeBench, newTaskIdOf } from './support/bench.ts'

const MODIFIED = new Date('2024-05-06T07:08:09Z')
const LARGE = generated(120 * 1024)
const PARTS = ['-threshold=100KB', '-ps=50KB']

test('`-u` downloads what is missing, of another size or older, and nothing else', async (t) => {
  const bench = await makeBench(t)
  const objects = ['missing', 'longer', 'shorter', 'older', 'same-second', 'newer'].map((key) => ({
    key,
    body: `new ${key}`,
    lastModified: MODIFIED,
  }))
  const later = new Date(MODIFIED.getTime() + 1000)
  const lay = async (key: string, content: string, time: Date) => {
    await writeFile(bench.pathOf(key), content)
    await utimes(bench.pathOf(key), time, time)
  }
  await lay('longer', 'new longer!', later)
  await lay('shorter', 'new', later)
  await lay('older', 'OLD older', new Date(MODIFIED.getTime() - 1000))
  await lay('same-second', 'old same-second', MODIFIED)
  await lay('newer', 'old newer', later)
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-u')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects.slice(0, 4))
  assert.equal(await readFile(bench.pathOf('same-second'), 'utf8'), 'old same-second')
  assert.equal(await readFile(bench.pathOf('newer'), 'utf8'), 'old newer')
  assert.deepEqual(bench.asked('newer'), ['HEAD'])
  assert.deepEqual(bench.asked('missing'), ['HEAD', 'GET'])
  const { succeed } = await bench.readReports()
  assert.equal(succeed.length, 6)
  const [line = ''] = linesAbout(succeed, bench.pathOf('newer'))
  assert.match(
    line,
    /^\S+Z 9B, n\/a, obs:\/\/bucket-a\/newer --> \S+, n\/a, n\/a, success message \[skip since the source is not changed\], n\/a$/,
  )
  assert.match(run.stdout, /^Succeed count: +6 +Failed count: +0 +Skip count: +2$/m)
})

test('`-u` after a run without failures downloads nothing again', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: 'small' },
    { key: 'large', body: LARGE },
    { key: 'empty', body: '' },
  ]
  const taskId = await bench.listObjects(...objects, { key: 'folder/', body: '' })
  await bench.assertExit(await bench.recover(taskId, ...PARTS), 0)
  bench.server.requests.forget()

  const run = await bench.recover(taskId, '-u', ...PARTS)

  await bench.assertExit(run, 0)
  assert.deepEqual(bench.asked(), ['HEAD', 'HEAD', 'HEAD'])
  assert.match(run.stdout, /Skip count: +4$/m)
  assert.match(run.stdout, /^Succeed bytes: +0B$/m)
})

test('an object that is gone from the store fails with `-u`, whatever lies at its destination', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'k' })
  await writeFile(bench.pathOf('k'), 'content')

  const run = await bench.recover(taskId, '-u')

  await bench.assertExit(run, 8)
  assert.match(
    (await bench.readReports()).failed.join(),
    /status \[404\], error code \[\w+\], error message \[[^\]]+\], request id \[REQ/,
  )
})

test('`-dryRun` asks with HEAD, writes its lists, and nothing else', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'small', body: 'small' },
    { key: 'sub/large', body: LARGE },
    { key: 'folder/', body: '' },
  ]
  const taskId = await bench.listObjects(...objects)
  await writeFile(bench.pathOf('small'), 'old')
  const absent = join(bench.root, 'absent')
  const before = await listTree(bench.root)

  const run = await bench.recover(
    taskId,
    '-dryRun',
    `-cpd=${absent}/cpd`,
    `-tempFileDir=${absent}/tmp`,
    ...PARTS,
  )

  await bench.assertExit(run, 0)
  assert.deepEqual(new Set(bench.asked()), new Set(['HEAD']))
  assert.equal(await readFile(bench.pathOf('small'), 'utf8'), 'old')
  const { succeed } = await bench.readReports()
  assert.equal(succeed.length, 3)
  for (const line of succeed) {
    assert.match(line, /, n\/a, n\/a, success message \[dry run done\], n\/a$/)
  }
  assert.match(succeed.join('\n'), /Z 120\.00KB, n\/a, obs:\/\/bucket-a\/sub\/large --> /)
  const added = (await listTree(bench.root)).filter((path) => !before.includes(path))
  const newTaskId = newTaskIdOf(run)
  assert.deepEqual(
    added.filter((path) => !path.startsWith('home/.obsutil_log')),
    [
      `out/${runFileName(newTaskId)}`,
      `out/${(await bench.readReports(newTaskId)).files.find((name) => name.includes('succeed'))}`,
    ],
  )
})

test('`-dryRun` tells what would fail, and exits 8', async (t) => {
  const bench = await makeBench(t)
  bench.server.script.add({ on: { key: 'refused' }, do: errorAnswer(403, 'AccessDenied') })
  const taskId = await bench.listObjects(
    { key: 'fine', body: 'x' },
    { key: 'refused', body: 'x' },
    { key: 'a//b', body: 'x' },
  )

  const run = await bench.recover(taskId, '-dryRun')

  await bench.assertExit(run, 8)
  const { succeed, failed } = await bench.readReports()
  assert.deepEqual([succeed.length, failed.length], [1, 2])
  assert.match(linesAbout(failed, bench.pathOf('refused')).join(), /status \[403\]/)
  assert.deepEqual(await listTree(bench.dest), [])
})

test('`-dryRun -u` tells apart what would be fetched and what would not', async (t) => {
  const bench = await makeBench(t)
  const objects = ['current', 'missing'].map((key) => ({ key, body: 'content' }))
  const taskId = await bench.listObjects(...objects, { key: 'there/', body: '' })
  await writeFile(bench.pathOf('current'), 'content')
  await mkdir(bench.pathOf('there'))

  const run = await bench.recover(taskId, '-dryRun', '-u')

  await bench.assertExit(run, 0)
  const { succeed } = await bench.readReports()
  const messageOf = (key: string) =>
    /success message \[([^\]]+)\]/.exec(linesAbout(succeed, bench.pathOf(key)).join())?.[1]
  assert.equal(messageOf('current'), 'skip since the source is not changed')
  assert.equal(messageOf('there'), 'skip since the source is not changed')
  assert.equal(messageOf('missing'), 'dry run done')
  assert.match(run.stdout, /Skip count: +2$/m)
})
