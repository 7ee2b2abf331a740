/** What the official tool makes of flags and files, each by its number in docs/compatibility.md. */
import assert from 'node:assert/strict'
import { readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { generated } from '../support/test-bytes.ts'
import { makeBench, waitForTempFile } from './support/bench.ts'
import { assertRefused, layTask } from './support/refusal.ts'

test('B17: what made the official tool panic and exit 0 is an error in one line', async (t) => {
  const { bench, taskId } = await layTask(t)
  const range = '20240101000000000-20250101'

  const longTime = await bench.run(bench.words(taskId, `-timeRange=${range}`))
  const badId = await bench.run(bench.words('['))

  assert.equal(longTime.code, 3)
  assert.match(longTime.stderr, /^Error: The timeRange pattern \[20240101000000000-20250101\] .*\n/)
  assert.equal(badId.code, 2)
  assert.match(badId.stderr, /^Error: Cannot find any failed-record file for task id \[\[\]!\n/)
  for (const { stdout, stderr } of [longTime, badId]) {
    assert.equal(stdout, '')
    assert.doesNotMatch(stderr, /^\s+at |goroutine|support/m)
  }
})

test('B24: no run writes to a configuration file, or makes one', async (t) => {
  const { bench, taskId } = await layTask(t)
  const home = join(bench.home, '.obsutilconfig')
  const named = join(bench.root, 'my.conf')
  const before = await readFile(home, 'utf8')

  await bench.assertExit(await bench.recover(taskId), 0)
  assert.equal(await readFile(home, 'utf8'), before)

  await rename(home, named)
  const { mtimeMs, mode } = await stat(named)
  await bench.assertExit(await bench.recover(taskId, `-config=${named}`), 0)
  await bench.run(['version'])
  assert.equal(await readFile(named, 'utf8'), before)
  assert.deepEqual(
    [(await stat(named)).mtimeMs, (await stat(named)).mode],
    [mtimeMs, mode],
    'touched',
  )
  await assert.rejects(stat(home), { code: 'ENOENT' })
})

const REFUSED: readonly (readonly [words: readonly string[], message: string])[] = [
  [['-payer=foo'], 'Invalid payer [foo], possible values are:[requester]'],
  [['d:\\', 'e:\\'], 'Invalid args [d:\\ e:\\], -recover takes no source or target'],
  [['obs://b/k'], 'Invalid args [obs://b/k], -recover takes no source or target'],
  [['obs://b/k', '/x'], 'Invalid args [obs://b/k /x], -recover takes no source or target'],
]

for (const [words, message] of REFUSED) {
  test(`B26: \`${words.join(' ')}\` beside -recover exits 3 and does nothing`, async (t) => {
    const { bench, taskId } = await layTask(t)

    const { code, stdout, stderr } = await bench.run(bench.words(taskId, ...words))

    assert.deepEqual([code, stdout], [3, ''])
    assert.match(stderr, /^Error: [^\n]+\n[^\n]+\n$/)
    assert.ok(stderr.startsWith(`Error: ${message}\n`), stderr)
    assert.deepEqual(bench.asked(), [])
  })
}

test('B26: flags of uploads and listings change nothing, and -versionId is ignored with a warning', async (t) => {
  const bench = await makeBench(t)
  bench.put({ key: 'k', body: 'old', versionId: 'v' })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const idle =
    '-r -flat -fr -acl=private -sc=warm -meta=a:b -crr -link -at -disableDirObject -msm=1'
  const archive = join(bench.root, 'archive')

  const run = await bench.recover(taskId, ...idle.split(' '), `-arcDir=${archive}`, '-versionId=v')

  assert.equal(run.code, 0)
  assert.equal(
    run.stderr,
    'Warn: The flag [-versionId=v] is ignored: every object comes in the version that its task recorded\n',
  )
  await assert.rejects(stat(archive), { code: 'ENOENT' })
  await bench.assertArrived({ key: 'k', body: 'content' })
})

test("B26: one word is ignored with a warning, as the manual's own example has one", async (t) => {
  const { bench, taskId } = await layTask(t)
  await rename(bench.out, join(bench.home, '.obsutil_output'))

  const run = await bench.run(['cp', `-recover=${taskId}`, 'd:\\', '-f', '-r', '-j=2'])

  assert.equal(run.code, 0)
  assert.equal(
    run.stderr,
    'Warn: The argument [d:\\] is ignored: every object goes to the path that its task recorded\n',
  )
  assert.match(run.stdout, /Jobs: +2$/m)
  assert.doesNotMatch(run.stdout, /Do you want/)
  await bench.assertArrived({ key: 'k', body: 'content' })
})

test('B29: `TempFileDir` names the folder in which the temp file of a large object lies', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'k', body: generated(100_000) }
  bench.server.script.add({ on: { range: /^bytes=0-/ }, do: { hold: { at: 10, gate } } })
  const taskId = await bench.listObjects(object)
  const words = ['cp', `-recover=${taskId}`, '-f', `-o=${bench.out}`, `-cpd=${bench.cpd}`]
  await rm(bench.tmp, { recursive: true })

  const running = bench.run([...words, '-threshold=1KB', '-ps=50KB'])
  const temp = join(bench.root, await waitForTempFile(bench.root))
  gate.open()
  const run = await running

  await bench.assertExit(run, 0)
  assert.ok(run.stdout.includes(`\nTempFileDir: ${dirname(temp)}\n`), `${temp}\n${run.stdout}`)
})

test('B32: a size that does not fit a number is refused', async (t) => {
  const { bench, taskId } = await layTask(t)
  for (const [flag, what] of [
    ['ps', 'The part size'],
    ['threshold', 'The threshold'],
  ] as const) {
    for (const size of ['9999999999GB', '9223372036854775807', '1000000000000TB']) {
      await assertRefused(bench, bench.words(taskId, `-${flag}=${size}`), {
        code: 3,
        stderr:
          `Error: ${what} [${size}] is not well-formed\n` +
          `-${flag} takes a whole number of bytes, or of KB, MB, GB or TB, such as 9MB\n`,
      })
    }
  }
})

test('B32: however large -j and -p are, maxConnections holds', async (t) => {
  const bench = await makeBench(t, { latencyMs: 20, config: { maxConnections: 4 } })
  const objects = Array.from({ length: 6 }, (_, at) => ({
    key: `key-${at}`,
    body: generated(20_000, at),
  }))
  const taskId = await bench.listObjects(...objects)
  const huge = '99999999999999999999'

  const run = await bench.recover(taskId, `-j=${huge}`, `-p=${huge}`, '-threshold=1', '-ps=5000')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.ok(bench.server.requests.peak() <= 4, String(bench.server.requests.peak()))
})
