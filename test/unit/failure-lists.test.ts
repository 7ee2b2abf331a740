import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  findFailureLists,
  streamFailureLists,
  type ListedRecord,
} from '../../src/adapters/failure-lists.ts'
import { AppError, type Fault } from '../../src/core/errors.ts'

const TASK = '1aa93d04-46fb-4883-890e-90c28591dccf'
const AT = '2026-11-22T18:55:56Z'
const TAIL = 'cost [4], status [403], error code [A], error message [m], request id [R]'

function line(key: string, destination = `/d/${key}`): string {
  return `${AT} 1B, obs://b/${key} --> ${destination}, ${TAIL}`
}

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'obsutil-lists-'))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

async function collect(lists: ReturnType<typeof streamFailureLists>) {
  const all: ListedRecord[] = []
  for await (const records of lists) all.push(...records)
  return all
}

async function recordsOf(
  t: TestContext,
  text: string | Uint8Array,
): Promise<readonly ListedRecord[]> {
  const path = join(await folder(t), 'list.txt')
  await writeFile(path, text)
  return collect(streamFailureLists([path]))
}

/** Items as `source --> destination`, other records as their kind and text. */
function inShort(record: ListedRecord): string {
  if (record.kind !== 'item') return `${record.kind}: ${record.text}`
  const { bucket, key, versionId, destination } = record.item
  return `${bucket}/${key}${versionId === undefined ? '' : `@${versionId}`} --> ${destination}`
}

async function read(t: TestContext, ...lines: readonly string[]): Promise<readonly string[]> {
  return (await recordsOf(t, lines.join('\n'))).map(inShort)
}

async function captured(path: string): Promise<readonly string[]> {
  const url = new URL(`../fixtures/golden/${path}`, import.meta.url)
  return (await collect(streamFailureLists([url.pathname]))).map(inShort)
}

function isFault(fault: Fault, pattern: RegExp) {
  return (error: unknown) =>
    error instanceof AppError && error.fault === fault && pattern.test(error.message)
}

test('`findFailureLists()` gives the lists of the task, the oldest first, and nothing else', async (t) => {
  const out = await folder(t)
  const name = `cp_failed_report_20260102000000_${TASK}.txt`
  const earlier = `cp_failed_report_20260101000000_${TASK}.txt`
  const others = [
    `${name}~bak`,
    `${name}.x`,
    `x${name}`,
    `sync_failed_report_20260102000000_${TASK}.txt`,
    `cp_succeed_report_20260102000000_${TASK}.txt`,
    `cp_failed_report_20260102000000_${TASK.replace('1', '2')}.txt`,
    `cp_failed_report_20260102000000_x${TASK}.txt`,
    `cp_failed_report__${TASK}.txt`,
  ]
  for (const file of [...others, name, `${name}.10`, `${name}.2`, `${name}.1`, earlier]) {
    await writeFile(join(out, file), '')
  }
  await mkdir(join(out, 'sub'))
  await writeFile(join(out, 'sub', name), '')
  await mkdir(join(out, `${name}.3`))
  await symlink(join(out, 'sub', name), join(out, `${name}.4`))
  const found = await findFailureLists(out, TASK)
  assert.deepEqual(
    found.map((path) => basename(path)),
    [earlier, `${name}.1`, `${name}.2`, `${name}.4`, `${name}.10`, name],
  )
})

const noTask = isFault('no-task', /^Cannot find any failed-record file for task id \[.*\]!$/)

test('`findFailureLists()` finds no task in a folder without its lists, a file or nothing', async (t) => {
  const out = await folder(t)
  await writeFile(join(out, 'file'), '')
  for (const path of [out, join(out, 'file'), join(out, 'missing')]) {
    await assert.rejects(findFailureLists(path, TASK), noTask)
  }
})

for (const id of [
  '',
  '.*',
  TASK.slice(1),
  `${TASK}0`,
  `${TASK.slice(0, -2)}.*`,
  `${TASK.slice(1)}/`,
]) {
  test(`\`findFailureLists()\` knows that [${id}] is no task`, async (t) => {
    const out = await folder(t)
    await writeFile(join(out, `cp_failed_report_20260102000000_${TASK}.txt`), '')
    await assert.rejects(findFailureLists(out, id), noTask)
  })
}

test('`findFailureLists()` refuses a list that anybody may write to', async (t) => {
  const out = await folder(t)
  const path = join(out, `cp_failed_report_20260102000000_${TASK}.txt`)
  await writeFile(path, '')
  await chmod(path, 0o666)
  await assert.rejects(
    findFailureLists(out, TASK),
    isFault('execute', /cp_failed_report_.*\.txt\]/),
  )
  await assert.rejects(collect(streamFailureLists([path])), isFault('execute', /Anybody/))
})

test('`findFailureLists()` refuses a list that cannot be opened', async (t) => {
  const out = await folder(t)
  await symlink('nowhere', join(out, `cp_failed_report_20260102000000_${TASK}.txt`))
  await assert.rejects(
    findFailureLists(out, TASK),
    isFault('execute', /Cannot read the list .*ENOENT/),
  )
})

test('`streamFailureLists()` reads the 24 names of w1-cp, the one with a line feed too', async () => {
  const records = await captured(
    'w1-cp/cp_failed_report_20261122185814_f701bb0a-a4cc-47db-920e-2c0848c49c7e.txt',
  )
  assert.equal(records.length, 24)
  for (const name of [
    'nl\nline.txt',
    'arrow --> x.txt',
    'comma, in name.txt',
    'Z 1, z.txt',
    'trail ',
  ]) {
    assert.ok(records.includes(`bucket-w/w/${name} --> /data/w/deep/dest/w/${name}`), name)
  }
})

test('`streamFailureLists()` reads one item and none that a server put into its message', async () => {
  assert.deepEqual(
    await captured(
      'z-inject1/cp_failed_report_20261122191158_a712b741-1e3a-49eb-8318-f669c5725978.txt',
    ),
    ['bucket-a/p/ok1.txt --> /data/m1/ok1.txt'],
  )
  assert.deepEqual(
    await captured(
      'g-errmsg/cp_failed_report_20261122190450_34f82c60-6515-4169-868c-d83179adc57f.txt',
    ),
    ['bucket-a/p/ok1.txt --> /data/m1/ok1.txt'],
  )
})

const lists = [
  ['mixed1/cp_failed_report_20260101000000_mixed1.txt', 7],
  ['a1-cp-faults/cp_failed_report_20261122185556_1aa93d04-46fb-4883-890e-90c28591dccf.txt', 4],
  ['w2-recover/cp_failed_report_20261122185814_b833c623-d564-4e5c-a297-713b79bf9433.txt', 5],
  ['e-abort401/cp_failed_report_20261122190239_d4a0292f-3e4e-4816-afce-bd005081a651.txt', 10],
  ['d-version/cp_failed_report_20261122190235_3481fad1-ba69-4d38-a42d-aa05b249f831.txt', 1],
] as const

for (const [path, count] of lists) {
  test(`\`streamFailureLists()\` reads all ${count} items of ${path}`, async () => {
    const records = await captured(path)
    assert.equal(records.length, count)
    assert.ok(records.every((record) => / --> \/data\//.test(record)))
  })
}

test('`streamFailureLists()` gives uploads, copies and what it cannot read in their places', async (t) => {
  const upload = `${AT} 1B, /up --> obs://b/up, ${TAIL}`
  const copy = `${AT} 1B, obs://a/c --> obs://b/c, ${TAIL}`
  const torn = line('torn').slice(0, 50)
  assert.deepEqual(await read(t, line('k1'), upload, copy, torn, line('k2'), 'words', line('k3')), [
    'b/k1 --> /d/k1',
    `upload: ${upload}`,
    `copy: ${copy}`,
    `unreadable: ${torn}`,
    'b/k2 --> /d/k2',
    'unreadable: words',
    'b/k3 --> /d/k3',
  ])
})

test('`streamFailureLists()` reads a last line without a line feed, a byte order mark and CRLF', async (t) => {
  const crlf = await recordsOf(t, `\uFEFF${line('k1')}\r\n\r\n${line('a\r\nb')}\r\n${line('k2')}`)
  assert.deepEqual(crlf.map(inShort), ['b/k1 --> /d/k1', 'b/a\nb --> /d/a\nb', 'b/k2 --> /d/k2'])
  assert.deepEqual(
    crlf.map((record) => record.lineNumber),
    [1, 3, 6],
  )
})

test('`streamFailureLists()` ends a line at nothing but a line feed', async (t) => {
  const key = 'a\u2028b\u0085c\rd\u000Be'
  assert.deepEqual(await read(t, line(key)), [`b/${key} --> /d/${key}`])
})

test('`streamFailureLists()` calls a line unreadable that is not UTF-8, and only that', async (t) => {
  const bytes = Buffer.concat([
    Buffer.from(`${line('k1')}\n${AT} 1B, obs://b/`),
    Buffer.from([0xff]),
    Buffer.from(` --> /d/x, ${TAIL}\n${line('\uFFFD')}\n`),
  ])
  const records = (await recordsOf(t, bytes)).map(inShort)
  assert.equal(records[0], 'b/k1 --> /d/k1')
  assert.match(records[1] ?? '', /^unreadable: .*obs:\/\/b\/\uFFFD --> \/d\/x/)
  assert.equal(records[2], 'b/\uFFFD --> /d/\uFFFD')
})

test('`streamFailureLists()` reads lines of any length across its reads, but none over a megabyte', async (t) => {
  const long = line('x'.repeat(400_000))
  const tooLong = line('y'.repeat(1_200_000))
  const records = await recordsOf(t, [line('k1'), long, tooLong, line('k2'), tooLong].join('\n'))
  assert.deepEqual(
    records.map((record) => [record.kind, record.lineNumber]),
    [
      ['item', 1],
      ['item', 2],
      ['unreadable', 3],
      ['item', 4],
      ['unreadable', 5],
    ],
  )
  assert.ok(records.every((record) => record.kind === 'item' || record.text.length <= 65_536))
})

test('`streamFailureLists()` reads many lines, some split between two reads, without losing one', async (t) => {
  const keys = Array.from({ length: 5000 }, (_, index) => `${index}-${'é'.repeat(index % 97)}`)
  const records = await read(t, ...keys.map((key) => line(key)))
  assert.deepEqual(
    records,
    keys.map((key) => `b/${key} --> /d/${key}`),
  )
})
