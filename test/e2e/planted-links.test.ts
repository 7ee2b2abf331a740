/** Links, pipes and folders that stand where the tool has its own files. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { idOfItem } from '../../src/adapters/item-ids.ts'
import { assertFileHolds } from '../support/test-bytes.ts'
import { joined } from '../support/joined-ranges.ts'
import {
  assertNothingLeft,
  killHalfway,
  largeBody,
  LARGE_BYTES,
  PART_FLAGS,
  partRecordOf,
  rangesAsked,
} from './support/parts.ts'
import { failureOf, succeededKeys } from './support/reported-failure.ts'
import { BUCKET, prepareTask, type TaskBench } from './support/task-bench.ts'

const OBJECT = { key: 'large.bin', body: largeBody(1) }
const OTHER = { key: 'other.bin', body: largeBody(2) }
const STRANGER = 65_534
const VICTIM_TEXT = 'precious'

const makePipe = (path: string) => promisify(execFile)('mkfifo', [path])

test('folders of lists, records and temp files may be links to folders elsewhere', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const { root, out, cpd, tmp } = bench.space
  await mkdir(join(cpd, 'down'))
  for (const folder of [out, join(cpd, 'down'), tmp]) {
    const elsewhere = join(root, `real-${basename(folder)}`)
    await rename(folder, elsewhere)
    await symlink(elsewhere, folder)
  }
  await killHalfway(bench, [OBJECT.key])

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  assert.deepEqual(joined(rangesAsked(bench, OBJECT.key)), [{ start: 20_000, end: LARGE_BYTES }])
  await assertNothingLeft(bench.space)
})

/** What may stand where a folder of the tool should, and cannot be used as one. */
const NO_FOLDERS: readonly [string, (path: string) => Promise<unknown>][] = [
  ['a link to nothing', (path) => symlink('/nowhere/at/all', path)],
  ['a link to itself', (path) => symlink(path, path)],
  ['a link to a file', (path) => symlink('/etc/passwd', path)],
  ['a pipe', makePipe],
]

for (const [name, put] of NO_FOLDERS) {
  test(`${name} in place of the folder of part records ends the run before any request`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT] })
    const down = join(bench.space.cpd, 'down')
    await put(down)

    const { code, stderr } = await bench.run()

    assert.equal(code, 5, stderr)
    assert.ok(stderr.includes(down), stderr)
    assert.deepEqual(bench.server.requests.all, [])
  })

  test(`${name} in place of the folder of temp files ends the run before any request`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT] })
    const { tmp } = bench.space
    await rmdir(tmp)
    await put(tmp)

    const { code, stderr } = await bench.run()

    assert.ok(code === 3 || code === 5, stderr)
    assert.ok(stderr.includes(tmp), stderr)
    assert.deepEqual(bench.server.requests.all, [])
  })
}

/** What may stand where a file of the tool should: it goes, and what it leads to stays. */
const PLANTED: readonly [string, (path: string, victim: string) => Promise<unknown>][] = [
  ['a link to a file', (path, victim) => symlink(victim, path)],
  ['a link to nothing', (path) => symlink('/nowhere/at/all', path)],
  ['a link to an endless device', (path) => symlink('/dev/zero', path)],
  ['a pipe', makePipe],
]

/** Where the tool has files whose names can be foretold. */
const PLACES: readonly [string, readonly string[], (bench: TaskBench) => string][] = [
  [
    'the temp file of a whole object',
    [],
    ({ space }) => join(space.dest, `.${tempOf(space.dest)}`),
  ],
  ['the temp file of parts', PART_FLAGS, ({ space }) => join(space.tmp, tempOf(space.dest))],
  ['the part record', PART_FLAGS, (bench) => recordOf(bench)],
  ['the new part record', PART_FLAGS, (bench) => `${recordOf(bench)}.new`],
]

for (const [place, flags, pathIn] of PLACES) {
  test(`what is planted in place of ${place} is neither followed nor waited for:`, async (t) => {
    for (const [name, put] of PLANTED) {
      await t.test(name, async (u) => {
        const bench = await prepareTask(u, { objects: [OBJECT], listed: 'sized' })
        const victim = join(bench.space.root, 'victim')
        await writeFile(victim, VICTIM_TEXT)
        await mkdir(join(bench.space.cpd, 'down'))
        await put(pathIn(bench), victim)

        const { code, stderr } = await bench.run({ flags })

        assert.equal(code, 0, stderr)
        const destination = bench.destinationOf(OBJECT.key)
        assert.ok((await lstat(destination)).isFile())
        await assertFileHolds(destination, OBJECT.body)
        assert.equal(await readFile(victim, 'utf8'), VICTIM_TEXT)
        await assertNothingLeft(bench.space)
      })
    }
  })

  test(`a folder in place of ${place} costs that object alone`, async (t) => {
    const bench = await prepareTask(t, { objects: [OBJECT, OTHER], listed: 'sized' })
    const path = pathIn(bench)
    await mkdir(path, { recursive: true })

    const { code } = await bench.run({ flags })

    assert.equal(code, 8)
    const { message } = await failureOf(bench.space, OBJECT.key)
    assert.ok(message.includes(path.replace(/\.new$/, '')) && message.endsWith('it is a folder'))
    assert.deepEqual(await succeededKeys(bench.space), [OTHER.key])
  })
}

test('a folder where a killed run may have left a claim to a lock costs nothing', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const down = join(bench.space.cpd, 'down')
  for (const name of ['lock.0123456789abcdef', 'lock.0123456789abcdef.draft', 'lock.claim']) {
    const folder = join(down, `planted.${name}`)
    await mkdir(folder, { recursive: true })
    await utimes(folder, 1, 1)
  }

  const { code, stderr } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 0, stderr)
  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  assert.equal((await readdir(down)).length, 3)
})

test('parts in a temp file that another user owns by now are fetched again, into a file of ours', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file away')
  const bench = await prepareTask(t, { objects: [OBJECT] })
  await killHalfway(bench, [OBJECT.key])
  const { header } = await partRecordOf(bench.space, OBJECT.key)
  await chown(header.tempFile, STRANGER, STRANGER)

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  assert.equal((await lstat(bench.destinationOf(OBJECT.key))).uid, 0)
  assert.deepEqual(joined(rangesAsked(bench, OBJECT.key)), [{ start: 0, end: LARGE_BYTES }])
  await assertNothingLeft(bench.space)
})

test('nothing in a folder of records that leads to another user is believed', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can give a file away')
  const bench = await prepareTask(t, { objects: [OBJECT] })
  await killHalfway(bench, [OBJECT.key])
  const { path, header } = await partRecordOf(bench.space, OBJECT.key)
  const down = join(bench.space.cpd, 'down')
  const elsewhere = join(bench.space.root, 'of-a-stranger')
  await rename(down, elsewhere)
  await symlink(elsewhere, down)
  for (const theirs of [elsewhere, join(elsewhere, basename(path)), header.tempFile]) {
    await chown(theirs, STRANGER, STRANGER)
  }

  assert.equal((await bench.run({ flags: PART_FLAGS })).code, 0)

  await assertFileHolds(bench.destinationOf(OBJECT.key), OBJECT.body)
  assert.deepEqual(joined(rangesAsked(bench, OBJECT.key)), [{ start: 0, end: LARGE_BYTES }])
})

test('a link in place of a lock is not followed, and gone once it is old', async (t) => {
  const bench = await prepareTask(t, { objects: [OBJECT] })
  const victim = join(bench.space.root, 'victim')
  await writeFile(victim, VICTIM_TEXT)
  const down = join(bench.space.cpd, 'down')
  await mkdir(down)
  const name = createHash('sha256').update(bench.destinationOf(OBJECT.key)).digest('hex')
  const lock = join(down, `${name}.lock`)
  await symlink(victim, lock)

  const { code } = await bench.run({ flags: PART_FLAGS })

  assert.equal(code, 8)
  assert.equal((await failureOf(bench.space, OBJECT.key)).code, 'LockedError')
  assert.equal(await readFile(victim, 'utf8'), VICTIM_TEXT)
  await rm(lock)
})

/** The name that the temp file of the one object has. */
function tempOf(folder: string): string {
  const { key } = OBJECT
  const destination = join(folder, key)
  const item = { bucket: BUCKET, key, destination, versionId: undefined, listedSize: undefined }
  return `${idOfItem(item)}.obs.temp`
}

function recordOf({ space }: TaskBench): string {
  return join(space.cpd, 'down', tempOf(space.dest).replace('.obs.temp', '.jsonl'))
}
