/** Hashing in the other thread, as it is built. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { createHashThread } from '../../src/adapters/hash-thread.ts'
import type { TempFile } from '../../src/core/ports.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { generated } from '../support/test-bytes.ts'

const MODULE = new URL('../../dist/hash-worker.js', import.meta.url)
const SIZE_BYTES = 9_500_000
const BYTES = generated(SIZE_BYTES).read({ start: 0, end: SIZE_BYTES })
const never = new AbortController().signal

async function setUp(t: TestContext) {
  const handle = await open(join(await makeTempFolder(t), 'file'), 'w+')
  t.after(() => handle.close())
  const hasher = createHashThread(MODULE)
  t.after(() => hasher.close())
  return { handle, hasher, temp: tempOf(handle) }
}

/** As much of a temp file as the thread sees. */
function tempOf(handle: FileHandle): TempFile {
  return {
    path: '',
    descriptor: handle.fd,
    write: refuse,
    read: refuse,
    size: refuse,
    sync: refuse,
    publish: refuse,
    close: refuse,
    discard: refuse,
  }
}

for (const kind of ['md5', 'sha1', 'sha256'] as const) {
  test(`the ${kind} of a file is right, however much of it was told to be there before`, async (t) => {
    const { handle, hasher, temp } = await setUp(t)
    const hash = hasher.start(temp, kind)
    await handle.write(BYTES, 0, 5_000_000, 0)
    hash.reached(5_000_000)
    hash.reached(4_000_000)
    await handle.write(BYTES, 5_000_000, SIZE_BYTES - 5_000_000, 5_000_000)

    assert.equal(await hash.digest(SIZE_BYTES, never), createHash(kind).update(BYTES).digest('hex'))
    await hash.stop()
  })
}

test('several files are hashed side by side, and an empty one too', async (t) => {
  const { handle, hasher, temp } = await setUp(t)
  await handle.write(BYTES)
  const lengths = [0, 1, 1_048_576, 5_000_001, SIZE_BYTES]
  const hexes = await Promise.all(
    lengths.map((length) => hasher.start(temp, 'md5').digest(length, never)),
  )
  assert.deepEqual(
    hexes,
    lengths.map((length) => createHash('md5').update(BYTES.subarray(0, length)).digest('hex')),
  )
})

test('a file that is shorter than was said is an error, and an abort has its reason', async (t) => {
  const { handle, hasher, temp } = await setUp(t)
  await handle.write(BYTES, 0, 1000, 0)
  await assert.rejects(hasher.start(temp, 'md5').digest(1001, never), /ends at byte 1000/)

  const waiting = hasher.start(temp, 'md5')
  const reason = new Error('enough')
  await assert.rejects(
    waiting.digest(10_000, AbortSignal.abort(reason)),
    (error) => error === reason,
  )
  await waiting.stop()
})

test('what was stopped gives no hash any more, and stopping twice is as good', async (t) => {
  const { hasher, temp } = await setUp(t)
  const hash = hasher.start(temp, 'md5')
  await Promise.all([hash.stop(), hash.stop()])
  await assert.rejects(hash.digest(0, never), /stopped/)
})

test('a thread that cannot be is an error for each file, and stopping does not wait', async (t) => {
  const { temp } = await setUp(t)
  const hasher = createHashThread(new URL('no-such-module.js', MODULE))
  const hash = hasher.start(temp, 'md5')
  await assert.rejects(hash.digest(1, never), /Cannot hash the file/)
  await hash.stop()
})

function refuse(): Promise<never> {
  return Promise.reject(new Error('not a deed of this test'))
}
