import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { failureListName, formatFailureList } from '../../support/failure-list.ts'
import { listTree, makeWorkspace } from '../../support/workspace.ts'

const TASK_ID = '1aa93d04-46fb-4883-890e-90c28591dccf'
const TIME = new Date('2026-11-22T18:55:56.870Z')

function line(text: string): string {
  return `2024-01-02T03:04:05Z ${text}\n`
}

function numbered(n: number): string {
  return line(`item ${n}`).trim()
}

test('`formatFailureList()` writes what the official tool writes', () => {
  const item = { bucket: 'b', key: 'p/drop.bin', destination: '/d/drop.bin' }
  const items = [
    { ...item, size: '48.83KB' },
    { ...item, versionId: 'v1' },
  ]
  assert.equal(
    formatFailureList({ items, time: TIME, by: 'recover' }),
    `2026-11-22T18:55:56Z Start at 2026-11-22 18:55:56.87 +0000 UTC

2026-11-22T18:55:56Z [src size, src --> dst, cost(ms), status code, error code, error message, request id]
2026-11-22T18:55:56Z 48.83KB, obs://b/p/drop.bin --> /d/drop.bin, cost [111], status [0], error code [], error message [unexpected EOF], request id [REQ000000012]
2026-11-22T18:55:56Z n/a, obs://b/p/drop.bin?versionId=v1 --> /d/drop.bin, n/a, status [404], error code [], error message [], request id [REQ000000071]
2026-11-22T18:55:56Z Failed count is: 2/2
2026-11-22T18:55:56Z End at 2026-11-22 18:55:56.87 +0000 UTC, cost [4066]
`,
  )
})

test('`formatFailureList()` names the first column by the command', () => {
  const text = formatFailureList({ items: [], time: new Date('2024-01-01T00:00:00Z'), by: 'cp' })
  assert.match(text, /^2024-01-01T00:00:00Z Start at 2024-01-01 00:00:00 \+0000 UTC\n\n/)
  assert.match(text, /Z \[object size, /)
})

test('`failureListName()` has the UTC time and the task id', () => {
  assert.equal(failureListName(TIME, TASK_ID), `cp_failed_report_20261122185556_${TASK_ID}.txt`)
})

test('`makeWorkspace()` makes folders that are gone after the test', async (t) => {
  let root = ''
  await t.test('inner', async (inner) => {
    const workspace = await makeWorkspace(inner)
    root = workspace.root
    assert.deepEqual(await listTree(root), ['cpd/', 'dest/', 'home/', 'out/', 'tmp/'])
  })
  assert.equal(existsSync(root), false)
})

test('`writeConfig()` writes a private file with the test credentials under what is given', async (t) => {
  const workspace = await makeWorkspace(t)
  const path = await workspace.writeConfig({ endpoint: 'http://127.0.0.1:1', sk: 'other' })
  assert.equal(path, join(workspace.home, '.obsutilconfig'))
  const text = await readFile(path, 'utf8')
  assert.equal(text, 'ak=TESTACCESSKEY0000001\nsk=other\nendpoint=http://127.0.0.1:1\n')
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('`readReports()` gives the item lines of the lists that were not laid down', async (t) => {
  const workspace = await makeWorkspace(t)
  const laidDown = { bucket: 'b', key: 'k', destination: '/d/k' }
  await workspace.writeFailureList({ items: [laidDown], taskId: 'laid-down', time: TIME })
  const write = (name: string, ...lines: readonly string[]) =>
    writeFile(join(workspace.out, name), lines.map(line).join(''))
  const header = '[src size, src --> dst, warn message]'
  const start = 'Start at 2024-01-02 03:04:05 +0000 UTC'
  await write('cp_failed_report_1_one.txt', start, header, 'item 1', 'Failed count is: 1/1')
  await write('cp_failed_report_2_two.txt', 'item 2', 'End at 2024')
  await write('cp_succeed_report_1_one.txt', 'item 3', 'Succeed bytes is: 1B/1B')
  await write('cp_warning_report_1_one.txt', 'item 4', 'Warning count is: 1')

  const all = await workspace.readReports()
  assert.deepEqual(all.failed, [numbered(1), numbered(2)])
  assert.deepEqual(all.succeed, [numbered(3)])
  assert.deepEqual(all.warning, [numbered(4)])
  assert.equal(all.files.length, 5)
  assert.deepEqual((await workspace.readReports('two')).failed, [numbered(2)])
})

test('`listTree()` lists files, folders and links', async (t) => {
  const { dest } = await makeWorkspace(t)
  await mkdir(join(dest, 'b/c'), { recursive: true })
  await writeFile(join(dest, 'b/file'), '')
  await symlink('nowhere', join(dest, 'a'))
  assert.deepEqual(await listTree(dest), ['a', 'b/', 'b/c/', 'b/file'])
})
