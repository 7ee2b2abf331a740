/** `obsutil completion`: what it refuses, and that a new command needs no more than its entry in the tables. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import test, { type TestContext } from 'node:test'
import { formatBashTables } from '../../src/cli/completion/bash.ts'
import { formatFishTables } from '../../src/cli/completion/fish.ts'
import { buildModel, type CommandModel } from '../../src/cli/completion/model.ts'
import { formatZshTables } from '../../src/cli/completion/zsh.ts'
import { runCli } from '../support/run-cli.ts'
import { makeWorkspace } from '../support/workspace.ts'
import { makeCompletionHome, TASKS } from './support/completion-home.ts'
import { environmentOf, needs, typeLine } from './support/shell-line.ts'

for (const [words, message] of [
  [['tcsh'], 'There is no completion for the shell [tcsh]'],
  [['bash', 'zsh'], 'There is no completion for the shell [bash zsh]'],
  [[], 'completion needs the name of a shell'],
] as const) {
  test(`\`completion ${words.join(' ')}\` exits 3, prints nothing, and names the shells`, async (t) => {
    const run = await runCli(['completion', ...words], await makeWorkspace(t))
    assert.deepEqual([run.code, run.stdout], [3, ''])
    assert.equal(
      run.stderr,
      `Error: ${message}, possible values are:[bash|zsh|fish]\nSee 'obsutil help completion'.\n`,
    )
  })
}

test('each command has a summary, and each placeholder of a path or a task its completion', () => {
  const commands = buildModel()
  for (const { name, summary } of commands) assert.match(summary, /^\S.{5,70}\S$/, name)
  const kindOf = (command: string, flag: string) =>
    commands.find(({ name }) => name === command)?.flags.find(({ name }) => name === flag)?.value
      ?.kind
  for (const flag of ['o', 'cpd', 'tempFileDir']) assert.equal(kindOf('cp', flag), 'folder')
  assert.equal(kindOf('cp', 'config'), 'file')
  assert.equal(kindOf('config', 'config'), 'file')
  assert.equal(kindOf('cp', 'recover'), 'lastOrTask')
  assert.equal(kindOf('cp', 'payer'), 'words')
})

/** A command that takes a task, and words that every shell could read more into. */
const NEW: CommandModel = {
  name: 'show',
  summary: 'a summary: with [brackets], "quotes", \\ and what isn\'t one, $HOME `date`',
  flags: [
    {
      name: 'long',
      help: "all of it, and it's [more]: $HOME `date` \\ %s",
      value: undefined,
      repeatable: false,
      offered: true,
    },
    { name: 'into', help: 'a file', value: { kind: 'file' }, repeatable: true, offered: true },
  ],
  argument: { kind: 'task' },
}

async function addCommand(t: TestContext, shell: 'bash' | 'zsh' | 'fish') {
  const format = { bash: formatBashTables, zsh: formatZshTables, fish: formatFishTables }[shell]
  const { home, script } = await makeCompletionHome(t, shell)
  const logic = await readFile(new URL(`../../shell/completion.${shell}`, import.meta.url), 'utf8')
  await writeFile(script, `${format([...buildModel(), NEW])}\n${logic}`)
  return { home, script }
}

for (const shell of ['bash', 'zsh'] as const) {
  test(
    `a new command of the tables is completed in ${shell}`,
    needs(shell, 'script'),
    async (t) => {
      const { home, script } = await addCommand(t, shell)
      const setup = shell === 'zsh' ? ['autoload compinit', 'compinit -u -D'] : []
      const into = { shell, home, setup: [...setup, `. ${script}`] }
      // The newest one has a word of its own for -recover only.
      assert.deepEqual(await typeLine('obsutil show la\t', into), ['show', 'la'])
      const words = await typeLine('obsutil sh\t--lo\t2\t-into=x\t-into\ty', into)
      assert.deepEqual(words, ['show', '--long', TASKS[1], '-into=x.conf', '-into=y'])
    },
  )
}

test('a new command of the tables is completed in fish', needs('fish'), async (t) => {
  const { home, script } = await addCommand(t, 'fish')
  const complete = (line: string) =>
    execFileSync(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', script, line],
      {
        cwd: home,
        env: environmentOf(home),
        encoding: 'utf8',
      },
    )
  assert.equal(complete('obsutil sh'), `show\t${NEW.summary}\n`)
  assert.equal(complete('obsutil show --lo'), `--long\t${NEW.flags[0]?.help}\n`)
  // The newest one has a word of its own for -recover only.
  assert.equal(complete('obsutil show la'), '')
  assert.equal(complete('obsutil show --long 2'), `${TASKS[1]}\t2024-02-01 00:00:00 UTC\n`)
  assert.equal(complete('obsutil show -into=x'), '-into=x.conf\n')
})
