/** `obsutil completion bash`: what bash offers, and what stands on the line after Tab. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import test from 'node:test'
import { workingFlags } from '../../src/cli/flag-table.ts'
import { makeCompletionHome, OTHER_TASK, TASKS } from './support/completion-home.ts'
import { environmentOf, needs, typeLine } from './support/shell-line.ts'

/** What bash has unless somebody changes it, and what some do to it. */
const BREAKS = { default: ' \t\n"\'><=;|&(:', 'without = and :': ' \t\n"\'><;|&(' }
const PACKAGE = '/usr/share/bash-completion/bash_completion'

/** What is offered for a line with the cursor at its end, or at the `|`. */
function offersOf(
  line: string,
  breaks: string,
  { home, script, options }: Home,
): readonly string[] {
  const [before = '', after = ''] = line.split('|')
  const text = `
    set -u
    . "$1"
    ${options ?? ''}
    COMP_WORDBREAKS=$2 COMP_LINE=$3$4 COMP_POINT=\${#3} COMP_WORDS=() COMP_CWORD=0
    _obsutil
    for one in \${COMPREPLY[@]+"\${COMPREPLY[@]}"}; do printf '%s\\0' "$one"; done
  `
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', text, 'bash', script, breaks, before, after],
    {
      cwd: home,
      env: environmentOf(home),
      encoding: 'utf8',
    },
  )
  assert.equal(stderr, '')
  return stdout.split('\0').slice(0, -1)
}

type Home = Awaited<ReturnType<typeof makeCompletionHome>> & { readonly options?: string }

const IDS = ['last', ...TASKS]

/** What is offered, a blank behind what is complete; `flag=` stands before it only where = breaks no word. */
const OFFERS: readonly (readonly [line: string, flag: string, offers: readonly string[]])[] = [
  ['obsutil co', '', ['config ', 'completion ']],
  ['obsutil completion ', '', ['bash ', 'zsh ', 'fish ']],
  ['obsutil help con', '', ['config ']],
  ['obsutil help -timeR', '', ['-timeRange ']],
  ['obsutil help cp -timeR', '', ['-timeRange ']],
  ['obsutil help config -timeR', '', []],
  ['obsutil cp -cl', '', ['-clear ']],
  ['obsutil cp --rec', '', ['--recover=']],
  ['obsutil cp -f -clear=false -cl', '', []],
  ['obsutil cp -include=x -inc', '', ['-include=']],
  ['obsutil cp d:\\\\ -cl', '', ['-clear ']],
  ['obsutil cp -sc cold -ac', '', []],
  ['obsutil cp -acl=pu', '-acl=', ['public-read ', 'public-read-write ']],
  ['obsutil cp -payer ', '', ['requester ']],
  ['obsutil cp -payer=', '-payer=', ['requester ']],
  ['obsutil cp -ps=a', '-ps=', ['auto ']],
  ['obsutil cp -j=', '-j=', []],
  ['obsutil cp -recover=', '-recover=', IDS.map((id) => `${id} `)],
  ['obsutil cp -recover ', '', IDS.map((id) => `${id} `)],
  ['obsutil cp --recover=2', '--recover=', [`${TASKS[1]} `]],
  ['obsutil cp -o=lists -recover=a', '-recover=', [`${OTHER_TASK} `]],
  ['obsutil cp -o ~/lists -recover=a', '-recover=', [`${OTHER_TASK} `]],
  ['obsutil cp -o=~/lists -recover=a', '-recover=', [`${OTHER_TASK} `]],
  ['obsutil cp --o="$HOME/lists" -recover a', '', [`${OTHER_TASK} `]],
  ['obsutil cp -recover=a| -o=${HOME}/lists', '-recover=', [`${OTHER_TASK} `]],
  ['obsutil cp -o=none -recover=', '-recover=', ['last ']],
  ['obsutil cp -config=x', '-config=', ['x.conf ']],
  ['obsutil cp -config=l', '-config=', ['listing/', 'lists/']],
  ['obsutil cp -o=x', '-o=', []],
  ['obsutil cp -o=M', '-o=', ['My\\ Folder/']],
  ['obsutil cp -o "M', '', ['My Folder/']],
  ['obsutil cp -o=$(touch${IFS}ran)', '-o=', []],
  ['obsutil nosuch -', '', []],
  ['obsutil version ', '', []],
]

for (const [name, breaks] of Object.entries(BREAKS)) {
  test(`bash with ${name} COMP_WORDBREAKS offers what begins as the word does`, async (t) => {
    const home = await makeCompletionHome(t, 'bash')
    for (const [line, flag, offers] of OFFERS) {
      const before = breaks.includes('=') ? '' : flag
      const expected = offers.map((offer) => before + offer)
      assert.deepEqual(offersOf(line, breaks, home), expected, line)
    }
    assert.equal(existsSync(`${home.home}/ran`), false)
  })
}

test('bash offers each flag that has an effect, with a = where it takes a value', async (t) => {
  const home = await makeCompletionHome(t, 'bash')
  const expected = workingFlags.map(({ name, kind }) => `-${name}${kind === 'text' ? '=' : ' '}`)
  assert.deepEqual(offersOf('obsutil cp -', BREAKS.default, home), expected)
  assert.deepEqual(offersOf('obsutil cp ', BREAKS.default, home), expected)
})

test('options that change what a pattern of the shell means do no harm', async (t) => {
  const home = await makeCompletionHome(t, 'bash')
  for (const options of ['shopt -s failglob', 'set -f', 'shopt -s dotglob nullglob', 'IFS=/']) {
    for (const [line, , offers] of OFFERS) {
      assert.deepEqual(offersOf(line, BREAKS.default, { ...home, options }), offers, options + line)
    }
  }
})

/** Keys that are typed, and the words of the line that then stands there. */
const LINES: readonly (readonly [keys: string, words: readonly string[]])[] = [
  ['obsutil con\t-int\t', ['config', '-interactive']],
  ['obsutil cp -rec\t2\t-cl\t', ['cp', `-recover=${TASKS[1]}`, '-clear']],
  ['obsutil cp --recover 2\t-f', ['cp', '--recover', TASKS[1] ?? '', '-f']],
  ['obsutil cp -o=list\ts\t -recover=a\t', ['cp', '-o=lists/', `-recover=${OTHER_TASK}`]],
  ['obsutil cp -o=~/lists\t', ['cp', '-o={home}/lists/']],
  ['obsutil cp -cpd ~/lists\t', ['cp', '-cpd', '{home}/lists/']],
  ['obsutil cp -o=$HOME/lists\t', ['cp', '-o={home}/lists/']],
  ['obsutil cp -o=M\t', ['cp', '-o=My Folder/']],
  ['obsutil cp -o="M\t', ['cp', '-o=My Folder/']],
  ["obsutil cp -o='M\t", ['cp', '-o=My Folder/']],
  ['obsutil cp -o=My\\ \t', ['cp', '-o=My Folder/']],
  ['obsutil cp -o=a\t', ['cp', '-o=a:b/']],
  ['obsutil cp -o=a:\t', ['cp', '-o=a:b/']],
  ['obsutil cp -config=x\t-f', ['cp', '-config=x.conf', '-f']],
]

for (const [name, breaks] of Object.entries(BREAKS)) {
  for (const loads of ['without', 'with']) {
    const option = needs('bash', 'script')
    const skip = option.skip || (loads === 'with' && !existsSync(PACKAGE) && `no ${PACKAGE}`)
    test(
      `Tab in bash ${loads} its package, with ${name} COMP_WORDBREAKS, makes the line`,
      { skip },
      async (t) => {
        const { home, script } = await makeCompletionHome(t, 'bash')
        const setup = [
          ...(loads === 'with' ? [`. ${PACKAGE}`] : []),
          `COMP_WORDBREAKS=$'${breaks.replaceAll("'", "\\'").replace('\t', '\\t').replace('\n', '\\n')}'`,
          `eval "$(cat ${script})"`,
        ]
        for (const [keys, words] of LINES) {
          const typed = await typeLine(keys, { shell: 'bash', home, setup })
          assert.deepEqual(
            typed,
            words.map((word) => word.replace('{home}', home)),
            keys,
          )
        }
      },
    )
  }
}
