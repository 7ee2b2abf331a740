import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { startNode } from '../support/run-cli.ts'

test('`npm run demo` downloads all that was uploaded, also after a kill, and leaves nothing', async (t) => {
  const { run, leftOver } = await startDemo(t)
  const { code, stdout, stderr } = await run.done

  assert.equal(stderr, '')
  assert.match(stdout, /^Task +Began \(UTC\) +Failed +Size +Most frequent cause/m)
  assert.match(stdout, /^\S{36} +\S+ \S+ +42 +/m)
  assert.match(stdout, /^ +41 files compared with what was uploaded: all equal$/m)
  assert.match(stdout, /^ +\{"part":\d+,"start":\d+,"end":\d+,"crc32":"[0-9a-f]{8}"\}$/m)
  assert.match(stdout, /^ +1 file compared with what was uploaded: equal$/m)
  assert.equal(code, 0)
  assert.deepEqual(await leftOver(), [])
})

test('`npm run demo` that is interrupted removes what it made', async (t) => {
  const { run, leftOver } = await startDemo(t)
  await run.waitForStdout(/Put objects into it/)
  const { code, stderr } = await run.kill('SIGINT')

  assert.equal(stderr, '')
  assert.equal(code, 130)
  assert.deepEqual(await leftOver(), [])
})

async function startDemo(t: TestContext) {
  const temp = await mkdtemp(join(tmpdir(), 'obsutil-test-'))
  t.after(() => rm(temp, { recursive: true, force: true }))
  const script = fileURLToPath(new URL('../../scripts/demo.ts', import.meta.url))
  const run = startNode(['--import', 'tsx', script, '--small'], {
    home: temp,
    // The loader is found from here.
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { TMPDIR: temp },
    stdin: '',
  })
  // The loader keeps a cache among the temporary files, which is none of the demo's.
  const leftOver = async () =>
    (await readdir(temp)).filter((name) => name.startsWith('obsutil-demo-'))
  return { run, leftOver }
}
