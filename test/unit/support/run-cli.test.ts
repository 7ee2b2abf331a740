import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { startNode } from '../../support/run-cli.ts'

const home = tmpdir()

function start(script: string, options: Omit<Parameters<typeof startNode>[1], 'home'> = {}) {
  return startNode(['-e', script], { home, ...options })
}

test('a run ends with its exit code and both outputs', async () => {
  const script = `process.stdout.write('out'); process.stderr.write('err'); process.exitCode = 8`
  const { code, signal, stdout, stderr } = await start(script).done
  assert.deepEqual(
    { code, signal, stdout, stderr },
    { code: 8, signal: null, stdout: 'out', stderr: 'err' },
  )
})

test('a run has a bare environment, a folder and its input', async () => {
  const script = `
    const { PATH, NODE_V8_COVERAGE, ...env } = process.env
    process.stdin.on('data', (chunk) => console.log(JSON.stringify({ env, input: String(chunk) })))`
  const { stdout } = await start(script, { env: { EXTRA: '1' }, stdin: 'y\nn\n' }).done
  assert.deepEqual(JSON.parse(stdout), { env: { HOME: home, EXTRA: '1' }, input: 'y\nn\n' })
})

test('`waitForStdout()` finds a line that is there or that will come', async () => {
  const script = `
    console.log('ready 1')
    process.stdin.once('data', () => { console.log('ready 2'); process.stdin.destroy() })`
  const run = start(script)
  assert.equal((await run.waitForStdout(/ready (1)/))[1], '1')
  const second = run.waitForStdout(/ready (2)/)
  run.child.stdin.write('go')
  assert.equal((await second)[1], '2')
  assert.equal((await run.done).code, 0)
})

test('`waitForStdout()` rejects with the output when the run ends without the line', async () => {
  const run = start(`console.log('something else')`)
  await assert.rejects(run.waitForStdout(/ready/), /without \/ready\/[^]*something else/)
})

test('`kill()` ends the run by the signal', async () => {
  const run = start(`console.log('up'); setInterval(() => {}, 1000)`)
  await run.waitForStdout(/up/)
  const { code, signal } = await run.kill('SIGTERM')
  assert.deepEqual({ code, signal }, { code: null, signal: 'SIGTERM' })
})

test('a run that takes too long is killed and shows what it printed', async () => {
  const run = start(`console.log('up'); setInterval(() => {}, 1000)`, { timeoutMs: 300 })
  await assert.rejects(run.done, /took too long/)
  assert.equal(run.child.signalCode, 'SIGKILL')
})
