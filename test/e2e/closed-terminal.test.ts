/** A terminal whose window is closed while the tool runs in it. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createGate } from '../support/fault-scripts.ts'
import { makeBench } from './support/bench.ts'
import { until } from './support/until.ts'

const BIN = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))

test('a closed terminal ends the run with 9, and its list has the rest', async (t) => {
  if (spawnSync('script', ['--version']).status !== 0) return t.skip('there is no script(1)')
  const bench = await makeBench(t)
  const taskId = await bench.listObjects({ key: 'a', body: 'one' }, { key: 'b', body: 'two' })
  bench.server.script.add({ on: { key: 'b' }, do: { hold: { at: 'head', gate: createGate() } } })
  const ending = join(bench.home, 'ending')
  const inner = join(bench.home, 'inner')
  // The shell outlives the terminal, to tell how the tool ended.
  const words = [process.execPath, BIN, ...bench.words(taskId)].map((word) => `'${word}'`)
  await writeFile(inner, `trap '' HUP\n${words.join(' ')}\necho $? >'${ending}'\n`)
  const terminal = spawn('script', ['-qec', `sh '${inner}'`, '/dev/null'], {
    env: { HOME: bench.home, PATH: '/usr/bin:/bin', TERM: 'xterm' },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const ended = once(terminal, 'exit')
  await bench.server.requests.arrived({ key: 'b' })
  terminal.kill('SIGKILL')
  await ended

  const code = async () => (await readFile(ending, 'utf8').catch(() => '')).trim()
  await until('the shell has told how the tool ended', async () => (await code()) !== '')
  assert.equal(await code(), '9')
  const { failed, succeed } = await bench.readReports()
  assert.equal(succeed.length, 1)
  assert.match(failed.join('\n'), /^.*\/b --> .*error code \[InterruptedError\].*$/)
})
