/** The failure lists that a task left: found, trusted and read. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import test from 'node:test'
import { formatFailureList, failureListName } from '../support/failure-list.ts'
import { listTree } from '../support/workspace.ts'
import { linesAbout, makeBench, newTaskIdOf, type Bench } from './support/bench.ts'

const TIME = new Date('2024-01-02T03:04:05.678Z')
const GOLDEN = new URL('../fixtures/golden/', import.meta.url)

test('rotated lists and later lists of one task are all resumed', async (t) => {
  const bench = await makeBench(t)
  const taskId = randomUUID()
  const name = failureListName(TIME, taskId)
  const later = failureListName(new Date('2025-06-07T08:09:10Z'), taskId)
  const names = [`${name}.1`, `${name}.2`, `${name}.10`, name, later, `${later}.1`]
  for (const [at, listName] of names.entries()) await layList(bench, listName, [`from-${at}`])

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  const arrived = await listTree(bench.dest)
  assert.deepEqual(
    arrived,
    names.map((_, at) => `from-${at}`),
  )
})

test('lists that only look like those of the task are left alone', async (t) => {
  const bench = await makeBench(t)
  const taskId = randomUUID()
  const name = failureListName(TIME, taskId)
  await mkdir(join(bench.out, 'sub'))
  await mkdir(join(bench.out, `${name}.5`))
  const others = [
    `${name}~`,
    `${name}.bak`,
    name.replace('cp_', 'mv_'),
    name.replace('failed', 'succeed'),
    failureListName(TIME, randomUUID()),
    join('sub', name),
  ]
  for (const other of others) await layList(bench, other, [`from-${other.replace('/', '-')}`])
  await layList(bench, name, ['mine'])

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await listTree(bench.dest), ['mine'])
})

test('a list may be a link to a file elsewhere', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const list = join(bench.out, failureListName(TIME, taskId))
  await rename(list, join(bench.root, 'elsewhere'))
  await symlink(join(bench.root, 'elsewhere'), list)

  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived({ key: 'k', body: 'content' })
})

test('a list that the official tool wrote is resumed', async (t) => {
  const bench = await makeBench(t)
  const { taskId } = await layGolden(bench, 'a1-cp-faults')
  const objects = ['p/f403.txt', 'p/f404.txt', 'p/drop.bin', 'p/f500.txt'].map((key) => ({
    key,
    body: `now ${key} can be fetched`,
  }))
  bench.put(...objects)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  for (const { key, body } of objects) {
    assert.equal(await readFile(bench.pathOf(`a1/${key}`), 'utf8'), body)
  }
  assert.equal((await bench.readReports(newTaskIdOf(run))).succeed.length, 4)
})

test('a list in which a server message pretends to be items is resumed without them', async (t) => {
  const bench = await makeBench(t)
  const { taskId } = await layGolden(bench, 'z-inject1')
  bench.put({ key: 'p/ok1.txt', body: 'one' }, { key: 'p/ok2.txt', body: 'two' })
  await writeFile(bench.pathOf('secret.txt'), 'secret')

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.deepEqual(await listTree(bench.dest), ['m1/', 'm1/ok1.txt', 'secret.txt'])
  assert.deepEqual(bench.asked(), ['GET'])
})

test('a list that an editor gave the line ends of Windows is resumed', async (t) => {
  const bench = await makeBench(t)
  const objects = ['one', 'two'].map((key) => ({ key, body: key }))
  bench.put(...objects)
  const text = formatFailureList({ items: objects.map(bench.itemOf), time: TIME, by: 'cp' })
  const taskId = await bench.writeFailureList({ text: text.replaceAll('\n', '\r\n') })

  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived(...objects)
})

test('an empty list and one without items are `No task to run`', async (t) => {
  const bench = await makeBench(t)
  for (const text of ['', formatFailureList({ items: [], time: TIME, by: 'cp' })]) {
    const taskId = await bench.writeFailureList({ text })

    const run = await bench.recover(taskId)

    await bench.assertExit(run, 0)
    assert.match(run.stdout, /^Warn: No task to run$/m)
    const { files } = await bench.readReports()
    assert.ok(files.every((name) => name.startsWith('cp_failed_report_20240102')))
  }
})

test('a line that cannot be read is named in the warning list and the others are done', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'sound', body: 'sound' }
  bench.put(object)
  const broken = [
    `2024-01-02T03:04:05Z 14B, obs://bucket-a/torn --> ${bench.dest}/torn, cost [1], sta`,
    `2024-01-02T03:04:05Z 14B, obs://bucket-a/relative --> dest/relative, cost [1], status [0], error code [], error message [], request id []`,
    `2024-01-02T03:04:05Z 14B, obs:// --> ${bench.dest}/nothing, cost [1], status [0], error code [], error message [], request id []`,
  ]
  const sound = formatFailureList({ items: [bench.itemOf(object)], time: TIME, by: 'cp' })
  const taskId = await bench.writeFailureList({ text: `${broken.join('\n')}\n${sound}` })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.deepEqual(await listTree(bench.dest), ['sound'])
  const { warning, succeed, failed } = await bench.readReports()
  assert.deepEqual([succeed.length, failed.length], [1, 0])
  assert.equal(warning.length, 3)
  for (const line of broken) {
    assert.equal(warning.filter((warned) => warned.includes(line)).length, 1, line)
  }
  assert.match(run.stdout, /^Warning count: +3$/m)
  assert.match(run.stdout, /^Succeed count: +1 +Failed count: +0$/m)
})

test('a list that anybody may write to is refused with exit 6', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const list = join(bench.out, failureListName(TIME, taskId))
  await chmod(list, 0o666)
  const before = await listTree(bench.root)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 6)
  assert.ok(run.stderr.startsWith(`Error: Anybody may write to the list [${list}]`), run.stderr)
  assert.equal(run.stdout, '')
  assert.deepEqual(bench.asked(), [])
  assert.deepEqual(await listTree(bench.root), before)
})

test('a list that somebody else may write to is refused though another is sound', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const rotated = `${failureListName(TIME, taskId)}.1`
  await layList(bench, rotated, ['other'])
  await chmod(join(bench.out, rotated), 0o622)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 6)
  assert.deepEqual(bench.asked(), [])
})

test('of a list with uploads and copies the downloads are done and the rest is named', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'down', body: 'down' }
  bench.put(object)
  const others = ['/data/x --> obs://bucket-a/x', 'obs://bucket-a/x --> obs://bucket-b/y'].map(
    (route) =>
      `2024-01-02T03:04:05Z 1B, ${route}, cost [1], status [0], error code [], error message [], request id []`,
  )
  const downloads = formatFailureList({ items: [bench.itemOf(object)], time: TIME, by: 'cp' })
  const taskId = await bench.writeFailureList({ text: `${others.join('\n')}\n${downloads}` })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.deepEqual(bench.asked(), ['GET'])
  const { warning } = await bench.readReports()
  assert.equal(warning.length, 2)
  for (const [at, line] of others.entries()) assert.ok(warning[at]?.includes(line), warning[at])
})

test('an id names nothing but its own task, however it is written', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  for (const id of [taskId.slice(1), '.*', '[', `../${taskId}`, taskId.replace(/./, '?')]) {
    const run = await bench.recover(id)

    await bench.assertExit(run, 2)
    assert.equal(run.stdout, '')
    const [error] = run.stderr.split('\n')
    assert.equal(error, `Error: Cannot find any failed-record file for task id [${id}]!`)
  }
  assert.deepEqual(bench.asked(), [])
})

test('the lines about an item keep its exact route', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'a/b c.txt', body: 'x' }
  const taskId = await bench.listObjects(object)

  await bench.recover(taskId)

  const { succeed } = await bench.readReports()
  const [line = ''] = linesAbout(succeed, bench.pathOf('a/b c.txt'))
  assert.ok(line.includes(', obs://bucket-a/a/b c.txt --> '), line)
})

/** Lays a list of these keys, whose objects hold their own key, under the name in `-o`. */
async function layList(bench: Bench, name: string, keys: readonly string[]): Promise<void> {
  const objects = keys.map((key) => ({ key, body: key }))
  bench.put(...objects)
  const text = formatFailureList({ items: objects.map(bench.itemOf), time: TIME, by: 'cp' })
  await writeFile(join(bench.out, name), text, { mode: 0o640 })
}

/** Lays the failure list of an official run, its destinations moved into the workspace. */
async function layGolden(bench: Bench, scenario: string): Promise<{ readonly taskId: string }> {
  const folder = new URL(`${scenario}/`, GOLDEN)
  const name = (await readdir(folder)).find((file) => file.startsWith('cp_failed_report_')) ?? ''
  const text = await readFile(new URL(name, folder), 'utf8')
  const moved = text.replaceAll(' --> /data/', ` --> ${bench.dest}/`)
  await writeFile(join(bench.out, name), moved, { mode: 0o640 })
  return { taskId: name.slice(-40, -4) }
}
