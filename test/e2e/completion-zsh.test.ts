/** `obsutil completion zsh`: what stands on the line after Tab. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { makeCompletionHome, OTHER_TASK, TASKS } from './support/completion-home.ts'
import { environmentOf, needs, typeLine } from './support/shell-line.ts'

const TYPED = needs('zsh', 'script')

/** Keys that are typed, and the words of the line that then stands there. */
const LINES: readonly (readonly [keys: string, words: readonly string[]])[] = [
  ['obsutil con\t-int\t', ['config', '-interactive']],
  ['obsutil completion f\t', ['completion', 'fish']],
  ['obsutil help con\t', ['help', 'config']],
  ['obsutil help -timeR\t', ['help', '-timeRange']],
  ['obsutil help cp -excl\t', ['help', 'cp', '-exclude']],
  ['obsutil cp -rec\t2\t-cl\t', ['cp', `-recover=${TASKS[1]}`, '-clear']],
  ['obsutil cp --rec\t2\t--cl\t', ['cp', `--recover=${TASKS[1]}`, '--clear']],
  ['obsutil cp -recover 2\t-f', ['cp', '-recover', TASKS[1] ?? '', '-f']],
  // A second Tab goes to the first one that is offered, and so do the third and the fourth.
  ['obsutil cp -recover=\t\t -f', ['cp', '-recover=last', '-f']],
  ['obsutil cp -recover=\t\t\t -f', ['cp', `-recover=${TASKS[0]}`, '-f']],
  ['obsutil cp -recover=\t\t\t\t -f', ['cp', `-recover=${TASKS[1]}`, '-f']],
  ['obsutil cp -o=lists -recover=a\t', ['cp', '-o=lists', `-recover=${OTHER_TASK}`]],
  ['obsutil cp --o ~/lists -recover=a\t', ['cp', '--o', '{home}/lists', `-recover=${OTHER_TASK}`]],
  ['obsutil cp -o=~/lists -recover=a\t', ['cp', '-o=~/lists', `-recover=${OTHER_TASK}`]],
  ['obsutil cp -o=$HOME/lists -recover a\t', ['cp', '-o={home}/lists', '-recover', OTHER_TASK]],
  ['obsutil cp -o=lists\t', ['cp', '-o=lists']],
  ['obsutil cp -o=~/lists\t', ['cp', '-o={home}/lists']],
  ['obsutil cp -cpd ~/lists\t', ['cp', '-cpd', '{home}/lists']],
  ['obsutil cp -o=M\t', ['cp', '-o=My Folder']],
  ['obsutil cp -o=a\t', ['cp', '-o=a:b']],
  ['obsutil cp -config=x\t-f', ['cp', '-config=x.conf', '-f']],
  ['obsutil cp -payer=\t-f', ['cp', '-payer=requester', '-f']],
  ['obsutil cp -acl=pr\t-f', ['cp', '-acl=private', '-f']],
  ['obsutil cp word -cle\t', ['cp', 'word', '-clear']],
  ['obsutil cp -include=x -inc\ty', ['cp', '-include=x', '-include=y']],
  ['obsutil cp -disabl\t', ['cp', '-disabl']],
]

test('zsh makes the lines from what was typed with Tab', TYPED, async (t) => {
  const { home, script } = await makeCompletionHome(t, 'zsh')
  const setup = ['autoload -Uz compinit', 'compinit -u -D', `source ${script}`]
  for (const [keys, words] of LINES) {
    const expected = words.map((word) => word.replace('{home}', home))
    assert.deepEqual(await typeLine(keys, { shell: 'zsh', home, setup }), expected, keys)
  }
})

test('zsh finds the completion in a folder of fpath, too', TYPED, async (t) => {
  const { home, script } = await makeCompletionHome(t, 'zsh')
  await mkdir(join(home, 'functions'))
  await copyFile(script, join(home, 'functions/_obsutil'))
  const setup = ['fpath=(~/functions $fpath)', 'autoload -Uz compinit', 'compinit -u -D']
  for (const keys of ['obsutil cp -recover=2\t', 'obsutil cp -f\b\b-f -recover=2\t']) {
    const words = await typeLine(keys, { shell: 'zsh', home, setup })
    assert.equal(words.at(-1), `-recover=${TASKS[1]}`)
  }
})

test('zsh needs no compinit before it', TYPED, async (t) => {
  const { home, script } = await makeCompletionHome(t, 'zsh')
  const words = await typeLine('obsutil cp -cle\t', {
    shell: 'zsh',
    home,
    setup: [`source ${script}`],
  })
  assert.deepEqual(words, ['cp', '-clear'])
})

test('zsh reads the completion without a complaint', needs('zsh'), async (t) => {
  const { home, script } = await makeCompletionHome(t, 'zsh')
  const said = execFileSync('zsh', ['-f', '-n', script], { env: environmentOf(home) })
  assert.equal(said.toString(), '')
})
