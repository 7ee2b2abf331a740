import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const FIXTURE = fileURLToPath(new URL('../support/progress-run.ts', import.meta.url))

for (const mode of ['bar', 'plain']) {
  test(`a timer of mode ${mode} that nobody stops does not keep the process alive`, () => {
    const run = spawnSync(process.execPath, ['--import', 'tsx', FIXTURE, mode], {
      encoding: 'utf8',
      timeout: 20_000,
    })
    assert.equal(run.status, 0, run.stderr)
    assert.match(run.stdout, /after\n/)
  })
}
