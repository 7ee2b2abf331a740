import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { screenAfter } from '../support/terminal-screen.ts'

const FIXTURE = fileURLToPath(new URL('../support/progress-run.ts', import.meta.url))

test('a bar or a timer of plain lines that nobody stops does not keep the process alive', () => {
  for (const mode of ['bar', 'plain']) {
    const run = spawnSync(process.execPath, ['--import', 'tsx', FIXTURE, 'forget', mode], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(run.status, 0, run.stderr)
    assert.match(run.stdout, /after\n/)
  }
})

const HAS_SCRIPT = spawnSync('script', ['--version']).status === 0
const SKIP = HAS_SCRIPT ? false : 'script(1) of util-linux is not here'

/** Runs the fixture on a pseudo-terminal of this width; what it wrote to both streams, in order. */
function runOnTerminal(columns: number, ...args: readonly string[]): string {
  const words = [process.execPath, '--import', 'tsx', FIXTURE, ...args].map(quote).join(' ')
  const command = `stty cols ${columns} && exec ${words}`
  const run = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  })
  assert.equal(run.status, 0, run.stdout + run.stderr)
  return run.stdout.replaceAll('\r\n', '\n')
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

for (const columns of [200, 80, 30]) {
  test(
    `on a terminal of ${columns} columns no frame wraps and nothing is left over`,
    { skip: SKIP },
    () => {
      const text = runOnTerminal(columns)
      assert.ok(text.split('\r').length > 4, 'the bar is redrawn')
      const [before, warning, bar = '', ...rest] = screenAfter(text, columns - 1)
      assert.equal(before, 'before')
      assert.equal(warning, 'Warn: look at this')
      assert.match(bar, /^\[=+\] 100\.00%/)
      assert.deepEqual(rest, ['after', ''])
    },
  )
}

test(
  'on a terminal an aborted run leaves its bar as it was, and a new line',
  { skip: SKIP },
  () => {
    const [, , bar = '', ...rest] = screenAfter(runOnTerminal(80, 'abort'), 79)
    assert.match(bar, /^\[=+-+\] 40\.00% .* 2\.00MB\/5\.00MB/)
    assert.deepEqual(rest, ['after', ''])
  },
)
