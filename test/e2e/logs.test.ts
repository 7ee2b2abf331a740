/** The two logs: `obsutil.log` of what the tool does, `obssdk.log` of what the store is asked. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { TEST_CREDENTIALS } from '../support/fault-server.ts'
import type { CliResult } from '../support/run-cli.ts'
import { generated } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { BUCKET, makeBench, newTaskIdOf, type Bench } from './support/bench.ts'
import { startProxy } from './support/proxy.ts'

const OBJECTS = [
  { key: 'good', body: 'content' },
  { key: 'gone', body: 'x' },
  { key: 'shaky', body: generated(2000) },
] as const
const LEVELS = ['ERROR', 'WARN', 'INFO', 'DEBUG']
const LINE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[(ERROR|WARN|INFO|DEBUG)\]: (.+)$/

test('both logs lie in ~/.obsutil_log; that of the requests tells only of trouble', async (t) => {
  const { bench, run } = await runInTrouble(t, {})

  const about = await readLog(bench, 'obsutil.log')
  assert.ok(about.some((line) => line.startsWith('INFO Recover cp tasks by task id [')))
  assert.ok(about.some((line) => line.includes(newTaskIdOf(run))))
  assert.ok(about.some((line) => /^WARN .*try 2 of 2/.test(line)))
  assert.deepEqual(levelsOf(about), ['INFO', 'WARN'])
  assert.deepEqual((await readLog(bench, 'obssdk.log')).map(withoutCost).toSorted(), [
    `ERROR GET obs://${BUCKET}/gone, status [404], error code [NoSuchKey], error message [The specified key does not exist.], request id [ID]`,
    `WARN GET obs://${BUCKET}/shaky, status [503], error code [SlowDown], error message [Later, please.], request id [ID]`,
  ])
})

test('sdkLogLevel=INFO adds a line for every request that went well', async (t) => {
  const { bench } = await runInTrouble(t, { sdkLogLevel: 'INFO' })

  const lines = (await readLog(bench, 'obssdk.log')).map(withoutCost)

  assert.equal(lines.length, bench.server.requests.all.length)
  assert.deepEqual(lines.filter((line) => line.startsWith('INFO ')).toSorted(), [
    `INFO GET obs://${BUCKET}/good, status [200], received [7], request id [ID]`,
    `INFO GET obs://${BUCKET}/shaky, status [200], received [2000], request id [ID]`,
  ])
})

test('sdkLogLevel=INFO names HEADs, ranges and the request ids of the store', async (t) => {
  const bench = await makeBench(t, { config: { sdkLogLevel: 'INFO' } })
  bench.put({ key: 'large', body: generated(2500) })
  const items = [bench.unsizedItemOf({ key: 'large', body: '' })]
  const taskId = await bench.writeFailureList({ items })

  await bench.assertExit(await bench.recover(taskId, '-threshold=1KB', '-ps=1500'), 0)

  const lines = await readLog(bench, 'obssdk.log')
  assert.deepEqual(lines.map(withoutCost).toSorted(), [
    `INFO GET obs://${BUCKET}/large bytes=0-1499, status [206], received [1500], request id [ID]`,
    `INFO GET obs://${BUCKET}/large bytes=1500-2499, status [206], received [1000], request id [ID]`,
    `INFO HEAD obs://${BUCKET}/large, status [200], received [0], request id [ID]`,
  ])
  const ids = lines.map((line) => /request id \[(.+)\]$/.exec(line)?.[1])
  assert.equal(new Set(ids).size, 3)
})

test('a connection that breaks and a run that is interrupted are told apart in the log', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 1, sdkLogLevel: 'INFO' } })
  bench.server.script.add({
    on: { key: 'broken', nth: 1 },
    do: { break: { at: 'head', by: 'reset' } },
  })
  bench.server.script.add({ on: { key: 'held' }, do: { delayMs: 60_000 } })
  const taskId = await bench.listObjects(
    { key: 'broken', body: 'content' },
    { key: 'held', body: 'content' },
  )

  const run = bench.start(taskId)
  await bench.server.requests.ended({ key: 'broken', nth: 2 })
  await bench.server.requests.arrived({ key: 'held' })
  await bench.assertExit(await run.kill('SIGINT'), 9)

  const lines = (await readLog(bench, 'obssdk.log')).map(withoutCost)
  const warnings = lines.filter((line) => line.startsWith('WARN '))
  assert.equal(warnings.length, 1)
  assert.match(warnings[0] ?? '', /\/broken, status \[0\], error code \[ECONNRESET\]/)
  assert.ok(lines.includes(`INFO GET obs://${BUCKET}/held, given up: Task is interrupted`))
})

for (const [at, level] of ['OFF', ...LEVELS].entries()) {
  test(`at the level ${level} a log leaves out what matters less`, async (t) => {
    const { bench } = await runInTrouble(t, { utilLogLevel: level, sdkLogLevel: level })

    const allowed = LEVELS.slice(0, at).toSorted()
    assert.deepEqual(levelsOf(await readLog(bench, 'obssdk.log')), allowed)
    // Nothing in this run is an error of the tool's own.
    const withoutErrors = allowed.filter((one) => one !== 'ERROR')
    assert.deepEqual(levelsOf(await readLog(bench, 'obsutil.log')), withoutErrors)
  })
}

test('sdkLogLevel=DEBUG shows the headers, and no key, token, signature or password', async (t) => {
  const sessionToken = 'a-secret-token'
  const proxy = await startProxy(t)
  const { bench } = await runInTrouble(
    t,
    {
      utilLogLevel: 'DEBUG',
      sdkLogLevel: 'DEBUG',
      token: sessionToken,
      proxyUrl: `http://user:p%40ssw0rd@${proxy.address}`,
    },
    { ...TEST_CREDENTIALS, sessionToken },
  )

  const lines = [
    ...(await readLog(bench, 'obsutil.log')),
    ...(await readLog(bench, 'obssdk.log')),
  ].join('\n')

  assert.match(
    lines,
    /^DEBUG GET http:\/\/127\S*\/good\S* asks with .*accept-encoding \[identity\]/m,
  )
  assert.match(lines, /^DEBUG GET \S*\/good\S* is answered 200 with .*content-length \[7\]/m)
  assert.match(lines, /^DEBUG GET \S*\/gone\S* is answered 404 with /m)
  const login = Buffer.from('user:p@ssw0rd').toString('base64')
  const { accessKeyId, secretAccessKey } = TEST_CREDENTIALS
  for (const secret of [accessKeyId, secretAccessKey, sessionToken, 'ssw0rd', login]) {
    assert.ok(!lines.includes(secret), secret)
  }
  assert.doesNotMatch(lines, /authorization|signature|security-token/i)
})

test('a log is rotated at its largest size, and so many backups are kept', async (t) => {
  const { bench } = await runInTrouble(t, {
    utilLogLevel: 'DEBUG',
    utilMaxLogSize: 300,
    utilLogBackups: 2,
    sdkLogLevel: 'DEBUG',
    sdkMaxLogSize: '1KB',
    sdkLogBackups: 1,
  })

  const folder = join(bench.home, '.obsutil_log')
  const names = ['obssdk.log', 'obssdk.log.1', 'obsutil.log', 'obsutil.log.1', 'obsutil.log.2']
  assert.deepEqual((await readdir(folder)).toSorted(), names)
  for (const name of names) {
    const lines = await readLog(bench, name)
    // A line that is longer gets a file of its own.
    const limit = name.startsWith('obsutil') ? 300 : 1024
    const { size } = await stat(join(folder, name))
    assert.ok(size <= limit || lines.length === 1, `${name} has ${size} bytes`)
  }
})

test('a key and a message with line breaks make one line an event', async (t) => {
  const bench = await makeBench(t, { config: { maxRetryCount: 0, sdkLogLevel: 'DEBUG' } })
  const forged = '2026-01-01T00:00:00Z [ERROR]: forged'
  const key = `line\n${forged}\u2028end`
  bench.server.script.add({ on: {}, do: errorAnswer(403, 'No', { message: `a\n${forged}\nb` }) })
  const destination = bench.pathOf('k')
  const item = JSON.stringify({ bucket: BUCKET, key, versionId: null, destination })
  const mark = Buffer.from(item).toString('base64url')
  const taskId = await bench.writeFailureList({
    text: `2026-01-01T00:00:00Z n/a, obs://${BUCKET}/line ${forged} end --> ${destination}, cost [5], status [500], error code [E], error message [m], request id [R], item [${mark}]\n`,
  })

  await bench.assertExit(await bench.recover(taskId), 8)

  for (const name of ['obsutil.log', 'obssdk.log']) {
    // Every line of either is that of an event, or `readLog` throws.
    const lines = (await readLog(bench, name)).filter((line) => line.includes(forged))
    assert.ok(lines.length > 0, name)
    assert.ok(lines.every((line) => line.includes(`/line ${forged} end`)))
    assert.ok(!lines.includes('ERROR forged'))
  }
})

test('logs that cannot be written are warnings, and the run goes on', async (t) => {
  const { bench, run } = await runInTrouble(t, { utilLogPath: '/dev/null/a', sdkLogPath: '/' })

  const [warnings = ''] = run.stderr.split('\n\n1 item failed:\n')
  const lines = warnings.split('\n').toSorted()
  assert.equal(lines.length, 2)
  assert.match(lines[0] ?? '', /^Warn: The log \[\/\] cannot be written: ./)
  assert.match(lines[1] ?? '', /^Warn: The log \[\/dev\/null\/a\] cannot be written: ./)
  assert.deepEqual(await listTree(bench.home), ['.obsutilconfig'])
})

/** A run in which one object arrives, one is not there, and one arrives at the second try. */
async function runInTrouble(
  t: TestContext,
  config: Readonly<Record<string, string | number>>,
  credentials = TEST_CREDENTIALS,
): Promise<{ readonly bench: Bench; readonly run: CliResult }> {
  const bench = await makeBench(t, { config: { maxRetryCount: 1, ...config }, credentials })
  const taskId = await bench.listObjects(...OBJECTS)
  bench.server.objects.remove({ bucket: BUCKET, key: 'gone' })
  bench.server.script.add({
    on: { key: 'shaky', nth: 1 },
    do: errorAnswer(503, 'SlowDown', { message: 'Later, please.' }),
  })
  const run = await bench.recover(taskId)
  await bench.assertExit(run, 8)
  await bench.assertArrived(OBJECTS[0], OBJECTS[2])
  return { bench, run }
}

/** The lines of a log without their times, all of them well-formed; none where there is no file. */
async function readLog(bench: Bench, name: string): Promise<readonly string[]> {
  const path = join(bench.home, '.obsutil_log', name)
  const text = existsSync(path) ? await readFile(path, 'utf8') : ''
  assert.ok(text === '' || text.endsWith('\n'))
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, level, rest] = LINE.exec(line) ?? assert.fail(`not a line of a log: ${line}`)
      return `${level} ${rest}`
    })
}

function levelsOf(lines: readonly string[]): readonly string[] {
  return [...new Set(lines.map((line) => line.split(' ')[0] ?? ''))].toSorted()
}

/** Without what is another one in every run. */
function withoutCost(line: string): string {
  return line.replace(/, cost \[\d+\]/, '').replace(/request id \[[^\]]+\]$/, 'request id [ID]')
}
