/** docs/cron.md: every crontab on the page, and what its scripts do beyond the usual. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer, stallAt } from '../support/fault-scripts.ts'
import { makeCronBench, makeMailbox, NO_FLOCK, readOwnFile } from './support/cron-night.ts'

const OBJECTS = ['a', 'b'].map((key) => ({ key, body: `body of ${key}` }))
const GONE = { on: { key: 'b' }, do: errorAnswer(404, 'NoSuchKey') }
const page = await readOwnFile('docs/cron.md')
/** Settings and the entry below them, without the indent. */
const crontabs = [...page.matchAll(/(?:^ {4}[A-Z_]+=.*\n)+\n {4}30 3 \* \* \* .+\n/gm)].map(
  ([block]) => block.replaceAll(/^ {4}/gm, ''),
)

test('the page has a crontab for all, one for a user, one for the script and one for a log', () => {
  assert.equal(crontabs.length, 4)
  // A bare percent sign would end the command.
  for (const crontab of crontabs) assert.doesNotMatch(crontab, /(?<!\\)%/)
})

for (const [at, crontab] of crontabs.entries()) {
  const isLogged = crontab.includes('LOG=')
  const what = `crontab ${at + 1} of the page`
  test(`${what} resumes what failed, and prints what fails`, { skip: NO_FLOCK }, async (t) => {
    const { bench, folder, list, crontab: run } = await makeCronBench(t)
    await list(...OBJECTS)
    bench.server.script.add(GONE)

    const bad = await run(crontab)
    bench.server.script.clear()
    const good = await run(crontab)

    const log = isLogged ? await readFile(join(folder, 'nightly.log'), 'utf8') : ''
    assert.equal(bad.code, 8)
    assert.match(`${bad.printed}${log}`, /^To go on: obsutil cp -recover=/m)
    assert.deepEqual(good, { code: 0, printed: '' })
    assert.equal(bad.printed === '', isLogged)
    await bench.assertArrived(...OBJECTS)
  })
}

test('a log of cron is moved away, and those that rotate themselves are not', async (t) => {
  if (spawnSync('logrotate', ['--version']).status !== 0) return t.skip('there is no logrotate')
  const { folder } = await makeCronBench(t)
  const log = join(folder, 'nightly.log')
  const others = ['obsutil.log', 'obsutil.log.1', 'obssdk.log'].map((name) => join(folder, name))
  for (const path of [log, ...others]) await writeFile(path, 'a line\n')
  const text = await readOwnFile('contrib/obsutil.logrotate')
  const config = join(folder, 'logrotate')
  const me = spawnSync('sh', ['-c', 'echo "$(id -un) $(id -gn)"'], { encoding: 'utf8' }).stdout
  const ours = text
    .replace('/var/log/obsutil/nightly.log', `"${log}"`)
    .replace('su obsutil obsutil', `su ${me.trim()}`)
  await writeFile(config, ours, { mode: 0o644 })

  const run = spawnSync('logrotate', ['-f', '-s', join(folder, 'state'), config], {
    encoding: 'utf8',
  })

  assert.deepEqual([run.status, run.stderr], [0, ''])
  // Not compressed yet: a run may still write to it.
  for (const path of [`${log}.1`, ...others]) {
    assert.equal(await readFile(path, 'utf8'), 'a line\n', path)
  }
  await assert.rejects(readFile(log), { code: 'ENOENT' })
})

test('a webhook gets the alert as JSON', async (t) => {
  for (const program of ['curl', 'jq']) {
    if (spawnSync(program, ['--version']).status !== 0) return t.skip(`there is no ${program}`)
  }
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      response.end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { bench, list, nightly } = await makeCronBench(t)
  await list(...OBJECTS)
  bench.server.script.add(GONE)

  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const night = await nightly({ OBSUTIL_WEBHOOK: `http://127.0.0.1:${port}/secret` })

  assert.deepEqual(night, { code: 8, printed: '' })
  assert.equal(bodies.length, 1)
  const told: unknown = JSON.parse(bodies[0] ?? '')
  assert.ok(typeof told === 'object' && told !== null && 'text' in told)
  assert.match(String(told.text), /^obsutil left 1 failed on .+\n\n1 failed, 1 succeeded/)
})

test('a run that is stopped by a signal to its group is told', { skip: NO_FLOCK }, async (t) => {
  const { bench, folder, list, nightlyCommand } = await makeCronBench(t)
  const mailbox = await makeMailbox(folder)
  await list(...OBJECTS)
  bench.server.script.add({ on: { key: 'b' }, do: stallAt('head') })
  const { command, env } = nightlyCommand({
    OBSUTIL_MAILTO: 'x',
    OBSUTIL_SENDMAIL: mailbox.program,
  })
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { env, cwd: '/', detached: true })
  const closed = once(child, 'close')
  await bench.server.requests.arrived({ key: 'b' })

  process.kill(-(child.pid ?? assert.fail()), 'SIGTERM')
  await closed

  assert.equal(child.exitCode, 9)
  const mail = await mailbox.read()
  assert.match(mail, /^Subject: obsutil was interrupted on /m)
  // Without jq the summary says it in other words.
  assert.match(mail, /cp_failed_report_/)
})

test('shellcheck finds nothing in the scripts', async (t) => {
  if (spawnSync('shellcheck', ['--version']).status !== 0) return t.skip('there is no shellcheck')
  for (const name of ['obsutil-alert', 'obsutil-nightly']) {
    const { stdout, status } = spawnSync('shellcheck', ['-'], {
      input: await readOwnFile(`contrib/${name}`),
      encoding: 'utf8',
    })
    assert.deepEqual([stdout, status], ['', 0])
  }
})
