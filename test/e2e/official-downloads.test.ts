import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { md5Of } from '../support/test-bytes.ts'
import {
  alter,
  assertArrived,
  assertCleared,
  COMPOUND_ETAG,
  LEFT_KEY as KEY,
  logOf,
  officialTask,
} from './support/official-task.ts'
import { joined } from '../support/joined-ranges.ts'
import { largeBody, LARGE_BYTES, PART_BYTES, PART_FLAGS, rangesAsked } from './support/parts.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const WHOLE = [{ start: 0, end: LARGE_BYTES }]
const REST = [{ start: 2 * PART_BYTES, end: LARGE_BYTES }]

for (const { name, complete, missing } of [
  { name: 'its first two parts', complete: [1, 2], missing: REST },
  {
    name: 'parts with a gap between them',
    complete: [1, 3, 6],
    missing: [
      { start: PART_BYTES, end: 2 * PART_BYTES },
      { start: 3 * PART_BYTES, end: 5 * PART_BYTES },
    ],
  },
  { name: 'all of its parts', complete: [1, 2, 3, 4, 5, 6], missing: [] },
  { name: 'none of its parts', complete: [], missing: WHOLE },
]) {
  test(`cp -recover goes on with a download of which the official tool left ${name}`, async (t) => {
    const { bench, body, leftover } = await officialTask(t, { complete })

    const { code, stderr } = await bench.run({ flags: PART_FLAGS })

    assert.equal(stderr, '')
    assert.equal(code, 0)
    assert.deepEqual(joined(rangesAsked(bench, KEY)), missing)
    await assertArrived(bench, body)
    await assertCleared(bench, leftover)
  })
}

for (const { name, folderOf, flags } of [
  {
    name: 'in the folder of -tempFileDir',
    folderOf: ({ space }: TaskBench) => space.tmp,
    flags: [],
  },
  {
    name: 'beside the destination',
    folderOf: ({ space }: TaskBench) => join(space.dest, 'folder'),
    flags: [],
  },
  {
    name: 'anywhere, of an object that is below the threshold now',
    folderOf: ({ space }: TaskBench) => space.tmp,
    flags: ['-threshold=1GB'],
  },
]) {
  test(`cp -recover goes on with a temp file of the official tool ${name}`, async (t) => {
    const { bench, body, leftover } = await officialTask(t, { folderOf })

    const { code } = await bench.run({ flags: [...PART_FLAGS, ...flags] })

    assert.equal(code, 0)
    assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
    await assertArrived(bench, body)
    await assertCleared(bench, leftover)
  })
}

test('cp -recover -vmd5 goes on with a download whose ETag is no MD5 where there is an md5chksum', async (t) => {
  const { bench, body, object, leftover } = await officialTask(t, { etag: COMPOUND_ETAG })
  bench.server.objects.put({
    bucket: BUCKET,
    ...object,
    headers: { 'x-obs-meta-md5chksum': md5Of(body) },
  })

  const { code } = await bench.run({ flags: [...PART_FLAGS, '-vmd5'] })

  assert.equal(code, 0)
  assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
  await assertArrived(bench, body)
  await assertCleared(bench, leftover)
})

for (const { name, headers, etag, flags, config } of [
  { name: 'an ETag that is no MD5', etag: COMPOUND_ETAG },
  {
    name: 'an md5chksum, without -vmd5',
    etag: COMPOUND_ETAG,
    headers: { 'x-obs-meta-md5chksum': md5Of(largeBody(3)) },
  },
  {
    name: 'an md5chksum that is none, with -vmd5',
    etag: COMPOUND_ETAG,
    headers: { 'x-obs-meta-md5chksum': 'none' },
    flags: ['-vmd5'],
  },
  {
    name: 'an ETag like an MD5 of an object that the store encrypts',
    headers: { 'x-obs-server-side-encryption': 'kms' },
  },
  { name: 'an ETag like an MD5 and checkETagMd5=false', config: { checkETagMd5: 'false' } },
] satisfies readonly Unprovable[] as readonly Unprovable[]) {
  test(`cp -recover starts afresh where only this could prove what the official tool left: ${name}`, async (t) => {
    const { bench, body, leftover, object } = await officialTask(t, {
      ...(etag !== undefined && { etag }),
      ...(config !== undefined && { config }),
    })
    bench.server.objects.put({ bucket: BUCKET, ...object, ...(headers && { headers }) })
    await alter(leftover.tempPath, 5)

    const { code } = await bench.run({ flags: [...PART_FLAGS, ...(flags ?? [])] })

    assert.equal(code, 0)
    assert.deepEqual(joined(rangesAsked(bench, KEY)), WHOLE)
    await assertArrived(bench, body)
    await assertCleared(bench, leftover)
    assert.match(await logOf(bench), /starting afresh: nothing would prove its bytes; -vmd5 does/)
  })
}

test('cp -recover -vmd5 starts afresh, and does not fail, where the official tool’s parts are wrong', async (t) => {
  const { bench, body, object, leftover } = await officialTask(t, { etag: COMPOUND_ETAG })
  bench.server.objects.put({
    bucket: BUCKET,
    ...object,
    headers: { 'x-obs-meta-md5chksum': md5Of(body) },
  })
  await alter(leftover.tempPath, 0)

  const { code } = await bench.run({ flags: [...PART_FLAGS, '-vmd5'] })

  assert.equal(code, 0)
  await assertArrived(bench, body)
  await assertCleared(bench, leftover)
  assert.match(await logOf(bench), /parts that the official tool left .* is not the object's/)
})

test('cp -recover finds out that the official tool’s parts are wrong and starts afresh in the same run', async (t) => {
  const { bench, body, leftover } = await officialTask(t, {})
  await alter(leftover.tempPath, PART_BYTES + 1)

  const { code, stdout } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0)
  assert.match(stdout, /Succeed count: +1 +Failed count: +0\n/)
  assert.match(stdout, /Succeed bytes: +58\.59KB\n/)
  // What was missing comes twice: to find out, and from the beginning.
  const asked = rangesAsked(bench, KEY).map(({ start }) => start / PART_BYTES)
  assert.deepEqual(asked, [0, 1, 2, 2, 3, 3, 4, 4, 5, 5])
  await assertArrived(bench, body)
  await assertCleared(bench, leftover)
})

test('cp -recover minds no file where the folder of the official tool’s records would be', async (t) => {
  const bench = await prepareTask(t, { objects: [{ key: KEY, body: largeBody() }] })
  await writeFile(join(bench.space.cpd, 'download'), '')

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)
})

test('cp -recover -dryRun touches nothing that the official tool left', async (t) => {
  const { bench, leftover } = await officialTask(t, {})
  const before = [await readFile(leftover.recordPath), await readFile(leftover.tempPath)]

  assert.equal((await bench.run({ flags: [...PART_FLAGS, '-dryRun'] })).code, 0)

  assert.deepEqual([await readFile(leftover.recordPath), await readFile(leftover.tempPath)], before)
})

interface Unprovable {
  readonly name: string
  readonly etag?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly flags?: readonly string[]
  readonly config?: Readonly<Record<string, string>>
}
