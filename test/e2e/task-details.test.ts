/** `obsutil tasks <id>`: what failed, why, what is there already, and how to go on. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readdir, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { rangeLength } from '../../src/core/byte-range.ts'
import { errorAnswer } from '../support/fault-scripts.ts'
import { listTree } from '../support/workspace.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'
import { killHalfway, largeBody, PART_BYTES, partRecordOf } from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'
import { runCli } from '../support/run-cli.ts'

test('one task is shown with its causes, what helps, and a command that goes on', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const objects = Array.from({ length: 4 }, (_, at) => ({ key: `k ${at}`, body: 'x'.repeat(1100) }))
  const taskId = await bench.listObjects(...objects)
  const { script } = bench.server
  script.add({ on: { key: 'k 0' }, do: errorAnswer(403, 'AccessDenied') })
  for (const at of [1, 2]) script.add({ on: { key: `k ${at}` }, do: errorAnswer(503, 'SlowDown') })
  // One at a time: the first of the list is the first to fail.
  const failed = newTaskIdOf(await bench.recover(taskId, '-j=1'))
  script.clear()
  const before = await listTree(bench.root)

  const { stdout, stderr, code } = await bench.run([
    'tasks',
    `-o=${bench.out}`,
    failed.slice(0, 4),
    `-cpd=${bench.cpd}`,
  ])

  assert.deepEqual([code, stderr], [0, ''])
  assert.deepEqual(await listTree(bench.root), before)
  const [list = ''] = (await readdir(bench.out)).filter((name) => name.includes(`_${failed}.txt`))
  const lines = stdout.split('\n')
  assert.deepEqual(
    [lines[0], ...lines.slice(2, 11), lines[12]].map((line = '') => line.replace(/: .+/, ':…')),
    [
      'Task id:…',
      'Failed:…',
      'Size:…',
      'Lists:…',
      '',
      'The 2 causes, the most frequent first:',
      '  2  503 SlowDown:…',
      '     such as obs://bucket-a/k 1',
      '     the store was busy:…',
      '  1  403 AccessDenied:…',
      '     these keys may not read it:…',
    ],
  )
  assert.equal(lines[0], `Task id:    ${failed}`)
  assert.deepEqual(lines.slice(2, 5), [
    'Failed:     3',
    'Size:       ≈3.21KB (the lists round sizes)',
    `Lists:      ${join(bench.out, list)}`,
  ])
  const command = /^To go on: (.+)$/m.exec(stdout)?.[1] ?? ''
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
  await bench.assertExit(await bench.run(words.split('\0').slice(1, -1)), 0)
  await bench.assertArrived(...objects)
})

test('parts that are recorded count, where their temp file is there, of the right size', async (t) => {
  const body = largeBody()
  const objects = ['a.bin', 'b.bin', 'c.bin'].map((key) => ({ key, body }))
  const bench = await prepareTask(t, { objects })
  await killHalfway(bench, ['a.bin', 'b.bin', 'c.bin'])
  const { out, cpd, home } = bench.space
  const records = await Promise.all(objects.map(({ key }) => partRecordOf(bench.space, key)))
  const [one, other, third] = records
  assert.ok(one && other && third)
  const look = async () => {
    const run = await runCli(['tasks', bench.taskId, '-json', `-o=${out}`, `-cpd=${cpd}`], { home })
    const told: unknown = JSON.parse(run.stdout)
    assert.ok(typeof told === 'object' && told !== null && 'recorded' in told)
    return told.recorded
  }
  const folder = join(cpd, 'down')
  const sums = records.map(({ ranges }) =>
    ranges.reduce((sum, range) => sum + rangeLength(range), 0),
  )
  assert.ok(sums.every((bytes) => bytes >= 2 * PART_BYTES))
  assert.deepEqual(await look(), { items: 3, bytes: sums.reduce((a, b) => a + b, 0), folder })

  await unlink(other.header.tempFile)
  await truncate(third.header.tempFile, 5)
  assert.deepEqual(await look(), { items: 1, bytes: sums[0], folder })

  await writeFile(one.path, 'garbage\n')
  assert.deepEqual(await look(), { items: 0, bytes: 0, folder })
})

test('a task is named by its id, or by 4 characters or more that no other id begins with', async (t) => {
  const bench = await makeBench(t)
  const ids = ['abcd1', 'abcd2', 'ef'].map(
    (begun) => `${begun.padEnd(8, '0')}-0000-4000-8000-000000000000`,
  )
  const item = bench.itemOf({ key: 'k', body: 'x' })
  for (const taskId of ids) await bench.writeFailureList({ taskId, items: [item] })
  const [one = '', , third = ''] = ids
  const show = (id: string) => bench.run(['tasks', id, `-o=${bench.out}`])

  for (const id of [one, 'abcd1', 'ABCD10']) {
    const { code, stdout } = await show(id)
    assert.deepEqual([code, stdout.split('\n')[0]], [0, `Task id:    ${one}`], id)
  }
  for (const [id, error, hint] of [
    [
      'abcd',
      /^Error: The id \[abcd\] is the beginning of several tasks'$/,
      /^They are abcd1.+, abcd2/,
    ],
    [
      'ef0',
      /^Error: Cannot find any failed-record file for task id \[ef0\]!$/,
      /^An id is whole, or 4/,
    ],
    ['zzzzz', /^Error: Cannot find any .+ task id \[zzzzz\]!$/, /^An id is whole/],
    [third.replace('-4', '-5'), /^Error: Cannot find/, new RegExp(`^Did you mean ${third}\\?`)],
    [`cp_failed_report_20240101_${third}.txt`, /^Error: /, new RegExp(`^Did you mean ${third}\\?`)],
  ] as const) {
    const { code, stdout, stderr } = await show(id)
    const [said = '', more = ''] = stderr.split('\n')
    assert.deepEqual([code, stdout], [2, ''], id)
    assert.match(said, error)
    assert.match(more, hint)
  }
})

test('a run in which all went well is known by its id, too', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'x' })
  const done = newTaskIdOf(await bench.recover(taskId))

  const shown = await bench.run(['tasks', done, `-o=${bench.out}`])
  const old = await bench.run(['tasks', taskId, `-o=${bench.out}`])

  assert.equal(shown.code, 0)
  assert.match(shown.stdout, /^Nothing of it is listed as failed\.$/m)
  assert.match(shown.stdout, new RegExp(`^  > .+ ${done} resumed .+: 1 succeeded, 0 failed$`, 'm'))
  assert.match(old.stdout, new RegExp(`^Since then: resumed by ${done}, done$`, 'm'))
  assert.match(old.stdout, /^Nothing is left of it\.$/m)
})

test('a task whose lists were cleared is known by its id, and the command names who has the rest', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const taskId = await bench.listObjects({ key: 'k', body: 'x' })
  bench.server.script.add({ on: { key: 'k' }, do: errorAnswer(403, 'AccessDenied') })
  const dry = newTaskIdOf(await bench.recover(taskId, '-dryRun'))
  const told = await bench.run(['tasks', dry, `-o=${bench.out}`])
  assert.match(told.stdout, /^Failed: +1 \(dry run\)$/m)
  assert.match(told.stdout, new RegExp(`^To go on: obsutil cp -recover=${taskId} `, 'm'))
  const rest = newTaskIdOf(await bench.recover(taskId, '-clear'))

  const { code, stdout } = await bench.run(['tasks', taskId, `-o=${bench.out}`])

  assert.equal(code, 0)
  assert.match(stdout, /^Failed: +0$/m)
  assert.match(stdout, new RegExp(`^Since then: resumed by ${rest}, 1 left$`, 'm'))
  assert.match(stdout, new RegExp(`^To go on: obsutil cp -recover=${rest} `, 'm'))
})

test('humanReadableFormat=false has sizes to the byte; a configuration file that is bad is exit 5', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'x'.repeat(5000) })
  const path = join(bench.root, 'raw.conf')
  await writeFile(path, 'humanReadableFormat=false\n')

  const { stdout } = await bench.run(['tasks', taskId, `-o=${bench.out}`, `-config=${path}`])
  const missing = await bench.run(['tasks', `-o=${bench.out}`, '-config=none'])

  assert.match(stdout, /^Size: +≈4998B /m)
  assert.match(stdout, new RegExp(`^To go on: .+ -config=${path}$`, 'm'))
  assert.equal(missing.code, 5)
})
