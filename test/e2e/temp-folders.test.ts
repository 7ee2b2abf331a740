import assert from 'node:assert/strict'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { assertFileHolds } from '../support/test-bytes.ts'
import { listTree } from '../support/workspace.ts'
import { folderOnAnotherDisk } from './support/another-disk.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  holdPartsFrom,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  partsRecorded,
  rangesAsked,
} from './support/parts.ts'
import { prepareTask } from './support/task-bench.ts'

const KEY = 'folder/large.bin'
const OBJECT = { key: KEY, body: largeBody(1) }
const REST = [{ start: 2 * PART_BYTES, end: LARGE_BYTES }]

test('cp -recover -tempFileDir=<on another disk> delivers the whole file with the mode of a new one', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const elsewhere = await folderOnAnotherDisk(t, bench.space.dest)
  if (elsewhere === undefined) return

  const { code } = await bench.run({ flags: [...PART_FLAGS, `-tempFileDir=${elsewhere}`] })

  assert.equal(code, 0)
  await assertFileHolds(bench.destinationOf(KEY), OBJECT.body)
  assert.equal((await stat(bench.destinationOf(KEY))).mode & 0o777, 0o666 & ~process.umask())
  assert.deepEqual(await listTree(bench.space.dest), ['folder/', KEY])
  assert.deepEqual(await readdir(elsewhere), [])
  await assertNothingLeft(bench.space)
})

test('cp -recover goes on in a temp folder on another disk although the next run names a near one', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const elsewhere = await folderOnAnotherDisk(t, bench.space.dest)
  if (elsewhere === undefined) return
  const { server, space } = bench
  server.script.add(holdPartsFrom(2 * PART_BYTES))
  const run = bench.start({ flags: [...PART_FLAGS, `-tempFileDir=${elsewhere}`] })
  await partsRecorded(space, [KEY], 2)
  await run.kill('SIGKILL')
  server.script.clear()
  server.requests.forget()

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0)
  assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
  await assertFileHolds(bench.destinationOf(KEY), OBJECT.body)
  assert.deepEqual(await readdir(elsewhere), [])
  await assertNothingLeft(space)
})

const DEFAULTS = [
  { name: 'in ~/.obsutil_tempfile where that is on the same disk', home: 'near' },
  { name: 'beside the destination where ~/.obsutil_tempfile is on another disk', home: 'apart' },
] as const

for (const { name, home } of DEFAULTS) {
  test(`cp -recover without -tempFileDir puts its temp file ${name}`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT] })
    const { server, space } = bench
    const elsewhere = await folderOnAnotherDisk(t, space.dest)
    if (home === 'apart' && elsewhere === undefined) return
    const env = home === 'apart' && elsewhere !== undefined ? { HOME: elsewhere } : {}
    const options = {
      flags: [...PART_FLAGS, `-config=${space.home}/.obsutilconfig`],
      env,
      tempFolder: 'default',
    } as const
    server.script.add(holdPartsFrom(2 * PART_BYTES))
    const run = bench.start(options)
    await partsRecorded(space, [KEY], 2)
    await run.kill('SIGKILL')

    const { tempFile } = (await partRecordOf(space, KEY)).header
    const folder =
      home === 'apart' ? join(space.dest, 'folder') : join(space.home, '.obsutil_tempfile')
    const dot = home === 'apart' ? '.' : ''
    assert.ok(tempFile.startsWith(join(folder, dot)), tempFile)
    assert.match(tempFile, /[0-9a-f]{64}\.obs\.temp$/)
    server.script.clear()
    server.requests.forget()
    assert.equal((await bench.run(options)).code, 0)
    assert.deepEqual(joined(rangesAsked(bench, KEY)), REST)
    await assertFileHolds(bench.destinationOf(KEY), OBJECT.body)
    assert.deepEqual(
      (await listTree(space.root)).filter((path) => path.endsWith('.obs.temp')),
      [],
    )
    await assertNothingLeft(space)
  })
}
