/** Limits of a disk other than its size: what may be written at all, and how long a file may be. */
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import test from 'node:test'
import { generated } from '../support/test-bytes.ts'
import { makeBench } from './support/bench.ts'
import { runLimited } from './support/limited-run.ts'
import { failureOf } from './support/reported-failure.ts'
import { withSmallDisk } from './support/small-disk.ts'

const OLD = 'the old file'
const SMALL = { key: 'small', body: generated(5000, 1) }
const LARGE = { key: 'large', body: generated(300_000, 2) }
/** POSIX counts in blocks of 512 bytes. */
const FILES_OF_100_KIB = 'ulimit -f 200'
const IN_PARTS = ['-threshold=200KB', '-ps=64KB']

test('a destination on a disk that is read-only keeps its old file, and the item says why', async (t) => {
  const bench = await makeBench(t)
  const mounted = await withSmallDisk(bench.dest, 1, async (disk) => {
    await writeFile(bench.pathOf(SMALL.key), OLD)
    const taskId = await bench.listObjects(SMALL, LARGE)
    await disk.makeReadOnly()

    await bench.assertExit(await bench.recover(taskId, ...IN_PARTS), 8)

    for (const { key } of [SMALL, LARGE]) {
      const { code, message } = await failureOf(bench, key)
      assert.equal(code, 'EROFS')
      assert.match(message, /the file system is read-only$/)
    }
    assert.equal(await readFile(bench.pathOf(SMALL.key), 'utf8'), OLD)
    assert.deepEqual(await bench.findRemains(), [])
  })
  if (mounted === 'cannot mount') t.skip('a file system of its own cannot be had here')
})

test('a file that would be longer than this user may write fails, keeps the old one, and stops no other', async (t) => {
  const bench = await makeBench(t)
  const direct = { ...LARGE, key: 'direct' }
  const taskId = await bench.listObjects(SMALL, direct)
  const old = bench.pathOf(direct.key)
  await mkdir(dirname(old), { recursive: true })
  await writeFile(old, OLD)

  const code = await runLimited(t, bench, { taskId, limit: FILES_OF_100_KIB })

  assert.equal(code, 8)
  const failure = await failureOf(bench, direct.key)
  assert.equal(failure.code, 'EFBIG')
  assert.match(failure.message, /^Cannot write the temp file \[.+\]: the file is larger than /)
  assert.equal(await readFile(old, 'utf8'), OLD)
  await bench.assertArrived(SMALL)
  assert.deepEqual(await bench.findRemains(), [])
})

test('an object in parts that would be longer than this user may write fails before a part is fetched', async (t) => {
  const bench = await makeBench(t)
  const taskId = await bench.listObjects(LARGE)

  const code = await runLimited(t, bench, {
    taskId,
    limit: FILES_OF_100_KIB,
    flags: IN_PARTS,
  })

  assert.equal(code, 8)
  assert.equal((await failureOf(bench, LARGE.key)).code, 'EFBIG')
  assert.deepEqual(bench.asked(LARGE.key), ['HEAD'])
  assert.deepEqual(await bench.findRemains(), [])
})
