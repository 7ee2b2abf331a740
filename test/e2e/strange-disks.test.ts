/** File systems that lack what local ones have, or say late what they could not do. */
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorAnswer } from '../support/fault-scripts.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { folderOnAnotherDisk } from './support/another-disk.ts'
import { changeByte } from './support/damage-deeds.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_BYTES,
  PART_FLAGS,
  partRecordOf,
  rangeStart,
  startsAt,
} from './support/parts.ts'
import { failureOf } from './support/reported-failure.ts'
import { withSmallDisk } from './support/small-disk.ts'
import { prepareTask } from './support/task-bench.ts'

const OBJECT = { key: 'large.bin', body: largeBody(1) }

function on(kind: string, root: string): Readonly<Record<string, string>> {
  const preload = new URL('../support/strange-disk.mjs', import.meta.url).href
  return { NODE_OPTIONS: `--import=${preload}`, STRANGE_DISK: kind, STRANGE_ROOT: root }
}

const WAYS = [
  { name: 'in one piece', flags: [] },
  { name: 'in parts', flags: PART_FLAGS },
]

for (const { name, flags } of WAYS) {
  for (const kind of ['without modes', 'without a size']) {
    test(`cp -recover downloads ${name} to a disk ${kind}`, async (t) => {
      const bench = await prepareTask(t, { objects: [OBJECT] })

      const { code, stderr } = await bench.run({ flags, env: on(kind, bench.space.root) })

      assert.equal(code, 0, stderr)
      await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
      await assertNothingLeft(bench.space)
    })
  }

  test(`a disk that is full only when it is closed costs an object ${name}, not the old file`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT] })
    const { dest } = bench.space
    const destination = bench.destinationOf(OBJECT.key)
    await writeFile(destination, 'old')
    const where = [...flags, `-tempFileDir=${dest}`]

    const { code } = await bench.run({ flags: where, env: on('full when it is closed', dest) })

    assert.equal(code, 8)
    assert.equal((await failureOf(bench.space, OBJECT.key)).code, 'EDQUOT')
    assert.equal(await readFile(destination, 'utf8'), 'old')

    assert.equal((await bench.run({ flags: where })).code, 0)
    await assertFileHolds(destination, OBJECT.body)
    await assertNothingLeft(bench.space)
  })
}

test('a disk that is full only when it is closed keeps the old file from a copy, too', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { dest } = bench.space
  const elsewhere = await folderOnAnotherDisk(t, dest)
  if (elsewhere === undefined) return
  const destination = bench.destinationOf(OBJECT.key)
  await writeFile(destination, 'old')
  const flags = [...PART_FLAGS, `-tempFileDir=${elsewhere}`]

  const { code } = await bench.run({ flags, env: on('full when it is closed', dest) })

  assert.equal(code, 8)
  assert.equal((await failureOf(bench.space, OBJECT.key)).code, 'EDQUOT')
  assert.equal(await readFile(destination, 'utf8'), 'old')
  bench.server.requests.forget()

  assert.equal((await bench.run({ flags })).code, 0)
  await assertFileHolds(destination, OBJECT.body)
  assert.deepEqual(bench.server.requests.seen({ method: 'GET' }), [], 'all parts were there')
  await assertNothingLeft(bench.space)
})

test('a part record goes on in its new file, though the name of that cannot be synced', async (t) => {
  const config = { fsyncForDownload: 'true' }
  const bench = await prepareTask(t, { objects: [OBJECT], config })
  await killHalfway(bench, [OBJECT.key])
  const record = await partRecordOf(bench.space, OBJECT.key)
  await changeByte(PART_BYTES)({ record, victim: '' })
  const lastPart = { range: startsAt(LARGE_BYTES - PART_BYTES) }
  bench.server.script.add({ on: lastPart, do: errorAnswer(400, 'BadRequest') })
  const kind = 'that cannot sync the name of a part record that is written anew'
  const env = on(kind, join(bench.space.cpd, 'down'))

  assert.equal((await bench.run({ flags: PART_FLAGS, env })).code, 8)

  bench.server.script.clear()
  bench.server.requests.forget()
  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  const asked = bench.server.requests.seen({ method: 'GET' }).map(rangeStart)
  assert.deepEqual(asked, [LARGE_BYTES - PART_BYTES], 'only the part that failed is fetched again')
})

test('a full disk of part records is told, and nothing is left on it', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { cpd } = bench.space
  const isDone = await withSmallDisk(cpd, 1, async () => {
    await writeFile(join(cpd, 'fill'), Buffer.alloc(2 ** 20)).catch(() => undefined)

    assert.equal((await bench.run({ flags: PART_FLAGS })).code, 8)

    assert.equal((await failureOf(bench.space, OBJECT.key)).code, 'ENOSPC')
    await assertNothingLeft(bench.space)
  })
  if (isDone === 'cannot mount') t.skip('only root may mount')
})
