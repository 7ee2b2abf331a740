/** The plan of `-dryRun` on a terminal, where stdout and stderr meet. */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { screenAfter } from '../support/terminal-screen.ts'
import { generated } from '../support/test-bytes.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

const BIN = fileURLToPath(new URL('../../bin/obsutil.js', import.meta.url))

test('on a terminal of 80 columns the plan does not wrap, and causes are told once', async (t) => {
  if (spawnSync('script', ['--version']).status !== 0) return t.skip('there is no script(1)')
  const key = `${'deep/'.repeat(30)}gone`
  const objects = ['here', key].map((name) => ({ key: name, body: generated(10, 1) }))
  const { server, space, taskId } = await prepareTask(t, { objects })
  server.objects.remove({ bucket: BUCKET, key })
  const words = [BIN, 'cp', `-recover=${taskId}`, '-f', '-dryRun', `-o=${space.out}`]
  const command = `stty cols 80 && exec ${[process.execPath, ...words].join(' ')}`

  const run = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // oxlint-disable-next-line node/no-process-env -- script(1) and its shell are found by it
    env: { PATH: process.env['PATH'], HOME: space.home, TERM: 'xterm' },
  })
  const shown = (await text(run.stdout)).replaceAll('\r\n', '\n')

  const plan = shown.slice(shown.indexOf('\nPlan: ') + 1, shown.indexOf('\n\n1 item failed'))
  assert.ok(plan.startsWith('Plan: 1 item, 10B to fetch\n'), shown)
  const rows = screenAfter(plan, 80)
  assert.ok(
    rows.some((row) => /^ +obs:\/\/bucket-a\/deep\/.*….*\/gone$/.test(row)),
    plan,
  )
  assert.equal(shown.split('404 NotFound').length, 2)
  assert.match(shown, /\n\n1 item failed\nAll of them are in \/.+\nTo go on: obsutil cp /)
})
