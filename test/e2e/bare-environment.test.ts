/** A machine that gives the tool nothing: no HOME, no PATH, no variable at all. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'

const BIN = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))

test('`env -i node bin/obsutil.js cp …` works like any other run', async (t) => {
  const bench = await makeBench(t)
  // The real home is looked up elsewhere then, so nothing may be left to be put there.
  const values = { endpoint: bench.server.endpoint, utilLogPath: join(bench.root, 'log', 'a.log') }
  const config = await bench.writeConfig({
    ...values,
    sdkLogPath: join(bench.root, 'log', 'b.log'),
  })
  const objects = [
    { key: 'small', body: 'content' },
    { key: 'large', body: generated(120_000) },
  ]
  const taskId = await bench.listObjects(...objects)
  const words = bench.words(taskId, `-config=${config}`, '-threshold=100KB', '-ps=50KB')

  const { stdout, stderr } = await promisify(execFile)(process.execPath, [BIN, ...words], {
    env: {},
    cwd: '/',
  })

  assert.equal(stderr, '')
  assert.match(stdout, /^Succeed count: +2 +Failed count: +0$/m)
  await bench.assertArrived(...objects)
})
