/** The configuration file, and what it changes about a run. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { createGate } from '../support/fault-scripts.ts'
import { TEST_CREDENTIALS } from '../support/fault-server.ts'
import { generated, literal } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { linesAbout, makeBench, waitForTempFile } from './support/bench.ts'

test('defaultJobs, defaultParallels, defaultBigfileThreshold and defaultPartSize hold without flags', async (t) => {
  const config = {
    defaultJobs: 2,
    defaultParallels: 3,
    defaultBigfileThreshold: '100KB',
    defaultPartSize: 65_536,
  }
  const bench = await makeBench(t, { config })
  const object = { key: 'k', body: generated(102_400) }
  const taskId = await bench.listObjects(object)

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /^Parallel: +3 +Jobs: +2\nThreshold: +100\.00KB +PartSize: +64\.00KB$/m)
  const ranges = bench.asked('k').filter((asked) => asked.includes('bytes'))
  assert.deepEqual(ranges.toSorted(), ['GET bytes=0-65535', 'GET bytes=65536-102399'])
})

test('without flags, lists, part records and temp files lie in folders of the home', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'k', body: generated(200_000) }
  bench.server.script.add({ on: { range: /^bytes=0-/ }, do: { hold: { at: 10, gate } } })
  const taskId = await bench.listObjects(object)
  await rename(bench.out, join(bench.home, '.obsutil_output'))

  const words = ['cp', `-recover=${taskId}`, '-f', '-threshold=1KB', '-ps=100KB']
  const running = bench.run(words)
  const temp = await waitForTempFile(bench.home)
  gate.open()
  const run = await running

  assert.equal(run.code, 0)
  await bench.assertArrived(object)
  assert.match(temp, /^\.obsutil_tempfile\/[0-9a-f]{64}\.obs\.temp$/)
  const tree = (await listTree(bench.home)).join('\n')
  assert.match(tree, /^\.obsutil_output\/cp_succeed_report_\d{14}_[0-9a-f-]{36}\.txt$/m)
  assert.match(tree, /^\.obsutil_checkpoint\/down\/$/m)
  assert.match(tree, /^\.obsutil_log\/obsutil\.log$/m)
})

test('defaultTempFileDir holds where `-tempFileDir` is not given', async (t) => {
  const bench = await makeBench(t)
  const gate = createGate()
  const object = { key: 'k', body: generated(200_000) }
  bench.server.script.add({ on: { range: /^bytes=0-/ }, do: { hold: { at: 10, gate } } })
  const taskId = await bench.listObjects(object)
  const folder = join(bench.root, 'temp files')
  await bench.configure({ defaultTempFileDir: folder })

  const flags = [`-o=${bench.out}`, `-cpd=${bench.cpd}`, '-threshold=1KB', '-ps=100KB']
  const running = bench.run(['cp', `-recover=${taskId}`, '-f', ...flags])
  assert.match(await waitForTempFile(bench.root), /^temp files\//)
  gate.open()

  assert.equal((await running).code, 0)
  await bench.assertArrived(object)
})

test('`-config` names another file, and the one in the home is not read', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'content' }
  const taskId = await bench.listObjects(object)
  const other = join(bench.root, 'other.conf')
  await copyFile(await bench.writeConfig({ endpoint: bench.server.endpoint }), other)
  await bench.writeConfig({ endpoint: 'http://127.0.0.1:9', defaultJobs: 77 })
  const before = await readFile(other)

  const run = await bench.recover(taskId, `-config=${other}`)

  await bench.assertExit(run, 0)
  await bench.assertArrived(object)
  assert.match(run.stdout, /Jobs: +5$/m)
  assert.deepEqual(await readFile(other), before)
})

test('relative paths of flags are seen from the working folder', async (t) => {
  const bench = await makeBench(t)
  const object = { key: 'k', body: 'content' }
  const taskId = await bench.listObjects(object)
  await mkdir(join(bench.root, 'work'))
  const words = ['cp', `-recover=${taskId}`, '-f', '-o=../out', '-cpd', '../cpd', '-tempFileDir=t']

  const run = await bench.run(words, { cwd: join(bench.root, 'work') })

  await bench.assertExit(run, 0)
  assert.ok(run.stdout.includes(`\nOutputDir: ${bench.out}\n`))
  assert.deepEqual(await listTree(join(bench.root, 'work')), ['t/'])
})

test('an unknown key and a value out of range are warnings, and the default is used', async (t) => {
  const config = { defaultJob: 3, defaultJobs: 'many', maxRetryCount: -1 }
  const bench = await makeBench(t, { config })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })

  const run = await bench.recover(taskId)

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /Jobs: +5$/m)
  assert.match(run.stderr, /^Warn: .*\[defaultJob\].* unknown/m)
  assert.match(run.stderr, /^Warn: .*\[many\].*\[defaultJobs\].*\[5\]/m)
  assert.match(run.stderr, /^Warn: .*\[-1\].*\[maxRetryCount\].*\[3\]/m)
})

test('maxConnections=1 leaves one request at a time, whatever `-j` and `-p` say', async (t) => {
  const bench = await makeBench(t, { config: { maxConnections: 1 }, latencyMs: 10 })
  const objects = [
    { key: 'large', body: generated(300_000) },
    ...['a', 'b', 'c'].map((key) => ({ key, body: key })),
  ]
  const taskId = await bench.listObjects(...objects)

  const run = await bench.recover(taskId, '-j=4', '-p=4', '-threshold=100KB', '-ps=50KB')

  await bench.assertExit(run, 0)
  await bench.assertArrived(...objects)
  assert.equal(bench.server.requests.peak(), 1)
})

test('keys with an empty segment are refused, but with skipCheckEmptyFolder=true', async (t) => {
  const bench = await makeBench(t)
  const keys = ['a//b', '/abs', 'c/ /d', 'fine/e']
  const objects = keys.map((key) => ({ key, body: `body of ${key}` }))
  bench.put(...objects)
  const items = objects.map((object, at) => ({
    ...bench.itemOf(object),
    destination: bench.pathOf(`file-${at}`),
  }))
  const taskId = await bench.writeFailureList({ items })

  const refused = await bench.recover(taskId)
  await bench.assertExit(refused, 8)
  assert.deepEqual(bench.asked(), ['GET'])
  const { failed } = await bench.readReports()
  const [line = ''] = linesAbout(failed, bench.pathOf('file-0'))
  assert.match(line, /error message \[Cannot download the specified key \[a\/\/b\] in the bucket /)
  assert.equal(failed.length, 3)

  await bench.configure({ skipCheckEmptyFolder: 'true' })
  await bench.assertExit(await bench.recover(taskId), 0)
  for (const [at, { body }] of objects.entries()) {
    assert.equal(await readFile(bench.pathOf(`file-${at}`), 'utf8'), body)
  }
})

test('forceOverwriteForDownload=false leaves a file that cannot be opened for writing', async (t) => {
  const bench = await makeBench(t, { config: { forceOverwriteForDownload: 'false' } })
  // A program that runs cannot be written to, not even by root.
  const program = bench.pathOf('sleep')
  await copyFile('/bin/sleep', program)
  const object = { key: 'sleep', body: 'a newer program' }
  const taskId = await bench.listObjects(object, { key: 'other', body: 'x' })
  const running = spawn(program, ['60'], { stdio: 'ignore' })
  t.after(() => running.kill('SIGKILL'))
  await once(running, 'spawn')

  const refused = await bench.recover(taskId)

  await bench.assertExit(refused, 8)
  await bench.assertArrived({ key: 'other', body: 'x' })
  assert.equal((await bench.readReports()).failed.length, 1)
  assert.deepEqual(await readFile(program), await readFile('/bin/sleep'))
  await bench.configure({ forceOverwriteForDownload: 'true' })
  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived(object)
})

test('forceOverwriteForDownload=false replaces files that can be written to', async (t) => {
  const bench = await makeBench(t, { config: { forceOverwriteForDownload: 'false' } })
  const objects = ['there', 'missing'].map((key) => ({ key, body: literal('new') }))
  const taskId = await bench.listObjects(...objects)
  await copyFile(join(bench.home, '.obsutilconfig'), bench.pathOf('there'))

  await bench.assertExit(await bench.recover(taskId), 0)
  await bench.assertArrived(...objects)
})

for (const config of [{ rateLimitThreshold: '100MB' }, { fsyncForDownload: 'true' }]) {
  test(`downloads work with ${JSON.stringify(config)}`, async (t) => {
    const bench = await makeBench(t, { config })
    const objects = [
      { key: 'small', body: generated(50_000) },
      { key: 'large', body: generated(300_000) },
    ]
    const taskId = await bench.listObjects(...objects)

    await bench.assertExit(await bench.recover(taskId, '-threshold=100KB', '-ps=100KB'), 0)
    await bench.assertArrived(...objects)
  })
}

test('the log tells of the run, without the secrets of the configuration', async (t) => {
  const sessionToken = 'a-secret-token'
  const bench = await makeBench(t, {
    config: { utilLogLevel: 'DEBUG', token: sessionToken },
    credentials: { ...TEST_CREDENTIALS, sessionToken },
  })
  const taskId = await bench.listObjects({ key: 'k', body: 'content' }, { key: 'gone', body: 'x' })
  bench.server.objects.remove({ bucket: 'bucket-a', key: 'gone' })

  await bench.assertExit(await bench.recover(taskId), 8)

  const log = await readFile(join(bench.home, '.obsutil_log', 'obsutil.log'), 'utf8')
  assert.match(log, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[INFO\]: Recover cp tasks by task id \[/)
  assert.ok(log.includes(taskId))
  for (const secret of [
    TEST_CREDENTIALS.secretAccessKey,
    TEST_CREDENTIALS.accessKeyId,
    'a-secret',
  ]) {
    assert.ok(!log.includes(secret), secret)
  }
})
