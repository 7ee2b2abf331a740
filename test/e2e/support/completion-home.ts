import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { runCli } from '../../support/run-cli.ts'
import { makeWorkspace } from '../../support/workspace.ts'

/** Tasks of the folder of lists that is looked into by default, the newest first. */
export const TASKS: readonly string[] = [
  '33333333-3333-4333-8333-333333333333',
  '22222222-2222-4222-8222-222222222222',
  '11111111-1111-4111-8111-111111111111',
]

/** The task of the folder `lists`. */
export const OTHER_TASK = 'aaaaaaaa-1111-4111-8111-111111111111'

/** A home with lists, folders with awkward names and a file, and the completion of a shell. */
export async function makeCompletionHome(
  t: TestContext,
  shell: string,
): Promise<{ readonly home: string; readonly script: string }> {
  const { home } = await makeWorkspace(t)
  const folders = ['.obsutil_output', 'lists', 'My Folder', 'a:b', 'listing']
  await Promise.all(folders.map((folder) => mkdir(join(home, folder))))
  const names = [
    // Written in this order, so that the order of the answer is not that of the folder.
    `.obsutil_output/cp_failed_report_20240201000000_${TASKS[1]}.txt`,
    `.obsutil_output/cp_failed_report_20240201000000_${TASKS[1]}.txt.1`,
    `.obsutil_output/cp_failed_report_20240201000000_${TASKS[1]}.txt.2`,
    `.obsutil_output/cp_failed_report_20240301000000_${TASKS[0]}.txt.1`,
    `.obsutil_output/cp_failed_report_20240101000000_${TASKS[2]}.txt`,
    // Neither of them names a task that could be resumed.
    '.obsutil_output/cp_failed_report_20240401000000_44444444.txt',
    '.obsutil_output/cp_succeed_report_20240401000000_55555555-5555-4555-8555-555555555555.txt',
    '.obsutil_output/cp_failed_report_20240401000000_$(date>ran)------------------------.txt',
    `lists/cp_failed_report_20250101000000_${OTHER_TASK}.txt`,
    'x.conf',
  ]
  await Promise.all(names.map((name) => writeFile(join(home, name), '')))
  const { stdout } = await runCli(['completion', shell], { home })
  const script = join(home, `.completion.${shell}`)
  await writeFile(script, stdout)
  return { home, script }
}
