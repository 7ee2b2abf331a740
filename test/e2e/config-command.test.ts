/** `obsutil config` with flags: what it writes, what it leaves alone, and what it refuses. */
import assert from 'node:assert/strict'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { runCli, type CliResult } from '../support/run-cli.ts'
import { listTree, makeWorkspace } from '../support/workspace.ts'
import { runAsNobody } from './support/as-nobody.ts'
import { makeBench } from './support/bench.ts'

const AK = 'HPUAVERYKNOWNACCESSKEY'
const SK = 'a+Secret/with=and#;"quotes"'
const TOKEN = 'gQpjbi1ub3J0aC0xToken[0]\\'
const ENDPOINT = 'https://obs.eu-west-101.example.com:8443'
const ALL = [`-e=${ENDPOINT}`, `-i=${AK}`, `-k=${SK}`, `-t=${TOKEN}`]

function assertNoSecret({ stdout, stderr }: CliResult): void {
  for (const secret of [AK, SK, TOKEN]) {
    assert.ok(!`${stdout}${stderr}`.includes(secret.slice(0, 8)), stdout + stderr)
  }
}

test('`config -e=… -i=… -k=… -t=…` makes a private file and says where', async (t) => {
  const space = await makeWorkspace(t)
  const path = join(space.home, '.obsutilconfig')

  const run = await runCli(['config', ...ALL], space)

  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stdout, `Config file url:\n  ${path}\nUpdate config file successfully!\n`)
  assert.equal(run.stderr, '')
  const text = await readFile(path, 'utf8')
  for (const line of [`endpoint=${ENDPOINT}`, `ak=${AK}`, `sk=${SK}`, `token=${TOKEN}`]) {
    assert.equal(text.split('\n').filter((one) => one === line).length, 1, line)
  }
  assert.match(text, /^# /)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await listTree(space.home), ['.obsutilconfig'])
})

test('`config` changes only the lines of the keys given, and takes rights away from others', async (t) => {
  const space = await makeWorkspace(t)
  const path = join(space.root, 'my config')
  await writeFile(path, '# mine\r\nak = old\r\n\r\nmyOwnKey=1\r\nsk=old\r\n', { mode: 0o644 })
  await chmod(path, 0o644)

  const run = await runCli(['config', '-i', AK, '--e', ENDPOINT, '-config', '../my config'], space)

  assert.equal(run.code, 0, run.stderr)
  assert.equal(run.stdout, `Config file url:\n  ${path}\nUpdate config file successfully!\n`)
  const expected = `# mine\r\nak = ${AK}\r\n\r\nmyOwnKey=1\r\nsk=old\r\nendpoint=${ENDPOINT}\r\n`
  assert.equal(await readFile(path, 'utf8'), expected)
  assert.equal((await stat(path)).mode & 0o777, 0o600)
  assert.deepEqual(await listTree(space.home), [])
  assertNoSecret(run)
})

test('`cp -recover` runs with what `config` wrote', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'k', body: 'content' })
  const written = await readFile(join(bench.home, '.obsutilconfig'), 'utf8')
  const valueOf = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(written)?.[1] ?? ''
  const config = join(bench.root, 'written.conf')
  const flags = [`-e=${bench.server.endpoint}`, `-i=${valueOf('ak')}`, `-k=${valueOf('sk')}`]

  await bench.assertExit(await bench.run(['config', ...flags, `-config=${config}`]), 0)

  await bench.assertExit(await bench.recover(taskId, `-config=${config}`), 0)
  await bench.assertArrived({ key: 'k', body: 'content' })
})

test('several `config` at once lose no value', async (t) => {
  const space = await makeWorkspace(t)

  const runs = await Promise.all(ALL.map((flag) => runCli(['config', flag], space)))

  assert.deepEqual(
    runs.map(({ code }) => code),
    ALL.map(() => 0),
  )
  const text = await readFile(join(space.home, '.obsutilconfig'), 'utf8')
  for (const line of [`endpoint=${ENDPOINT}`, `ak=${AK}`, `sk=${SK}`, `token=${TOKEN}`]) {
    assert.ok(text.split('\n').includes(line), text)
  }
  assert.deepEqual(await listTree(space.home), ['.obsutilconfig'])
})

for (const isThere of [true, false]) {
  const which = isThere ? 'the file' : 'the missing file'
  test(`\`config\` writes ${which} that a symbolic link stands for, and keeps the link`, async (t) => {
    const space = await makeWorkspace(t)
    await mkdir(join(space.root, 'dotfiles'))
    const target = join(space.root, 'dotfiles', 'obsutil')
    const link = join(space.home, '.obsutilconfig')
    await symlink('../dotfiles/obsutil', link)
    if (isThere) await writeFile(target, '# mine\nak=old\n')

    const run = await runCli(['config', `-i=${AK}`], space)

    assert.equal(run.code, 0, run.stderr)
    assert.equal(await readlink(link), '../dotfiles/obsutil')
    assert.ok((await lstat(target)).isFile())
    assert.match(await readFile(target, 'utf8'), new RegExp(`^ak=${AK}$`, 'm'))
    assert.equal((await stat(target)).mode & 0o777, 0o600)
    assert.deepEqual(await listTree(join(space.root, 'dotfiles')), ['obsutil'])
  })
}

test('`config -t=` removes the token, and without it new keys warn of the old one', async (t) => {
  const space = await makeWorkspace(t)
  const path = await space.writeConfig({ token: TOKEN })

  const warned = await runCli(['config', `-i=${AK}`, `-k=${SK}`], space)
  assert.equal(warned.code, 0)
  assert.match(warned.stderr, /^Warn: .*token.*-t=.*\n$/)
  assert.match(await readFile(path, 'utf8'), /^token=gQ/m)
  const removed = await runCli(['config', '-t='], space)

  assert.deepEqual([removed.code, removed.stderr], [0, ''])
  assert.match(await readFile(path, 'utf8'), /^token=$/m)
  for (const run of [warned, removed]) assertNoSecret(run)
})

const REFUSED: readonly (readonly [flags: readonly string[], message: RegExp])[] = [
  [[], /-interactive.* -e=<endpoint>, -i=<ak>, -k=<sk>, -t=<token>/],
  [['-config=x'], /-interactive.* -e=<endpoint>/],
  [['-interactive', `-k=${SK}`], /-interactive asks/],
  [[`-k= ${SK}`], /The sk begins or ends with a blank/],
  [[`-t=${TOKEN}\t`], /The token begins or ends with a blank/],
  [[`-k=${SK}\nak=x`], /The sk holds a line break/],
  [[`-i=${AK}\r`], /The ak holds a line break/],
  [['-k='], /The sk is empty/],
  [['-e='], /The endpoint is empty/],
  [[`-i=${AK}`, '-e=ftp://host'], /The endpoint \[ftp:\/\/host\] is not well-formed/],
  [['-e=https://host/path'], /The endpoint \[https:\/\/host\/path\] is not well-formed/],
  [[`-k${SK}`], /flag provided but not defined: -k\*\*\*\*/],
  [[`---k=${SK}`], /bad flag syntax: ---k\*\*\*\*/],
  [['-x'], /flag provided but not defined: -x$/],
  [['-k'], /flag needs an argument: -k/],
  [['-interactive=maybe'], /invalid boolean value "maybe" for -interactive/],
  [[`-i=${AK}`, SK], /config takes flags only/],
]

for (const [flags, message] of REFUSED) {
  test(`\`config ${JSON.stringify(flags)}\` exits 3, names what is wrong and writes nothing`, async (t) => {
    const space = await makeWorkspace(t)

    const run = await runCli(['config', ...flags], space)

    assert.deepEqual([run.code, run.stdout], [3, ''], run.stderr)
    const [line = '', hint, rest] = run.stderr.split('\n')
    assert.match(line, /^Error: /)
    assert.match(line, message)
    assert.ok(hint)
    assert.doesNotMatch(hint, /help cp/)
    assert.equal(rest, '')
    assert.deepEqual(await listTree(space.home), [])
    assertNoSecret(run)
  })
}

const UNFIT: readonly (readonly [what: string, text: Buffer, message: RegExp])[] = [
  ['a malformed line', Buffer.from('ak=x\nnonsense\n'), /not well-formed, line 2/],
  ['text that is not UTF-8', Buffer.from('# \xfc\nak=x\n', 'latin1'), /is not UTF-8 text/],
]

for (const [what, text, message] of UNFIT) {
  test(`\`config\` leaves a file with ${what} as it is and exits 5`, async (t) => {
    const space = await makeWorkspace(t)
    const path = join(space.home, '.obsutilconfig')
    await writeFile(path, text)

    const run = await runCli(['config', ...ALL], space)

    assert.deepEqual([run.code, run.stdout], [5, ''])
    assert.match(run.stderr, message)
    assert.deepEqual(await readFile(path), text)
    assert.deepEqual(await listTree(space.home), ['.obsutilconfig'])
    assertNoSecret(run)
  })
}

test('`config -config=` of a folder, a device or a path that cannot be exits 5', async (t) => {
  const space = await makeWorkspace(t)
  await symlink('loop', join(space.root, 'loop'))
  for (const path of [
    space.out,
    '/dev/null',
    join(space.root, 'no', 'file'),
    join(space.root, 'loop'),
  ]) {
    const run = await runCli(['config', ...ALL, `-config=${path}`], space)
    assert.deepEqual([run.code, run.stdout], [5, ''], path)
    assert.match(run.stderr, /^Error: [^\n]+\n$/)
    assert.ok(run.stderr.includes(`[${path}]`), run.stderr)
    assertNoSecret(run)
  }
  assert.ok((await stat('/dev/null')).isCharacterDevice())
})

test('`config` in a folder that may not be written to exits 5 and leaves the file as it was', async (t) => {
  const space = await makeWorkspace(t)
  const path = await space.writeConfig({ token: 'old' })
  const before = await readFile(path, 'utf8')
  await chmod(space.home, 0o500)

  const run = await runAsNobody(t, space, ['config', ...ALL])
  await chmod(space.home, 0o700)

  if (run === undefined) return
  assert.deepEqual([run.code, run.stdout], [5, ''])
  assert.match(run.stderr, /^Error: Cannot write the configuration file \[[^\n]+EACCES[^\n]+\n$/)
  assert.equal(await readFile(path, 'utf8'), before)
  assert.deepEqual(await listTree(space.home), ['.obsutilconfig'])
  assertNoSecret(run)
})

test("`config` as root leaves somebody else's file in his hands", async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give files away')
  const space = await makeWorkspace(t)
  const path = await space.writeConfig({})
  await chown(path, 65_534, 65_534)

  const run = await runCli(['config', ...ALL], space)

  assert.equal(run.code, 0, run.stderr)
  const { uid, mode } = await stat(path)
  assert.deepEqual([uid, mode & 0o777], [65_534, 0o600])
})
