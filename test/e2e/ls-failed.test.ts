/** `obsutil ls -failed`, as the manual has it (Listing Failure Result Files). */
import assert from 'node:assert/strict'
import { mkdir, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { makeWorkspace, type Workspace } from '../support/workspace.ts'
import { runCli } from '../support/run-cli.ts'

const ONE = 'ccb9f044-7768-4948-ae6d-4628ae9659a5'
const TWO = '59104460-d10e-42a1-9f76-03f7bd3eaeb4'
const LISTS = [
  [`cp_failed_report_20190526113313_${ONE}.txt.1`, '2019-05-26T11:33:13.500Z', ONE],
  [`cp_failed_report_20190526113313_${ONE}.txt`, '2019-05-26T11:40:00Z', ONE],
  [`sync_failed_report_20190527063019_${TWO}.txt`, '2019-05-27T06:30:19.910Z', TWO],
] as const

test('the failure lists of cp and sync are listed, the one written last first', async (t) => {
  const space = await layLists(t)

  const { code, stdout, stderr } = await runCli(['ls', '-failed', `-o=${space.out}`], space)

  assert.deepEqual([code, stderr], [0, ''])
  const rows = stdout.split('\n')
  assert.deepEqual(
    rows.map((row) => row.split(/ {2,}/)),
    [
      ['FileName', 'ModTime', 'TaskId'],
      [LISTS[2][0], '2019-05-27 06:30:19.91 +0000 UTC', TWO],
      [LISTS[1][0], '2019-05-26 11:40:00 +0000 UTC', ONE],
      [LISTS[0][0], '2019-05-26 11:33:13.5 +0000 UTC', ONE],
      ['Get 3 last modified failed report files.'],
      [''],
    ],
  )
  for (const row of rows.slice(1, 4)) {
    assert.match(row.slice(rows[0]?.indexOf('ModTime')), /^2019-/)
    assert.match(row.slice(rows[0]?.indexOf('TaskId')), /^\S{36}$/)
  }
})

test('-limit takes the newest ones, and 0 or less all; -json prints an object a line', async (t) => {
  const space = await layLists(t)
  for (const [limit, count] of [
    ['1', 1],
    ['2', 2],
    ['0', 3],
    ['-5', 3],
    ['99', 3],
  ] as const) {
    const words = ['ls', '-failed', '-limit', limit, '-json', `-o=${space.out}`]
    const { code, stdout } = await runCli(words, space)
    assert.equal(code, 0)
    const told = stdout
      .trim()
      .split('\n')
      .map((line): unknown => JSON.parse(line))
    const expected = LISTS.toReversed().slice(0, count)
    assert.deepEqual(
      told,
      expected.map(([fileName, time, taskId]) => ({
        version: 1,
        fileName,
        modTime: new Date(time).toISOString(),
        taskId,
      })),
    )
  }
})

test('without -failed, with a word too many or a bad limit it exits 3; without a folder 2', async (t) => {
  const space = await layLists(t)
  for (const [words, code, error] of [
    [['ls'], 3, /^Error: ls without -failed is not supported\n.+ obsutil ls -failed\n$/],
    [['ls', 'obs://bucket'], 3, /^Error: ls without -failed/],
    [['ls', '-failed=false'], 3, /^Error: ls without -failed/],
    [['ls', '-failed', 'obs://bucket'], 3, /^Error: Invalid args \[obs:\/\/bucket\] of ls\n/],
    [['ls', '-failed', '-limit=x'], 3, /^Error: invalid value "x" for flag -limit: parse error\n/],
    [
      ['ls', '-failed', '-s'],
      3,
      /^Error: flag provided but not defined: -s\nSee 'obsutil help ls'/,
    ],
    [['ls', '-failed', `-o=${space.root}/none`], 2, /^Error: There is no folder of lists \[/],
    [['ls', '-failed'], 2, /^Error: There is no folder of lists \[.+\/\.obsutil_output\]\n/],
    [['tasks'], 2, /^Error: There is no folder of lists \[.+\/\.obsutil_output\]\n/],
    [['tasks', 'one', 'two'], 3, /^Error: Invalid args \[two\] of tasks\n/],
    [['tasks', '-limit=1.5'], 3, /^Error: invalid value "1.5" for flag -limit/],
  ] as const) {
    const run = await runCli(words, space)
    assert.deepEqual([run.code, run.stdout], [code, ''], words.join(' '))
    assert.match(run.stderr, error)
  }
})

test('a folder without lists is listed as such', async (t) => {
  const space = await makeWorkspace(t)
  const lists = await runCli(['ls', '-failed', `-o=${space.out}`], space)
  assert.match(
    lists.stdout,
    /^FileName +ModTime +TaskId\nGet 0 last modified failed report files\.\n$/,
  )
  const tasks = await runCli(['tasks', `-o=${space.out}`], space)
  assert.deepEqual([tasks.code, tasks.stdout], [0, ''])
  assert.equal(tasks.stderr, `There are no failure lists in [${space.out}]\n`)
})

async function layLists(t: Parameters<typeof makeWorkspace>[0]): Promise<Workspace> {
  const space = await makeWorkspace(t)
  for (const [name, time] of LISTS) {
    await writeFile(join(space.out, name), '')
    await utimes(join(space.out, name), new Date(time), new Date(time))
  }
  await mkdir(join(space.out, `cp_failed_report_20200101000000_${TWO}.txt`))
  await symlink('/nowhere', join(space.out, `cp_failed_report_20200102000000_${TWO}.txt`))
  await writeFile(join(space.out, `cp_succeed_report_20200101000000_${TWO}.txt`), '')
  return space
}
