/** What the screen says last when something failed. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { makeBench, newTaskIdOf } from './support/bench.ts'

const CAUSES = new RegExp(
  [
    '^\\n8 items failed; the first 3 of 4 causes:',
    ' {2}4 {2}403 AccessDenied: .+',
    ' +such as obs://bucket-a/a b/key-0',
    ' +these keys may not read it.*',
    ' {2}2 {2}503 SlowDown: .+',
    ' +such as obs://bucket-a/a b/key-4',
    ' +the store was busy.*',
    ' {2}1 {2}400 Odd: two lines',
    ' +such as obs://bucket-a/a b/key-6',
    'All of them are in ',
  ].join('\\n'),
)

test('the last lines tell the most frequent causes, the list, and a command that goes on', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  const objects = Array.from({ length: 9 }, (_, at) => ({
    key: `a b/key-${at}`,
    body: `body ${at}`,
  }))
  const { script } = bench.server
  for (const at of [0, 1, 2, 3]) {
    script.add({ on: { key: `a b/key-${at}` }, do: errorAnswer(403, 'AccessDenied') })
  }
  for (const at of [4, 5]) {
    script.add({ on: { key: `a b/key-${at}` }, do: errorAnswer(503, 'SlowDown') })
  }
  script.add({ on: { key: 'a b/key-6' }, do: errorAnswer(400, 'Odd', { message: 'two\nlines' }) })
  script.add({ on: { key: 'a b/key-7' }, do: errorAnswer(418, 'Teapot') })
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-j=1', "-exclude=it's not there")

  assert.equal(run.code, 8)
  assert.match(run.stderr, CAUSES)
  const list = /^All of them are in (.+)$/m.exec(run.stderr)?.[1] ?? ''
  assert.equal((await readFile(list, 'utf8')).match(/obs:\/\/bucket-a/g)?.length, 8)
  const command = /^To go on: obsutil (.+)$/m.exec(run.stderr)?.[1] ?? ''
  assert.ok(command.includes(`-recover=${newTaskIdOf(run)} `))

  script.clear()
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
  const again = await bench.run(words.split('\0').slice(0, -1))
  await bench.assertExit(again, 0)
  await bench.assertArrived(...objects)
})

test('after a dry run the command is that of the whole task, and fetches', async (t) => {
  const bench = await makeBench(t)
  const objects = [
    { key: 'here', body: 'body' },
    { key: 'gone', body: 'body' },
  ]
  const taskId = await bench.listObjects(...objects)
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })

  const run = await bench.recover(taskId, '-dryRun')

  assert.equal(run.code, 8)
  assert.match(run.stderr, /^1 item failed:\n {2}1 {2}404 /m)
  const command = /^To go on: (.+)$/m.exec(run.stderr)?.[1] ?? ''
  assert.ok(command.includes(`-recover=${taskId} `))
  assert.doesNotMatch(command, /dryRun/)
})

test('a run in which all went well says nothing there', async (t) => {
  const bench = await makeBench(t)
  const run = await bench.recover(await bench.listObjects({ key: 'here', body: 'body' }))
  await bench.assertExit(run, 0)
  assert.equal(run.stderr, '')
})
