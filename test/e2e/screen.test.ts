/** What the user sees. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'

const SPEED = String.raw`tps:\d+\.\d\d \d+(?:\.\d\d)? [KM]?B\/s`
const ID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}'

test('a run in a pipe shows start, settings, one progress line, counts, metrics and task id', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(
    { key: 'small', body: 'x'.repeat(100) },
    { key: 'large', body: generated(2_097_152) },
  )

  const run = await bench.recover(taskId, '-threshold=1MB', '-ps=512KB', '-p=2', '-j=3')

  await bench.assertExit(run, 0)
  assert.equal(run.stderr, '')
  assertLines(run.stdout, [
    String.raw`Start at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \+0000 UTC`,
    '',
    'Parallel:      2                   Jobs:          3',
    String.raw`Threshold:     1\.00MB              PartSize:      512\.00KB`,
    'VerifyLength:  false               VerifyMd5:     false',
    `CheckpointDir: ${bench.cpd}`,
    '',
    `Task id: (?<id>${ID})`,
    `OutputDir: ${bench.out}`,
    `TempFileDir: ${bench.tmp}`,
    '',
    String.raw`Progress: 100\.00% ${SPEED} 2\.00MB\/2\.00MB 2\/2 items`,
    'Succeed count:      2         Failed count:       0',
    String.raw`Succeed bytes:      2\.00MB`,
    String.raw`Metrics \[max cost:\d+ ms, min cost:\d+ ms, average cost:\d+\.\d\d ms, average tps:\d+\.\d\d, transferred size:2\.00MB\]`,
    '',
    String.raw`Task id: \k<id>`,
  ])
})

test('a run with failures says so in its counts, and the new id is not the old one', async (t) => {
  const bench = await makeBench(t)
  bench.server.script.add({ on: { key: 'b' }, do: errorAnswer(403, 'AccessDenied') })
  const taskId = await bench.listObjects({ key: 'a', body: 'x' }, { key: 'b', body: 'y' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 8)
  assert.match(run.stdout, /^Succeed count: {6}1 {9}Failed count: {7}1\nSucceed bytes: {6}1B\n/m)
  assert.ok(!run.stdout.includes(taskId), run.stdout)
  assert.doesNotMatch(run.stdout, /Skip count|Warning count/)
})

test('showProgressBar=false takes the progress away, showStartTime=false the first line', async (t) => {
  const config = { showProgressBar: 'false', showStartTime: 'false' }
  const bench = await makeBench(t, { config })
  const taskId = await bench.listObjects({ key: 'a', body: 'x' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /^Parallel: /)
  assert.doesNotMatch(run.stdout, /Progress|%|Start at/)
})

test('a reader that has seen enough does not stop the downloads', async (t) => {
  const bench = await makeBench(t, { latencyMs: 20 })
  const objects = Array.from({ length: 20 }, (_, at) => ({ key: `key-${at}`, body: `${at}` }))
  const taskId = await bench.listObjects(...objects)
  const run = bench.start(taskId, '-j=2')
  const closed = once(run.child.stdout, 'close')

  await run.waitForStdout(/Start at/)
  run.child.stdout.destroy()
  await closed
  const { code, stderr } = await run.done

  assert.deepEqual([code, stderr], [0, ''])
  await bench.assertArrived(...objects)
  assert.equal((await bench.readReports()).succeed.length, 20)
})

test('a reader that has left before the start, or of errors, does not stop them either', async (t) => {
  const bench = await makeBench(t)
  const objects = [{ key: 'a', body: 'x' }]
  const taskId = await bench.listObjects(...objects)
  const run = bench.start(taskId, 'ignored-word')
  run.child.stdout.destroy()
  run.child.stderr.destroy()

  assert.equal((await run.done).code, 0)
  await bench.assertArrived(...objects)
})

test('one word after the flags is ignored with a warning, and flags after it count', async (t) => {
  const bench = await makeBench(t)
  const objects = [{ key: 'a', body: 'x' }]
  const taskId = await bench.listObjects(...objects)
  const words = ['cp', `-recover=${taskId}`, 'd:\\', '-f', '-r', `-o=${bench.out}`]

  const run = await bench.run([...words, `-cpd=${bench.cpd}`, '-j=2'])

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(
    run.stderr,
    'Warn: The argument [d:\\] is ignored: every object goes to the path that its task recorded\n',
  )
  assert.match(run.stdout, /Jobs: +2$/m)
})

test('flags may be written in every way of Go, and the last one wins', async (t) => {
  const bench = await makeBench(t)
  const objects = [{ key: 'a', body: 'x' }]
  const taskId = await bench.listObjects(...objects)
  const flags =
    `--o ${bench.out} -cpd ${bench.cpd} --tempFileDir=${bench.tmp} -f=T -vlength=1 --vmd5=FALSE ` +
    '-j 3 --j=4 -p=0 -threshold 1tb -ps=aUtO'

  const run = await bench.run(['cp', '--recover', taskId, ...flags.split(' ')])

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.match(run.stdout, /^Parallel: +5 +Jobs: +4$/m)
  assert.match(run.stdout, /^Threshold: +1\.00TB +PartSize: +auto$/m)
  assert.match(run.stdout, /^VerifyLength: +true +VerifyMd5: +false$/m)
})

test('`help`, `help cp`, `cp -h`, `version` and no words at all exit 0', async (t) => {
  const bench = await makeBench(t)
  const helpOnCp = await bench.run(['help', 'cp'])
  for (const words of [[], ['help'], ['help', 'cp'], ['cp', '-h'], ['cp', '--help'], ['version']]) {
    const { code, stdout, stderr } = await bench.run(words)

    assert.deepEqual([code, stderr], [0, ''], words.join(' '))
    if (words[0] === 'cp') assert.equal(stdout, helpOnCp.stdout)
    if (words[0] === 'version') assert.match(stdout, /^obsutil version \d+\.\d+\.\d+/)
  }
  assert.match(helpOnCp.stdout, /^ +-tempFileDir=/m)
})

function assertLines(text: string, patterns: readonly string[]): void {
  assert.match(text, new RegExp(`^${patterns.map((pattern) => `${pattern}\n`).join('')}$`))
}
