import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { findFailureLists, streamFailureLists } from '../../src/adapters/failure-lists.ts'
import { createReports, type ReportsOptions } from '../../src/adapters/report-files.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Item } from '../../src/core/item.ts'
import type { Failed, Outcome } from '../../src/core/outcome.ts'
import { readLikeOfficialTool } from '../support/official-reader.ts'

const TASK = 'b27039f8-d4fe-4fa7-a254-76da2fe4fc7e'
const STARTED = Date.parse('2026-11-22T18:56:25.276Z')
const ENDED = Date.parse('2026-11-22T18:56:26.290Z')
const FAILED_NAME = `cp_failed_report_20261122185625_${TASK}.txt`

async function reportsIn(t: TestContext, changes: Partial<ReportsOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'obsutil-reports-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const reports = createReports({
    folder,
    taskId: TASK,
    startedAtMs: STARTED,
    now: () => STARTED,
    sizes: 'human',
    maxLogSizeBytes: 1_000_000,
    backups: 10,
    ...changes,
  })
  const list = (kind: string) =>
    readFile(join(folder, `cp_${kind}_report_20261122185625_${TASK}.txt`), 'utf8')
  return { folder, reports, list }
}

function item(name: string): Item {
  const destination = `/data/m1/${name}`
  return {
    bucket: 'bucket-a',
    key: `p/${name}`,
    versionId: undefined,
    destination,
    listedSize: undefined,
  }
}

function failed(name: string): Failed {
  const answer = { sizeBytes: undefined, costMs: undefined, status: 404, requestId: 'REQ000000071' }
  return { kind: 'failed', item: item(name), code: '', message: '', ...answer }
}

function done(name: string, sizeBytes = 10): Outcome {
  const answer = { sizeBytes, costMs: 3, status: 200, requestId: 'R' }
  return {
    kind: 'succeeded',
    item: item(name),
    md5: undefined,
    checks: [],
    fetchedBytes: 0,
    ...answer,
  }
}

const untried = { sizeBytes: 10, costMs: undefined, status: undefined, requestId: undefined }
const unwritable = (error: unknown) =>
  error instanceof AppError && error.fault === 'execute' && error.message.includes(FAILED_NAME)

test('the failed list is byte for byte that of the official tool', async (t) => {
  const { reports, list } = await reportsIn(t)
  await reports.add(failed('notexist.txt'))
  for (const name of ['a', 'b', 'c', 'd', 'e']) await reports.add(done(name))
  await reports.add({
    ...failed('badmd5.txt'),
    sizeBytes: 10,
    costMs: 1003,
    status: 0,
    message:
      'VerifyMd5Error, detail:Verify md5 failed after downloading file [/data/m1/badmd5.txt], local md5 [66d49e4e10a32f71713c60d9f5866ad7] remote md5 [795f3202b17cb6bc3d4b771d8c6c9eaf]',
    requestId: 'REQ000000074',
  })
  await reports.finish({ endedAtMs: ENDED })
  const url = new URL(`../fixtures/golden/c-vmd5-mixed/${FAILED_NAME}`, import.meta.url)
  const golden = (await readFile(url, 'utf8'))
    // The clock here has milliseconds only, and the second failure was a second later there.
    .replace('.276898974', '.276')
    .replace('.291087231', '.29')
    .replace('T18:56:26Z 10B', 'T18:56:25Z 10B')
    .replace('/ne.txt', '/notexist.txt')
  assert.equal(await list('failed'), golden)
})

test('the succeed list begins and ends as that of the official tool', async (t) => {
  const { reports, list } = await reportsIn(t)
  await reports.add(done('a', 30_000))
  await reports.add({ kind: 'unchanged', item: item('b'), ...untried })
  await reports.add({ kind: 'dry-run', item: item('c'), ...untried })
  await reports.add({ kind: 'left-out', item: item('d') })
  await reports.add({ ...failed('e'), sizeBytes: 14 })
  await reports.finish({ endedAtMs: ENDED })
  const lines = (await list('succeed')).split('\n')
  assert.deepEqual(lines.slice(0, 3), [
    '2026-11-22T18:56:25Z Start at 2026-11-22 18:56:25.276 +0000 UTC',
    '',
    '2026-11-22T18:56:25Z [src size, md5 value, src --> dst, cost(ms), status code, success message, request id]',
  ])
  assert.deepEqual(lines.slice(-4), [
    '2026-11-22T18:56:26Z Succeed count is: 3/4',
    '2026-11-22T18:56:26Z Succeed bytes is: 29.31KB/29.33KB',
    '2026-11-22T18:56:26Z End at 2026-11-22 18:56:26.29 +0000 UTC, cost [1014]',
    '',
  ])
  assert.equal(lines.length, 10)
})

test('the warning list has a header and a count, but no start and no end', async (t) => {
  const { reports, list } = await reportsIn(t)
  await reports.warn({ kind: 'item', item: item('k'), sizeBytes: 10, message: 'no md5' })
  await reports.warn({ kind: 'line', text: 'a line\nof a list' })
  await reports.finish({ endedAtMs: ENDED })
  assert.equal(
    await list('warning'),
    [
      '2026-11-22T18:56:25Z [src size, src --> dst, warn message]',
      '2026-11-22T18:56:25Z 10B, obs://bucket-a/p/k --> /data/m1/k, warn message [no md5]',
      '2026-11-22T18:56:25Z a line of a list',
      '2026-11-22T18:56:26Z Warning count is: 2',
      '',
    ].join('\n'),
  )
})

test('a list is made with its first line, readable for nobody else, and no other list', async (t) => {
  const { folder, reports } = await reportsIn(t)
  await reports.add({ kind: 'left-out', item: item('k') })
  assert.deepEqual(await readdir(folder), [])
  await reports.add(failed('k'))
  assert.deepEqual(await readdir(folder), [FAILED_NAME])
  const { mode } = await stat(join(folder, FAILED_NAME))
  assert.equal(mode & 0o777 & ~0o640, 0)
  await reports.finish({ endedAtMs: ENDED })
  assert.deepEqual(await readdir(folder), [FAILED_NAME])
})

test('`add()` resolves when the line is in the file, and lines keep their order', async (t) => {
  const { reports, list } = await reportsIn(t)
  const names = Array.from({ length: 500 }, (_, index) => `k${index}`)
  await Promise.all(names.map((name) => reports.add(failed(name))))
  await reports.add(failed('last'))
  const entries = readLikeOfficialTool(await list('failed'))
  assert.deepEqual(
    entries.map(({ key }) => key),
    [...names, 'last'].map((name) => `p/${name}`),
  )
  await reports.finish({ endedAtMs: ENDED })
})

test('our failed list is read back by us whole, whatever is in it, and by the official tool', async (t) => {
  const { folder, reports, list } = await reportsIn(t, { maxLogSizeBytes: 700 })
  const names = ['plain.txt', 'sub/deep/x', 'a\nb', 'q?versionId=1', 'x --> /y', 'half \uD800', 'é']
  for (const name of names) await reports.add({ ...failed(name), message: 'oops\n], n/a' })
  await reports.finish({ endedAtMs: ENDED })
  const read: Item[] = []
  for await (const records of streamFailureLists(await findFailureLists(folder, TASK))) {
    for (const record of records) {
      assert.equal(record.kind, 'item')
      if (record.kind === 'item') read.push(record.item)
    }
  }
  assert.deepEqual(read, names.map(item))
  const [first] = readLikeOfficialTool(await readFile(join(folder, `${FAILED_NAME}.1`), 'utf8'))
  assert.equal(first?.destination, '/data/m1/plain.txt')
  assert.match(await list('failed'), /Failed count is: 7\/7\n.* End at .*\n$/)
})

test('a full list goes on in a new file without header, and the last one grows beyond the limit', async (t) => {
  const { folder, reports, list } = await reportsIn(t, { maxLogSizeBytes: 400, backups: 2 })
  const names = Array.from({ length: 20 }, (_, index) => `k${index}`)
  await Promise.all(names.map((name) => reports.add(failed(name))))
  await reports.finish({ endedAtMs: ENDED })
  assert.deepEqual((await readdir(folder)).toSorted(), [
    FAILED_NAME,
    `${FAILED_NAME}.1`,
    `${FAILED_NAME}.2`,
  ])
  const texts = await Promise.all(
    [1, 2].map((turn) => readFile(join(folder, `${FAILED_NAME}.${turn}`), 'utf8')),
  )
  assert.ok(texts.every((text) => text.length <= 400 && text.endsWith(']\n')))
  const all = [...texts, await list('failed')].join('')
  assert.equal(all.split('Start at').length, 2)
  assert.equal(readLikeOfficialTool(all).length, 20)
})

test('a line that is longer than a file may be still gets one', async (t) => {
  const { folder, reports } = await reportsIn(t, { maxLogSizeBytes: 10 })
  for (const name of ['k1', 'k2', 'k3']) await reports.add(failed(name))
  assert.deepEqual((await readdir(folder)).toSorted(), [
    FAILED_NAME,
    `${FAILED_NAME}.1`,
    `${FAILED_NAME}.2`,
  ])
  await reports.finish({ endedAtMs: ENDED })
})

test('a list that cannot be written rejects `add()` and `finish()`', async (t) => {
  const { folder, reports, list } = await reportsIn(t)
  await rm(folder, { recursive: true })
  await assert.rejects(reports.add(failed('k')), unwritable)
  await assert.rejects(reports.finish({ endedAtMs: ENDED }), unwritable)
  await assert.rejects(list('failed'), { code: 'ENOENT' })
})

test('a list is never written over a file that is there', async (t) => {
  const { folder, reports, list } = await reportsIn(t)
  await writeFile(join(folder, FAILED_NAME), 'precious')
  await assert.rejects(reports.add(failed('k')), unwritable)
  assert.equal(await list('failed'), 'precious')
})

test('one list that cannot be written keeps no other from being finished, and says so at the end', async (t) => {
  const { folder, reports, list } = await reportsIn(t)
  await writeFile(join(folder, FAILED_NAME), '')
  await assert.rejects(reports.add(failed('k')), unwritable)
  await reports.add(done('k'))
  await rm(join(folder, FAILED_NAME))
  await reports.add(failed('k2'))
  await assert.rejects(reports.finish({ endedAtMs: ENDED }), unwritable)
  assert.match(await list('succeed'), /End at/)
  assert.match(await list('failed'), /Start at[^]*obs:\/\/bucket-a\/p\/k2 [^]*End at/)
})
