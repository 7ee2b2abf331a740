/** `obsutil completion fish`: what fish offers for a line. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import test from 'node:test'
import { workingFlags } from '../../src/cli/flag-table.ts'
import { makeCompletionHome, OTHER_TASK, TASKS } from './support/completion-home.ts'
import { environmentOf, needs } from './support/shell-line.ts'

const FISH = needs('fish')
const IDS = ['last', ...TASKS]

/** What is offered for a line with the cursor at its end, with what stands beside each. */
const OFFERS: readonly (readonly [line: string, offers: readonly string[]])[] = [
  ['obsutil con', ['config']],
  ['obsutil completion ', ['bash', 'zsh', 'fish']],
  ['obsutil help con', ['config']],
  ['obsutil help -timeR', ['-timeRange']],
  ['obsutil help cp -timeR', ['-timeRange']],
  ['obsutil help config -timeR', []],
  ['obsutil cp -cl', ['-clear']],
  ['obsutil cp --rec', ['--recover=']],
  ['obsutil cp -include=x -incl', ['-include=']],
  ['obsutil cp word -cl', ['-clear']],
  [
    'obsutil cp -sc cold -acl ',
    ['private', 'public-read', 'public-read-write', 'bucket-owner-full-control'],
  ],
  ['obsutil cp -acl=pu', ['-acl=public-read', '-acl=public-read-write']],
  ['obsutil cp -payer ', ['requester']],
  ['obsutil cp -payer=', ['-payer=requester']],
  ['obsutil cp -ps=a', ['-ps=auto']],
  ['obsutil cp -j=', []],
  ['obsutil cp -recover=', IDS.map((id) => `-recover=${id}`)],
  ['obsutil cp -recover ', IDS],
  ['obsutil cp --recover=2', [`--recover=${TASKS[1]}`]],
  ['obsutil cp -o=lists -recover=aa', [`-recover=${OTHER_TASK}`]],
  ['obsutil cp -o ~/lists -recover=aa', [`-recover=${OTHER_TASK}`]],
  ['obsutil cp --o "$HOME/lists" -recover aa', [OTHER_TASK]],
  ['obsutil cp -o=none -recover=', ['-recover=last']],
  ['obsutil cp -config=x', ['-config=x.conf']],
  ['obsutil cp -config=li', ['-config=listing/', '-config=lists/']],
  ['obsutil cp -config li', ['listing/', 'lists/']],
  ['obsutil cp -o=x', []],
  ['obsutil cp -o ~/lists', ['~/lists/']],
  ['obsutil cp -o=~/lists', ['-o=~/lists/']],
  ['obsutil cp -o=~/My', ['-o=~/My Folder/']],
  ['obsutil cp -o=~/lists -recover=aa', [`-recover=${OTHER_TASK}`]],
  ['obsutil cp -o=M', ['-o=My Folder/']],
  ['obsutil cp -o="My F', ['-o=My Folder/']],
  ['obsutil cp -o=a:', ['-o=a:b/']],
  ['obsutil nosuch -', []],
  ['obsutil version ', []],
]

function complete(line: string, { home, script }: Home): readonly string[] {
  const text = 'source $argv[1]; complete -C $argv[2]'
  const output = execFileSync('fish', ['--no-config', '-c', text, script, line], {
    cwd: home,
    env: environmentOf(home),
    encoding: 'utf8',
  })
  return output.split('\n').slice(0, -1)
}

type Home = Awaited<ReturnType<typeof makeCompletionHome>>

test('fish offers what begins as the word does', FISH, async (t) => {
  const home = await makeCompletionHome(t, 'fish')
  for (const [line, offers] of OFFERS) {
    const offered = complete(line, home).map((one) => one.replace(/\t.*/, ''))
    assert.deepEqual(offered, offers, line)
  }
})

test('fish offers each flag that has an effect, and says what it does', FISH, async (t) => {
  const home = await makeCompletionHome(t, 'fish')
  const expected = workingFlags.map(
    ({ name, kind, help }) => `-${name}${kind === 'text' ? '=' : ''}\t${help}`,
  )
  assert.deepEqual(complete('obsutil cp -', home), expected)
  assert.deepEqual(complete('obsutil cp ', home), expected)
  const others = expected.filter((line) => !/^-(f|clear)\t/.test(line))
  assert.deepEqual(complete('obsutil cp -f -clear=false -include=x -', home), others)
})

test('fish says of a task when it ran', FISH, async (t) => {
  const home = await makeCompletionHome(t, 'fish')
  assert.deepEqual(complete('obsutil cp -recover=3', home), [
    `-recover=${TASKS[0]}\t2024-03-01 00:00:00 UTC`,
  ])
})

test('fish reads the completion without a complaint', FISH, async (t) => {
  const { home, script } = await makeCompletionHome(t, 'fish')
  const said = execFileSync('fish', ['--no-config', '-n', script], { env: environmentOf(home) })
  assert.equal(said.toString(), '')
})
