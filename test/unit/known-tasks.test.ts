/** The order of the tasks in a folder. */
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeRun } from '../../src/adapters/run-journal.ts'
import { loadKnownTasks } from '../../src/compose/known-tasks.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { runsOf } from './support/run-stories.ts'

const IDS = ['1', '2', '3', '4'].map((digit) => digit.repeat(36))
const [FIRST = '', SECOND = '', THIRD = '', OTHER = ''] = IDS

test('of tasks that began in one second, the later run comes first', async (t) => {
  const folder = await makeTempFolder(t)
  for (const id of [SECOND, FIRST, THIRD]) {
    await writeFile(join(folder, `cp_failed_report_20240101000000_${id}.txt`), '')
  }
  await writeFile(join(folder, `cp_failed_report_20240101000000_${FIRST}.txt.1`), '')
  await writeFile(join(folder, `cp_failed_report_20231231235959_${OTHER}.txt`), '')
  await writeFile(join(folder, `cp_succeed_report_20250101000000_${OTHER}.txt`), '')
  for (const run of runsOf([
    `${OTHER}<${FIRST} 0`,
    `${THIRD}<${FIRST} 2`,
    `${SECOND}<${THIRD} 1`,
  ])) {
    await writeRun(folder, { ...run, state: 'ended' })
  }

  const { tasks } = await loadKnownTasks(folder, assert.fail)

  assert.deepEqual(
    tasks.map(({ taskId, lists }) => [taskId, lists.length]),
    [
      [SECOND, 1],
      [THIRD, 1],
      [FIRST, 2],
      [OTHER, 1],
    ],
  )
})
