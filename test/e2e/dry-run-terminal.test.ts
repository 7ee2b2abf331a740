/** The plan of `-dryRun` on a terminal, where stdout and stderr meet. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_TERMINAL, startOnTerminal } from '../support/on-terminal.ts'
import { generated } from '../support/test-bytes.ts'
import { BUCKET, prepareTask } from './support/task-bench.ts'

test(
  'on a terminal of 80 columns the plan does not wrap, and causes are told once',
  { skip: NO_TERMINAL },
  async (t) => {
    const key = `${'deep/'.repeat(30)}gone`
    const objects = ['here', key].map((name) => ({ key: name, body: generated(10, 1) }))
    const { server, space, taskId } = await prepareTask(t, { objects })
    server.objects.remove({ bucket: BUCKET, key })
    const words = ['cp', `-recover=${taskId}`, '-f', '-dryRun', `-o=${space.out}`]

    const run = startOnTerminal(t, words, { columns: 80, rows: 40, home: space.home })
    await run.done

    const rows = run.terminal.rows()
    const shown = run.terminal.lines().join('\n')
    const plan = rows.slice(
      rows.findIndex((row) => row.startsWith('Plan: ')),
      rows.indexOf('1 item failed'),
    )
    assert.equal(plan[0], 'Plan: 1 item, 10B to fetch', shown)
    assert.ok(plan.every((row) => run.terminal.lines().includes(row)))
    assert.ok(plan.some((row) => /^ +obs:\/\/bucket-a\/deep\/.*….*\/gone$/.test(row)))
    assert.equal(shown.split('404 NotFound').length, 2)
    assert.match(shown, /\n\n1 item failed\nAll of them are in \/.+\nTo go on: obsutil cp /)
  },
)
