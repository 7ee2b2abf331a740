/** `obsutil help [command]`, its languages, and `obsutil version`. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { commandWords } from '../../src/cli/help-request.ts'
import { configFlags, cpFlags } from '../../src/cli/flag-table.ts'
import { columnsOf } from '../support/columns.ts'
import { lsFlags, tasksFlags } from '../../src/cli/listing-flags.ts'
import { runCli } from '../support/run-cli.ts'
import { makeWorkspace } from '../support/workspace.ts'

const HAN = /\p{Script=Han}/u
const MOST_COLUMNS = 100
const TOPICS = [[], ...commandWords.map((word) => ['help', word])]

function staysInWorkspace(word: string): boolean {
  return !/^-(config|o|cpd|tempFileDir)=/.test(word)
}

for (const language of ['English', 'Chinese']) {
  for (const words of TOPICS) {
    test(`\`${words.join(' ')}\` with helpLanguage=${language} is in ${language}`, async (t) => {
      const space = await makeWorkspace(t)
      await space.writeConfig({ helpLanguage: language })

      const run = await runCli(words, space)

      assert.deepEqual([run.code, run.stderr], [0, ''])
      const isInChinese = HAN.test(run.stdout.split('\n')[0] ?? '')
      assert.equal(isInChinese, language === 'Chinese', run.stdout)
      if (language === 'English') assert.doesNotMatch(run.stdout, HAN)
      const tooWide = run.stdout.split('\n').filter((line) => columnsOf(line) > MOST_COLUMNS)
      assert.deepEqual(tooWide, [])
      assert.match(run.stdout, /[^\n]\n$/)
      assert.doesNotMatch(run.stdout, /undefined|[ \t]\n/)
    })
  }
}

for (const [command, flags] of [
  ['cp', cpFlags],
  ['config', configFlags],
  ['tasks', tasksFlags],
  ['ls', lsFlags],
] as const) {
  for (const language of ['English', 'Chinese']) {
    test(`\`help ${command}\` in ${language} has each flag with an example`, async (t) => {
      const space = await makeWorkspace(t)
      await space.writeConfig({ helpLanguage: language })

      const { stdout } = await runCli(['help', command], space)

      const label = language === 'Chinese' ? '示例：' : 'example: '
      for (const { name } of flags) {
        assert.match(
          stdout,
          new RegExp(`^  -${name}(=<.+>)?\n      .+\n      ${label}-${name}`, 'm'),
        )
      }
    })
  }
}

test('the examples of `help cp` are words that `cp` understands', async (t) => {
  const space = await makeWorkspace(t)
  const { stdout } = await runCli(['help', 'cp'], space)
  const examples = [...stdout.matchAll(/^ +example: (.+)$/gm)].map(([, example = '']) => example)
  const words = execFileSync('sh', ['-c', `printf '%s\\n' ${examples.join(' ')}`], {
    encoding: 'utf8',
  })
  const flags = words.trim().split('\n')
  await space.writeConfig({ endpoint: 'http://127.0.0.1:9' })

  const run = await runCli(['cp', ...flags.filter(staysInWorkspace), `-o=${space.out}`], space)

  assert.equal(flags.length, cpFlags.length)
  assert.equal(run.code, 2, run.stderr)
})

for (const command of ['cp', 'tasks', 'ls', 'config']) {
  for (const flag of ['-h', '--help', '-help']) {
    test(`\`${command} ${flag}\` shows what \`help ${command}\` shows`, async (t) => {
      const space = await makeWorkspace(t)
      const [one, other] = await Promise.all([
        runCli([command, flag], space),
        runCli(['help', command], space),
      ])
      assert.deepEqual([one.code, one.stdout], [0, other.stdout])
    })
  }

  test(`\`${command} -config=… -h\` is in the language of that file, wherever it stands`, async (t) => {
    const space = await makeWorkspace(t)
    const path = join(space.root, 'other.conf')
    await writeFile(path, 'helpLanguage=chinese\n')

    for (const words of [
      [`-config=${path}`, '-h'],
      ['-h', '--config', path],
      ['-config=x', '-config=../other.conf', '-h'],
    ]) {
      const run = await runCli([command, ...words], space)
      assert.equal(run.code, 0)
      assert.match(run.stdout.split('\n')[0] ?? '', HAN, words.join(' '))
    }
  })
}

for (const [what, text] of [
  ['a malformed line', 'helpLanguage=Chinese\nnonsense\n'],
  ['another language', 'helpLanguage=Klingon\n'],
  ['no language', 'ak=x\n'],
] as const) {
  test(`a configuration file with ${what} leaves the help in English, without a word`, async (t) => {
    const space = await makeWorkspace(t)
    await writeFile(join(space.home, '.obsutilconfig'), text)

    const run = await runCli(['help', 'cp'], space)

    assert.deepEqual([run.code, run.stderr], [0, ''])
    assert.match(run.stdout, /^Resumes /)
  })
}

test('a configuration file that is a folder, a pipe or missing leaves the help in English', async (t) => {
  const space = await makeWorkspace(t)
  const pipe = join(space.root, 'pipe')
  execFileSync('mkfifo', [pipe])

  for (const path of [space.out, pipe, join(space.root, 'none'), join(space.root, 'no', 'file')]) {
    const run = await runCli(['cp', '-h', `-config=${path}`], space)
    assert.deepEqual([run.code, run.stderr], [0, ''], path)
    assert.match(run.stdout, /^Resumes /)
  }
})

test('messages stay English with helpLanguage=Chinese', async (t) => {
  const space = await makeWorkspace(t)
  await space.writeConfig({ helpLanguage: 'Chinese', endpoint: 'http://127.0.0.1:9' })

  const run = await runCli(['cp', '-recover=none', `-o=${space.out}`], space)

  assert.equal(run.code, 2)
  assert.doesNotMatch(run.stdout + run.stderr, HAN)
})

test('`help` of an unknown command exits 3', async (t) => {
  const space = await makeWorkspace(t)

  const run = await runCli(['help', 'mv'], space)

  assert.deepEqual([run.code, run.stdout], [3, ''])
  assert.match(run.stderr, /^Error: There is no command \[mv\]\n/)
})

for (const word of ['version', '-version', '--version', '-v']) {
  test(`\`${word}\` tells the version of the package and of Node.js, whatever the configuration`, async (t) => {
    const space = await makeWorkspace(t)
    await writeFile(join(space.home, '.obsutilconfig'), 'nonsense')
    const manifest: unknown = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    assert.ok(typeof manifest === 'object' && manifest !== null && 'version' in manifest)

    const run = await runCli([word], space)

    const expected = `obsutil version ${String(manifest.version)}, Node.js ${process.versions.node}\n`
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, expected, ''])
  })
}
