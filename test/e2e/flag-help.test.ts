/** `obsutil help [command] -flag`, and what is said of a mistyped command or flag. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { findCommandFlags } from '../../src/cli/flag-help.ts'
import { runCli } from '../support/run-cli.ts'
import { makeWorkspace } from '../support/workspace.ts'

test('`help -timeRange` explains this flag alone, with whole examples', async (t) => {
  const space = await makeWorkspace(t)

  const run = await runCli(['help', '-timeRange'], space)

  assert.deepEqual([run.code, run.stderr], [0, ''])
  assert.match(run.stdout, /^obsutil cp -timeRange=<time1-time2>\n\nOnly objects last modified /)
  assert.match(run.stdout, /202406 is June 1st, 00:00:00/)
  assert.match(run.stdout, /^ {2}obsutil cp -recover=\S{36} -f -timeRange='20240601-\*'\n {6}\S/m)
  assert.doesNotMatch(run.stdout, /-include/)
})

test('the flag may be written as it is used, or without its dash', async (t) => {
  const space = await makeWorkspace(t)
  const { stdout } = await runCli(['help', '-ps'], space)

  for (const words of [
    ['help', '--ps'],
    ['help', '-ps=9MB'],
    ['help', 'ps'],
    ['help', 'cp', '-ps'],
    ['help', 'cp', 'ps'],
    ['help', '-ps', 'cp'],
    ['help', 'cp', '-ps', '-h'],
  ]) {
    const run = await runCli(words, space)
    assert.deepEqual([run.code, run.stdout], [0, stdout], words.join(' '))
  }
})

test('a flag of several commands is explained for each, or for the one that is named', async (t) => {
  const space = await makeWorkspace(t)
  const titles = async (...words: string[]) => {
    const { stdout } = await runCli(['help', ...words], space)
    return [...stdout.matchAll(/^obsutil (\w+) -config=<file>$/gm)].map(([, command]) => command)
  }

  const all = findCommandFlags('config').map(({ command }) => command)
  assert.ok(all.length > 1)
  assert.deepEqual(await titles('-config'), all)
  assert.deepEqual(await titles('config', '-config'), ['config'])
  assert.deepEqual(await titles('cp', '-config'), ['cp'])
})

test('`help -timeRange` with helpLanguage=Chinese is in Chinese', async (t) => {
  const space = await makeWorkspace(t)
  await space.writeConfig({ helpLanguage: 'Chinese' })

  const run = await runCli(['help', '-timeRange'], space)

  assert.deepEqual([run.code, run.stderr], [0, ''])
  assert.match(run.stdout, /只下载最后修改时间在此范围内的对象/)
  assert.match(run.stdout, /^示例：\n {2}obsutil cp /m)
  assert.doesNotMatch(run.stdout, /Only objects/)
})

/** What is typed, and the two lines that stderr then holds. */
const SLIPS: readonly (readonly [words: string, message: string, hint: string])[] = [
  [
    'help -timerang',
    'There is no flag [-timerang]',
    "Did you mean -timeRange? See 'obsutil help'.",
  ],
  [
    'help cp -excluded',
    "There is no flag [-excluded] of 'obsutil cp'",
    "Did you mean -exclude? See 'obsutil help cp'.",
  ],
  [
    'help config -timeRange',
    "There is no flag [-timeRange] of 'obsutil config'",
    "See 'obsutil help config'.",
  ],
  ['help -x', 'There is no flag [-x]', "See 'obsutil help'."],
  [
    'help conifg',
    'There is no command [conifg]',
    "Did you mean 'obsutil config'? See 'obsutil help'.",
  ],
  ['help mv -f', 'There is no command [mv]', "See 'obsutil help'."],
  ['help cp -f -u', 'There is no help on [cp -f -u]', "See 'obsutil help help'."],
  [
    'verison -h',
    'There is no command [verison]',
    "Did you mean 'obsutil version'? See 'obsutil help'.",
  ],
  ['copy', 'There is no command [copy]', "See 'obsutil help'."],
  [
    'cp -dry-run',
    'flag provided but not defined: -dry-run',
    "Did you mean -dryRun? See 'obsutil help cp'.",
  ],
  [
    'cp --Threshold=1MB',
    'flag provided but not defined: -Threshold',
    "Did you mean -threshold? See 'obsutil help cp'.",
  ],
  [
    'cp -time 2024',
    'flag provided but not defined: -time',
    "Did you mean -timeRange? See 'obsutil help cp'.",
  ],
  ['cp -U', 'flag provided but not defined: -U', "Did you mean -u? See 'obsutil help cp'."],
  ['cp -g', 'flag provided but not defined: -g', "See 'obsutil help cp'."],
  ['cp -xyz', 'flag provided but not defined: -xyz', "See 'obsutil help cp'."],
]

for (const [words, message, hint] of SLIPS) {
  test(`\`${words}\` exits 3 with: ${hint}`, async (t) => {
    const space = await makeWorkspace(t)

    const run = await runCli(words.split(' '), space)

    assert.deepEqual([run.code, run.stdout], [3, ''])
    assert.equal(run.stderr, `Error: ${message}\n${hint}\n`)
  })
}

test('of a mistyped flag of `config`, which may be a key, no more is shown than a flag there is', async (t) => {
  const space = await makeWorkspace(t)

  const run = await runCli(['config', '-interactvie'], space)

  assert.equal(run.code, 3)
  assert.equal(
    run.stderr,
    'Error: flag provided but not defined: -i****\n' +
      "Did you mean -interactive? See 'obsutil help config'.\n",
  )
})
