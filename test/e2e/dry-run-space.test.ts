/** The room that the plan of `-dryRun` says is needed, and what is in the way on the disk. */
import assert from 'node:assert/strict'
import { chmod, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { folderOnAnotherDisk } from './support/another-disk.ts'
import { runAsNobody } from './support/as-nobody.ts'
import { dryRun, planOf } from './support/dry-run.ts'
import { killHalfway, largeBody, PART_FLAGS } from './support/parts.ts'
import { failureOf, readFailures } from './support/reported-failure.ts'
import { withSmallDisk } from './support/small-disk.ts'
import { prepareTask } from './support/task-bench.ts'

const KB = 1024
const MB = 1024 * KB
const objectsOf = (...sizes: readonly number[]) =>
  sizes.map((sizeBytes, at) => ({ key: `${at}.bin`, body: generated(sizeBytes, at) }))

test('of temp files on another disk the largest -j count there, and all files at the destination', async (t) => {
  const bench = await prepareTask(t, { objects: objectsOf(400 * KB, 200 * KB, 800 * KB, 100) })
  const elsewhere = await folderOnAnotherDisk(t, bench.space.dest)
  if (elsewhere === undefined) return
  // It is made by the run.
  const tempFolder = join(elsewhere, 'not', 'there')

  const { code, plan } = await dryRun(bench, [
    '-j=2',
    '-threshold=100KB',
    `-tempFileDir=${tempFolder}`,
  ])

  assert.equal(code, 0)
  const needs = plan.slice(plan.indexOf('space needed, at most:') + 1)
  assert.equal(needs.length, 2)
  const text = needs.join('\n')
  assert.match(text, /^1\.17MB on \/dev\/shm, free: /m)
  assert.match(text, /^1\.37MB on \//m)
})

for (const folder of ['tmp', 'dest'] as const) {
  test(`too little room in the ${folder} folder is told with what is missing, and the run finds it so`, async (t) => {
    const bench = await prepareTask(t, { objects: objectsOf(2 * MB) })
    const { space } = bench
    const flags = ['-threshold=1MB']

    await onSmallDisk(t, space[folder], async () => {
      const { code, plan } = await dryRun(bench, flags)

      assert.equal(code, 0)
      const text = plan.join(' ')
      assert.ok(
        text.includes(`2.00MB on ${space[folder]}, free: 1.00MB, not enough: 1.00MB more needed`),
        text,
      )
      assert.equal((await bench.run({ flags })).code, 8)
      assert.equal((await failureOf(space, '0.bin')).code, 'NoSpaceError')
    })
  })
}

test('a file on the same disk as its temp file needs its room once, less what is there already', async (t) => {
  const large = { key: 'large.bin', body: largeBody(1) }
  const bench = await prepareTask(t, { objects: [large] })
  await onSmallDisk(t, bench.space.dest, async () => {
    const flags = [...PART_FLAGS, `-tempFileDir=${bench.space.dest}`]
    const { plan } = await dryRun(bench, flags)
    assert.match(plan.at(-1) ?? '', /^60\.00KB on /)
  })
})

test('what a killed run left on another disk is not needed there again, but its copy is', async (t) => {
  const large = { key: 'large.bin', body: largeBody(1) }
  const bench = await prepareTask(t, { objects: [large] })
  await onSmallDisk(t, bench.space.tmp, async () => {
    await killHalfway(bench, [large.key])
    const text = (await dryRun(bench, PART_FLAGS)).plan.join(' ')
    assert.ok(text.includes(`40.47KB on ${bench.space.tmp}, free: `), text)
    assert.match(text, / 60\.00KB on \//)
  })
})

test('a temp file that is of no use is deleted first, and so its room counts', async (t) => {
  const large = { key: 'large.bin', body: largeBody(1) }
  const bench = await prepareTask(t, { objects: [large] })
  await killHalfway(bench, [large.key])
  await rm(join(bench.space.cpd, 'down'), { recursive: true })
  const need = /^(\d+)\.00KB on /.exec((await dryRun(bench, PART_FLAGS)).plan.at(-1) ?? '')
  // It has two parts of six, and some bytes of two others, in whole blocks.
  assert.ok(Number(need?.[1]) <= 40, need?.[0])
  assert.ok(Number(need?.[1]) >= 16, need?.[0])
})

test('a destination on a disk that cannot be written to fails as it would', async (t) => {
  const objects = [
    { key: 'sub/file', body: generated(10, 1) },
    { key: 'new/', body: generated(0, 1) },
  ]
  const bench = await prepareTask(t, { objects })
  const { space } = bench

  await onSmallDisk(t, space.dest, async (disk) => {
    await disk.makeReadOnly()

    const { code, plan } = await dryRun(bench, [])

    assert.equal(code, 8)
    assert.deepEqual(plan.slice(0, 2), ['Plan: nothing to fetch', 'cannot succeed: 2 items'])
    assert.match(plan.join(' '), / 2 {2}EROFS: .* this user may not write there$/)
    const told = await readFailures(space)
    assert.deepEqual(
      [...told.values()].map(({ code: failure, message }) => [failure, message]),
      Array.from({ length: 2 }, () => [
        'EROFS',
        `Cannot write into the folder [${space.dest}]: the file system is read-only`,
      ]),
    )
  })
})

test('a folder that the user may not write into fails what goes there, and nothing else', async (t) => {
  const objects = ['closed/in', 'open/in'].map((key) => ({ key, body: generated(10, 1) }))
  const bench = await prepareTask(t, { objects })
  const { space, taskId, destinationOf } = bench
  for (const name of ['closed', 'open']) await mkdir(destinationOf(name))
  await chmod(destinationOf('closed'), 0o555)
  const folders = [`-o=${space.out}`, `-cpd=${space.cpd}`, `-tempFileDir=${space.tmp}`]

  const run = await runAsNobody(t, space, ['cp', `-recover=${taskId}`, '-f', '-dryRun', ...folders])
  if (run === undefined) return

  assert.equal(run.code, 8)
  const plan = planOf(run)
  assert.deepEqual(plan.slice(0, 4), [
    'Plan: 1 item, 10B to fetch',
    'directly  1 item  10B',
    'cannot succeed: 1 item',
    '1  EACCES: Cannot write into the folder',
  ])
})

test('part records that cannot be kept fail all objects, for none could be locked', async (t) => {
  const bench = await prepareTask(t, { objects: objectsOf(10, 20) })
  await onSmallDisk(t, bench.space.cpd, async (disk) => {
    await disk.makeReadOnly()
    const { code, plan } = await dryRun(bench, [])
    assert.equal(code, 8)
    assert.match(plan.join(' '), /^Plan: nothing to fetch cannot succeed: 2 items 2 {2}EROFS: /)
  })
})

type Deed = Parameters<typeof withSmallDisk>[2]

/** A disk of one megabyte; skips the test where nothing can be mounted. */
async function onSmallDisk(t: TestContext, folder: string, deed: Deed): Promise<void> {
  const result = await withSmallDisk(folder, 1, deed)
  if (result === 'cannot mount') t.skip('mounting a small disk takes root')
}
