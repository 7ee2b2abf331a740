/** docs/cron.md: its entries, run as they stand, under the environment that cron gives them. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { makeCronBench, makeMailbox, NO_FLOCK, readOwnFile } from './support/cron-night.ts'

const OBJECTS = ['a', 'b', 'c'].map((key) => ({ key, body: `body of ${key}` }))
const GONE = { on: { key: 'b' }, do: errorAnswer(404, 'NoSuchKey') }
const hasJq = spawnSync('jq', ['--version']).status === 0
const DAY_S = 86_400

test('docs/cron.md shows the files of contrib as they are', async () => {
  const page = await readOwnFile('docs/cron.md')
  for (const name of [
    'obsutil.cron',
    'obsutil.logrotate',
    'obsutil-resume.service',
    'obsutil-resume.timer',
    'obsutil-alert@.service',
  ]) {
    const text = (await readOwnFile(`contrib/${name}`)).trimEnd()
    const block = text.replaceAll(/^(?=.)/gm, '    ')
    assert.ok(page.includes(`\n${block}\n`), `${name} is another one in docs/cron.md`)
  }
  assert.doesNotMatch(page, /@@/)
})

test(
  'the entry of cron resumes what failed, and prints nothing of a good night',
  { skip: NO_FLOCK },
  async (t) => {
    const { bench, folder, list, entry } = await makeCronBench(t)
    await list(...OBJECTS)

    const first = await entry(0)
    const second = await entry(0)

    assert.deepEqual(first, { code: 0, printed: '' })
    await bench.assertArrived(...OBJECTS)
    // Nothing is left, and the list that was done is cleared.
    assert.deepEqual(second, { code: 2, printed: '' })
    const names = await readdir(join(folder, 'lists'))
    assert.deepEqual(
      names.filter((name) => name.includes('failed')),
      [],
    )
  },
)

test(
  'what fails is printed, which cron mails, each night until somebody looks',
  { skip: NO_FLOCK },
  async (t) => {
    const { bench, folder, list, entry } = await makeCronBench(t)
    await list(...OBJECTS)
    bench.server.script.add(GONE)

    for (let night = 1; night <= 2; night += 1) {
      const { code, printed } = await entry(0)
      assert.equal(code, 8)
      assert.match(printed, /^\n1 item failed:\n {2}1 {2}404 NoSuchKey: .+\n/)
      assert.match(printed, /^To go on: obsutil cp -recover=[0-9a-f-]{36} /m)
    }
    const names = await readdir(join(folder, 'lists'))
    assert.equal(names.filter((name) => name.includes('failed')).length, 1)
  },
)

test(
  'while the run before goes on, the entry does nothing and is no failure',
  { skip: NO_FLOCK },
  async (t) => {
    const { bench, folder, list, entry } = await makeCronBench(t)
    await list(...OBJECTS)
    const holder = spawn('flock', [join(folder, 'lock'), 'sh', '-c', 'echo held; read line'])
    t.after(() => holder.kill())
    await once(holder.stdout, 'data')

    const night = await entry(0)
    holder.stdin.end()
    await once(holder, 'close')

    assert.deepEqual(night, { code: 0, printed: '' })
    assert.deepEqual(bench.asked(), [])
  },
)

test('a folder of lists that is missing is told', { skip: NO_FLOCK }, async (t) => {
  const { folder, entry } = await makeCronBench(t)
  await rm(join(folder, 'lists'), { recursive: true })

  const { code, printed } = await entry(0)

  assert.equal(code, 2)
  assert.match(printed, /^Error: .+\n/)
})

test('the entry that tidies up deletes old lists of what succeeded, and no others', async (t) => {
  const { folder, entry } = await makeCronBench(t)
  const lists = join(folder, 'lists')
  await mkdir(lists, { recursive: true })
  const old = Date.now() / 1000 - 91 * DAY_S
  const names = ['succeed', 'warning', 'failed'].map(
    (kind) => `cp_${kind}_report_20240101000000_x.txt`,
  )
  for (const name of [...names, '.obsutil_run_x.json']) {
    await writeFile(join(lists, name), '')
    await utimes(join(lists, name), old, old)
  }
  await writeFile(join(lists, 'cp_succeed_report_20260101000000_y.txt'), '')

  assert.deepEqual(await entry(1), { code: 0, printed: '' })

  assert.deepEqual((await readdir(lists)).toSorted(), [
    '.obsutil_run_x.json',
    'cp_failed_report_20240101000000_x.txt',
    'cp_succeed_report_20260101000000_y.txt',
  ])
})

for (const { what, hides } of [
  { what: 'with jq', hides: false },
  { what: 'without jq', hides: true },
]) {
  const skip = NO_FLOCK || (!hides && !hasJq && 'there is no jq')
  test(`the script mails an alert when something failed, ${what}`, { skip }, async (t) => {
    const { bench, folder, list, nightly } = await makeCronBench(t)
    const mailbox = await makeMailbox(folder)
    await list(...OBJECTS)
    bench.server.script.add(GONE)
    const path = hides ? await pathWithoutJq(folder) : '/usr/bin:/bin'

    const night = await nightly({
      PATH: path,
      OBSUTIL_MAILTO: 'ops@example.com',
      OBSUTIL_SENDMAIL: mailbox.program,
    })

    assert.deepEqual(night, { code: 8, printed: '' })
    const mail = await mailbox.read()
    assert.match(mail, /^To: ops@example\.com\nSubject: obsutil left (1|some) failed on .+\n/)
    assert.match(mail, /1 {2}404 NoSuchKey: /)
    assert.match(mail, /To go on: obsutil cp -recover=[0-9a-f-]{36} /)
    if (!hides) assert.match(mail, /^1 failed, 2 succeeded, rounds: 1$/m)
  })
}

test(
  'the script is silent after a good night, and where nothing is left',
  { skip: NO_FLOCK },
  async (t) => {
    const { bench, folder, list, nightly } = await makeCronBench(t)
    const mailbox = await makeMailbox(folder)
    const to = { OBSUTIL_MAILTO: 'ops@example.com', OBSUTIL_SENDMAIL: mailbox.program }
    await list(...OBJECTS)

    assert.deepEqual(await nightly(to), { code: 0, printed: '' })
    assert.deepEqual(await nightly(to), { code: 0, printed: '' })

    await bench.assertArrived(...OBJECTS)
    assert.equal(await mailbox.read(), '')
  },
)

test('an alert that cannot be sent is printed', { skip: NO_FLOCK }, async (t) => {
  const { bench, list, nightly } = await makeCronBench(t)
  await list(...OBJECTS)
  bench.server.script.add(GONE)

  const { code, printed } = await nightly({ OBSUTIL_MAILTO: 'x', OBSUTIL_SENDMAIL: '/no/such' })

  assert.equal(code, 8)
  assert.match(printed, /^obsutil left (1|some) failed on /m)
  assert.match(printed, /404 NoSuchKey/)
})

test('the units are what systemd understands', async (t) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return t.skip('there is no systemd')
  const { folder } = await makeCronBench(t)
  for (const name of ['obsutil-resume.service', 'obsutil-resume.timer', 'obsutil-alert@.service']) {
    // What is not installed here would be the only complaint.
    const text = await readOwnFile(`contrib/${name}`)
    await writeFile(join(folder, name), text.replace('/usr/local/bin/node', '/bin/sh'))
  }
  const { stderr } = spawnSync(
    'systemd-analyze',
    ['verify', join(folder, 'obsutil-resume.timer')],
    {
      encoding: 'utf8',
    },
  )
  assert.doesNotMatch(stderr, /obsutil/)
})

/** A folder with all that the script needs, but jq. */
async function pathWithoutJq(folder: string): Promise<string> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const programs = 'sh flock mktemp rm tail cat uname dirname readlink tr fold'.split(' ')
  for (const name of programs) {
    const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' })
    await writeFile(join(bin, name), `#!/bin/sh\nexec ${stdout.trim()} "$@"\n`, { mode: 0o755 })
  }
  return bin
}
