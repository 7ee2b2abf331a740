/** `obsutil tasks`: which tasks can be resumed, and what became of them. */
import assert from 'node:assert/strict'
import { chmod, readdir, readFile, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { runFileName } from '../../src/core/run-entry.ts'
import { failureListName, formatFailureList } from '../support/failure-list.ts'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'
import { watchPeakMemory } from './support/peak-memory.ts'
import { readTasks, rowsOf } from './support/shown-tasks.ts'

const A = 'aaaa0000-0000-4000-8000-00000000000a'
const GOLDEN = fileURLToPath(new URL('../fixtures/golden/', import.meta.url))

test('a chain of three runs is told rightly: one failed in part, one was killed, one interrupted', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const objects = Array.from({ length: 6 }, (_, at) => ({ key: `k${at}`, body: `body ${at}` }))
  const first = await bench.listObjects(...objects)
  const { script } = bench.server
  for (const at of [1, 2, 3, 4, 5]) {
    script.add({ on: { key: `k${at}` }, do: errorAnswer(503, 'SlowDown') })
  }
  // One after the other, so that its list has them in order.
  const failed = newTaskIdOf(await bench.recover(first, '-j=1'))

  script.clear()
  script.add({ on: { key: 'k1' }, do: stallAt(2) })
  const doomed = bench.start(failed, '-j=1')
  const killed = (await doomed.waitForStdout(/Task id: (\S{36})\n/))[1] ?? ''
  await bench.server.requests.arrived({ key: 'k1' })
  const during = await readTasks(bench, '-json')
  assert.equal(during.find(({ taskId }) => taskId === failed)?.since.kind, 'running')
  await doomed.kill('SIGKILL')

  bench.server.requests.forget()
  script.clear()
  script.add({ on: { key: 'k3' }, do: stallAt(2) })
  const stopped = bench.start(failed, '-j=1')
  const interrupted = (await stopped.waitForStdout(/Task id: (\S{36})\n/))[1] ?? ''
  await bench.server.requests.arrived({ key: 'k3' })
  assert.equal((await stopped.kill('SIGINT')).code, 9)

  const tasks = new Map((await readTasks(bench, '-json')).map((task) => [task.taskId, task]))
  const left = { kind: 'left', taskId: interrupted, state: 'interrupted', left: 3 }
  assert.deepEqual(tasks.get(first)?.since, left)
  assert.deepEqual(tasks.get(failed)?.since, left)
  assert.deepEqual(tasks.get(interrupted)?.since, { kind: 'nothing' })
  assert.deepEqual(
    [first, failed, interrupted].map((id) => tasks.get(id)?.failed),
    [6, 5, 3],
  )
  for (const id of [first, failed, interrupted]) assert.equal(tasks.get(id)?.goOnWith, interrupted)

  const shown = await bench.run(['tasks', failed.slice(0, 8), `-o=${bench.out}`])
  assert.equal(shown.code, 0, shown.stderr)
  const links = [...shown.stdout.matchAll(/^( {2}> | {4})(?:\S+ \S+|) +(\S{36})(.*)$/gm)]
  assert.deepEqual(
    links.map(([, mark = '', id, what]) => [mark.trim(), id, what]),
    [
      ['', first, ''],
      ['>', failed, ` resumed ${first.slice(0, 8)}: 1 succeeded, 5 failed`],
      ['', killed, ` resumed ${failed.slice(0, 8)}: killed before its end`],
      ['', interrupted, ` resumed ${failed.slice(0, 8)}: interrupted, 2 succeeded, 3 failed`],
    ],
  )
  assert.match(shown.stdout, new RegExp(`^To go on: obsutil cp -recover=${interrupted} -f `, 'm'))

  script.clear()
  const last = await bench.recover('last')
  await bench.assertExit(last, 0)
  assert.match(last.stderr, new RegExp(`^Resuming task ${interrupted}\\n`))
  await bench.assertArrived(...objects)
  const after = await readTasks(bench, '-json')
  assert.deepEqual(
    new Set(after.map(({ since }) => `${since.kind} ${since.left}`)),
    new Set(['done 0']),
  )
  assert.equal((await bench.recover('last')).code, 2)
})

test('lists of the official tool are told as they are, the newest first', async (t) => {
  const bench = await makeBench(t)
  for (const name of await readdir(GOLDEN, { recursive: true })) {
    const file = /\/(cp_failed_report_.+)$/.exec(name)?.[1]
    if (file !== undefined)
      await writeFile(join(bench.out, file), await readFile(`${GOLDEN}${name}`))
  }

  const { stdout, stderr, code } = await bench.run(['tasks', `-o=${bench.out}`])

  assert.deepEqual([code, stderr], [0, ''])
  const rows = rowsOf(stdout)
  assert.equal(rows.length, 11)
  assert.deepEqual(rows[3], [
    'd4a0292f-3e4e-4816-afce-bd005081a651',
    '2026-11-22 19:02:39',
    '10',
    '21B',
    '401 Unauthorized (6)',
  ])
  assert.deepEqual(rows[9]?.slice(2), ['4', '≈48.87KB', '403 AccessDenied (1)'])
  const times = rows.map(([, began = '']) => began.replaceAll(/\D/g, '')).map(Number)
  assert.deepEqual(
    times,
    times.toSorted((one, other) => other - one),
  )
})

test('a task is not called done while only its downloads are', async (t) => {
  const bench = await makeBench(t)
  bench.put({ key: 'x', body: 'x' })
  const download = line(`obs://bucket-a/x --> ${bench.pathOf('x')}`)
  const plain = await bench.writeFailureList({ text: download })
  const mixed = await bench.writeFailureList({ text: download + line('/x --> obs://b/x') })
  for (const taskId of [plain, mixed]) await bench.assertExit(await bench.recover(taskId), 0)

  const { stdout } = await bench.run(['tasks', `-o=${bench.out}`])

  const told = new Map(rowsOf(stdout).map((row) => [row[0], row.at(-1)]))
  assert.match(told.get(plain) ?? '', /^resumed by \S{36}, done$/)
  assert.match(told.get(mixed) ?? '', /^resumed by \S{36}, downloads done$/)
})

function line(route: string): string {
  return `2024-01-02T03:04:05Z 1B, ${route}, n/a, n/a, n/a, error message [m], n/a\n`
}

test('uploads, copies and lines that cannot be read are told apart', async (t) => {
  const bench = await makeBench(t)
  const upload = await bench.writeFailureList({ text: line('/data/x --> obs://b/x').repeat(2) })
  const copy = await bench.writeFailureList({ text: line('obs://a/x --> obs://b/x') })
  const mixed = await bench.writeFailureList({
    text: line('obs://a/x --> /data/x') + line('/x --> obs://b/x') + line('obs://a --> x'),
  })
  const planted = await bench.writeFailureList({ text: line('obs://a/x --> /data/x') })
  await chmod(join(bench.out, await nameOf(planted)), 0o666)

  const { stdout, code } = await bench.run(['tasks', `-o=${bench.out}`])

  assert.equal(code, 0)
  const told = new Map(rowsOf(stdout).map(([id, , failed]) => [id, failed]))
  assert.equal(told.get(upload), '2 upload')
  assert.equal(told.get(copy), '1 copy')
  assert.equal(told.get(mixed), '1 + 1 upload + 1 unreadable')
  assert.equal(told.get(planted), '?')
  assert.match(stdout, /Anybody may write to the list \[/)
  const one = await bench.run(['tasks', upload, `-o=${bench.out}`])
  assert.match(one.stdout, /Its uploads are not for this tool/)
  assert.equal((await bench.run(['tasks', planted, `-o=${bench.out}`])).code, 6)

  async function nameOf(taskId: string): Promise<string> {
    return (await readdir(bench.out)).find((name) => name.includes(taskId)) ?? ''
  }
})

test('a journal that is damaged or foreign costs a warning, and hides no task', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'x' })
  const run = newTaskIdOf(await bench.recover(taskId))
  const path = join(bench.out, runFileName(run))
  const good = await readFile(path, 'utf8')
  const look = () => bench.run(['tasks', `-o=${bench.out}`])
  assert.match((await look()).stdout, /resumed by \S+, done$/m)

  for (const damage of [
    () => writeFile(path, good.slice(0, 50)),
    () => writeFile(path, `${good.slice(0, -2)},"x":"${'x'.repeat(70_000)}"}`),
    () => writeFile(path, good.replace('"version":1', '"version":9')),
    async () => {
      await writeFile(path, good)
      await chmod(path, 0o666)
    },
    async () => {
      await unlink(path)
      await symlink('/etc/passwd', path)
    },
  ]) {
    await damage()
    const { stdout, stderr, code } = await look()
    assert.equal(code, 0)
    assert.match(stderr, /^Warn: What the journal of runs says is not complete: .+\n$/)
    assert.equal(rowsOf(stdout)[0]?.length, 5)
  }
})

test('a list of 300,000 lines is told in memory that does not grow with it', async (t) => {
  const bench = await makeBench(t)
  const items = Array.from({ length: 300_000 }, (_, at) => ({
    bucket: 'bucket-a',
    key: `some/folder/with/a/name/key-${at}`,
    destination: `/data/some/folder/with/a/name/key-${at}`,
    size: '1.00KB',
  }))
  const time = new Date('2024-01-02T03:04:05Z')
  const text = formatFailureList({ items, time, by: 'cp' })
  await writeFile(join(bench.out, failureListName(time, A)), text)
  const memory = watchPeakMemory(bench)

  const run = await bench.run(['tasks', `-o=${bench.out}`], { env: memory.env })

  assert.deepEqual(rowsOf(run.stdout)[0]?.slice(2, 4), ['300,000', '≈292.97MB'])
  // The list has 70 MB; an empty Node.js takes 45.
  assert.ok((await memory.read()) < 140 * 1024 ** 2, String(await memory.read()))
})

test('of 3,000 lists the newest 20 are read and shown, and how many there are is said', async (t) => {
  const bench = await makeBench(t)
  for (let at = 0; at < 3000; at += 1) {
    const taskId = `${String(at).padStart(8, '0')}-0000-4000-8000-000000000000`
    const time = new Date(Date.UTC(2024, 0, 1, 0, 0, at))
    // Only the newest ones could be read at all.
    const path = join(bench.out, failureListName(time, taskId))
    if (at < 2900) await symlink('/nowhere', path)
    else await writeFile(path, formatFailureList({ items: [], time, by: 'cp' }))
  }

  const { stdout, stderr } = await bench.run(['tasks', `-o=${bench.out}`])

  const ids = rowsOf(stdout).map(([id = '']) => Number(id.slice(0, 8)))
  assert.deepEqual(
    ids,
    Array.from({ length: 20 }, (_, at) => 2999 - at),
  )
  assert.equal(stderr, 'These are the newest 20 of 3000 tasks; -limit=0 shows all\n')
})
