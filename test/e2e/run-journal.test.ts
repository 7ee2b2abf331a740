/** What a run leaves in the journal beside its lists, however it ends. */
import assert from 'node:assert/strict'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { formatRun, parseRun, runFileName, type RunEntry } from '../../src/core/run-entry.ts'
import { stallAt } from '../support/fault-scripts.ts'
import { makeBench, newTaskIdOf, type Bench } from './support/bench.ts'
import { runAsNobody } from './support/as-nobody.ts'

const OBJECTS = [
  { key: 'a', body: 'body a' },
  { key: 'b', body: 'body b, longer' },
  { key: 'gone', body: 'x' },
]

test('a run that ended tells what it resumed, with what flags, and how its items ended', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })
  const before = Date.now()

  const run = await bench.recover(taskId, '-exclude=b', '-exclude=c')

  await bench.assertExit(run, 8)
  const path = join(bench.out, runFileName(newTaskIdOf(run)))
  assert.equal((await stat(path)).mode & 0o777, 0o640 & ~process.umask())
  const entry = await readEntry(bench, newTaskIdOf(run))
  assert.equal(entry.resumedTaskId, taskId)
  assert.deepEqual([entry.state, entry.dryRun], ['ended', false])
  assert.deepEqual(entry.counts, {
    succeeded: 1,
    failed: 1,
    skipped: 0,
    leftOut: 1,
    unreadable: 0,
    foreign: 0,
    bytes: 6,
  })
  assert.deepEqual(entry.flags?.['exclude'], ['b', 'c'])
  assert.equal(entry.flags?.['f'], 'true')
  assert.ok(before <= entry.startedAtMs && entry.startedAtMs <= (entry.endedAtMs ?? 0))
})

test('a run is in the journal from its start; what ends it there is in it, but after kill -9', async (t) => {
  for (const [signal, state, code] of [
    ['SIGINT', 'interrupted', 9],
    ['SIGKILL', 'running', null],
  ] as const) {
    const bench = await makeBench(t)
    const taskId = await bench.listObjects(...OBJECTS)
    bench.server.script.add({ on: { key: 'b' }, do: stallAt(3) })
    const run = bench.start(taskId)
    const [, newTaskId = ''] = await run.waitForStdout(/Task id: (\S{36})\n/)
    await bench.server.requests.arrived({ key: 'b' })
    const begun = await readEntry(bench, newTaskId)
    assert.deepEqual([begun.state, begun.owner.pid], ['running', run.child.pid])
    assert.deepEqual([begun.endedAtMs, begun.counts], [undefined, undefined])

    assert.equal((await run.kill(signal)).code, code)

    const entry = await readEntry(bench, newTaskId)
    assert.equal(entry.state, state)
    if (code !== null) assert.ok((entry.counts?.failed ?? 0) >= 1)
    const drafts = (await readdir(bench.out)).filter((name) => name.endsWith('.new'))
    assert.deepEqual(drafts, [])
  }
})

test('a dry run says so', async (t) => {
  const bench = await makeBench(t)
  const run = await bench.recover(await bench.listObjects(...OBJECTS), '-dryRun')
  assert.equal((await readEntry(bench, newTaskIdOf(run))).dryRun, true)
})

test('a run whose lists cannot be written is one that failed', async (t) => {
  const bench = await makeBench(t)
  const stalled = { key: 'late', body: 'late' }
  const lateId = await bench.listObjects(stalled)
  bench.server.script.add({ on: { key: 'late' }, do: stallAt(1) })
  const late = bench.start(lateId)
  const [, lateTaskId = ''] = await late.waitForStdout(/Task id: (\S{36})\n/)
  await bench.server.requests.arrived({ key: 'late' })
  const [name = ''] = (await readdir(bench.out)).filter((file) => file.includes(lateTaskId))
  const { startedAtMs } = await readEntry(bench, lateTaskId)
  assert.equal(name, runFileName(lateTaskId))
  const time = new Date(startedAtMs).toISOString().replaceAll(/\D/g, '').slice(0, 14)
  await mkdir(join(bench.out, `cp_failed_report_${time}_${lateTaskId}.txt`))

  assert.equal((await late.kill('SIGTERM')).code, 6)

  const entry = await readEntry(bench, lateTaskId)
  assert.deepEqual([entry.state, entry.counts], ['failed', undefined])
})

test('a journal that cannot be written is a warning, and the run does all the same', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(...OBJECTS)
  await chmod(bench.out, 0o555)
  // With everything left out there is no list to write either.
  const run = await runAsNobody(t, bench, bench.words(taskId, '-exclude=*'))
  if (run === undefined) return
  assert.equal(run.code, 0)
  assert.match(run.stderr, /^Warn: Cannot write the journal of this run in \[.+\]: EACCES.*\n$/)
})

test('with -clear, what the journal says of tasks that are all done goes after 90 days', async (t) => {
  const bench = await makeBench(t)
  const [done = '', young = '', listed = ''] = await Promise.all(
    ['done', 'young', 'listed'].map(async (key) => bench.listObjects({ key, body: key })),
  )
  const runs = new Map<string, string>()
  for (const taskId of [done, young]) {
    runs.set(taskId, newTaskIdOf(await bench.recover(taskId, '-clear')))
  }
  runs.set(listed, newTaskIdOf(await bench.recover(listed)))
  for (const taskId of [done, listed]) await makeOld(bench, runs.get(taskId) ?? '')

  const last = await bench.listObjects({ key: 'last', body: 'last' })
  const run = await bench.recover(last, '-clear')

  await bench.assertExit(run, 0)
  const left = (await readdir(bench.out)).filter((name) => name.startsWith('.obsutil_run_'))
  const expected = [runs.get(young) ?? '', runs.get(listed) ?? '', newTaskIdOf(run)]
  assert.deepEqual(left.toSorted(), expected.map(runFileName).toSorted())
})

/** As if the run had been 91 days ago. */
async function makeOld(bench: Bench, taskId: string): Promise<void> {
  const entry = await readEntry(bench, taskId)
  const age = 91 * 86_400_000
  const startedAtMs = entry.startedAtMs - age
  const endedAtMs = entry.endedAtMs && entry.endedAtMs - age
  const path = join(bench.out, runFileName(taskId))
  await writeFile(path, formatRun({ ...entry, startedAtMs, endedAtMs }))
}

async function readEntry(bench: Bench, taskId: string): Promise<RunEntry> {
  const text = await readFile(join(bench.out, runFileName(taskId)), 'utf8')
  return parseRun(text) ?? assert.fail(text)
}
