/** A command line that cannot be meant: one line, a pointer to help, and nothing done. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { assertRefused, layTask } from './support/refusal.ts'

/** Flags that are wrong and what is said of them; `<cp>` stands before each. */
const FLAGS: readonly (readonly [flags: readonly string[], message: string])[] = [
  [['-foo'], 'flag provided but not defined: -foo'],
  [['--forse=true'], 'flag provided but not defined: -forse'],
  [['-recover'], 'flag needs an argument: -recover'],
  [['-j=abc'], 'invalid value "abc" for flag -j: parse error'],
  [['-j=3.5'], 'invalid value "3.5" for flag -j: parse error'],
  [['-p='], 'invalid value "" for flag -p: parse error'],
  [['-vlength=maybe'], 'invalid boolean value "maybe" for -vlength: parse error'],
  [['-ps=1.5MB'], 'The part size [1.5MB] is not well-formed'],
  [['-threshold=1k'], 'The threshold [1k] is not well-formed'],
  [['-payer=foo'], 'Invalid payer [foo], possible values are:[requester]'],
  [
    ['-acl=foo'],
    'Invalid acl [foo], possible values are:[private|public-read|public-read-write|bucket-owner-full-control]',
  ],
  [['-sc=foo'], 'Invalid sc [foo], possible values are:[standard|warm|cold]'],
  [['-meta=a:b:c'], 'Invalid metadata [a:b:c]'],
  [['-recover='], 'invalid value "" for flag -recover: the task id is empty'],
  [['obs://b/x', '/data'], 'Invalid args [obs://b/x /data], -recover takes no source or target'],
]

for (const [flags, message] of FLAGS) {
  test(`\`cp -recover=… ${flags.join(' ')}\` exits 3: ${message}`, async (t) => {
    const { bench, taskId } = await layTask(t)

    const run = await bench.run(bench.words(taskId, ...flags))

    assert.equal(run.code, 3)
    assert.equal(run.stdout, '')
    const [line, hint, rest] = run.stderr.split('\n')
    assert.equal(line, `Error: ${message}`)
    assert.ok(hint, 'a pointer to help')
    assert.equal(rest, '')
    assert.deepEqual(bench.asked(), [])
  })
}

const RANGES = [
  '2024',
  'abc-def',
  '2025-2024',
  '20241301-2025',
  '20230229-*',
  '20240101000000000-*',
]

for (const range of RANGES) {
  test(`\`-timeRange=${range}\` exits 3 and names flag and value`, async (t) => {
    const { bench, taskId } = await layTask(t)

    const run = await bench.run(bench.words(taskId, `-timeRange=${range}`))

    assert.equal(run.code, 3)
    assert.match(run.stderr, /^Error: [^\n]*timeRange[^\n]*\n[^\n]+\n$/)
    assert.ok(run.stderr.includes(range), run.stderr)
    assert.deepEqual(bench.asked(), [])
  })
}

test('an unknown command exits 3', async (t) => {
  const { bench } = await layTask(t)

  const run = await bench.run(['copy', 'x'])

  assert.equal(run.code, 3)
  assert.match(run.stderr, /^Error: [^\n]*copy[^\n]*\n/)
  assert.equal(run.stdout, '')
})

test('`cp` without `-recover` exits 7 and says what this tool is for', async (t) => {
  const { bench } = await layTask(t)

  for (const words of [['cp'], ['cp', 'obs://b/k', '/data', '-f', '-r']]) {
    await assertRefused(bench, words, {
      code: 7,
      stderr:
        'Error: cp without -recover is not supported\n' +
        'This tool resumes download tasks: obsutil cp -recover=<taskId>\n',
    })
  }
})
