/** Hashing and summing in other threads, as they are built. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { createFileReader } from '../../src/adapters/file-reader.ts'
import { CRC_OF_NOTHING } from '../../src/core/crc.ts'
import type { TempFile } from '../../src/core/ports.ts'
import { continueFastCrc } from '../../src/transfer/fast-crc.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { generated } from '../support/test-bytes.ts'

const MODULE = new URL('../../dist/file-worker.js', import.meta.url)
const SIZE_BYTES = 9_500_000
const BYTES = generated(SIZE_BYTES).read({ start: 0, end: SIZE_BYTES })
const never = new AbortController().signal

async function setUp(t: TestContext) {
  const handle = await open(join(await makeTempFolder(t), 'file'), 'w+')
  t.after(() => handle.close())
  const hasher = createFileReader({ module: MODULE, summers: 2 })
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
  await assert.rejects(
    hasher.start(temp, 'md5').digest(1001, never),
    /Cannot hash the file: shorter/,
  )

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
  const hasher = createFileReader({
    module: new URL('no-such-module.js', MODULE),
    summers: 1,
  })
  const hash = hasher.start(temp, 'md5')
  await assert.rejects(hash.digest(1, never), /Cannot hash the file/)
  await hash.stop()
})

const KINDS = ['crc32', 'crc64ecma'] as const

test('ranges are summed at once by several threads, each as it stands on disk', async (t) => {
  const { handle, hasher: reader, temp } = await setUp(t)
  await handle.write(BYTES, 0, SIZE_BYTES, 0)
  const ranges = [
    { start: 0, end: 1 },
    { start: 17, end: 5_000_001 },
    { start: 5_000_001, end: SIZE_BYTES },
  ]
  const sums = await Promise.all(
    ranges.map((range) => reader.sum({ temp, range, crcs: KINDS }, never)),
  )
  for (const [at, { start, end }] of ranges.entries()) {
    const bytes = BYTES.subarray(start, end)
    for (const kind of KINDS) {
      assert.equal(sums[at]?.get(kind), continueFastCrc(kind, CRC_OF_NOTHING, bytes))
    }
  }
})

test('a range that the file does not have has no sum', async (t) => {
  const { handle, hasher: reader, temp } = await setUp(t)
  await handle.write(BYTES, 0, 1000, 0)
  const range = { start: 0, end: 1001 }
  assert.equal(await reader.sum({ temp, range, crcs: KINDS }, never), undefined)
})

test('an abort ends the sum of a range that takes very long', { timeout: 60_000 }, async (t) => {
  const { handle, hasher: reader, temp } = await setUp(t)
  await handle.truncate(2 ** 40)
  const stop = new AbortController()
  const reason = new Error('enough')
  const summing = reader.sum({ temp, range: { start: 0, end: 2 ** 40 }, crcs: KINDS }, stop.signal)
  stop.abort(reason)
  await assert.rejects(summing, (error) => error === reason)
})

/** Ends a sum only when it is stopped, and leaves a mark in the file as the last thing it does to it. */
const RELUCTANT = `
  import { writeSync } from 'node:fs'
  import { parentPort } from 'node:worker_threads'
  let descriptor
  parentPort.on('message', (message) => {
    if (message.kind === 'sum') descriptor = message.descriptor
    if (message.kind !== 'stop') return
    writeSync(descriptor, 'left alone', 0)
    parentPort.postMessage({ kind: 'failed', reason: 'it was stopped', id: message.id })
  })`

test('an abort is told of once the thread is done with the file, which may be closed then', async (t) => {
  const { handle, temp } = await setUp(t)
  const module = new URL(`data:text/javascript,${encodeURIComponent(RELUCTANT)}`)
  const reader = createFileReader({ module, summers: 1 })
  t.after(() => reader.close())
  const stop = new AbortController()
  const reason = new Error('enough')
  const summing = reader.sum({ temp, range: { start: 0, end: 1 }, crcs: KINDS }, stop.signal)
  stop.abort(reason)
  await assert.rejects(summing, (error) => {
    assert.equal(readFileSync(handle.fd, 'utf8'), 'left alone')
    return error === reason
  })
})

test('where the thread cannot be, or the file cannot be read, there is an error', async (t) => {
  const { temp, hasher: reader } = await setUp(t)
  const wanted = { temp, range: { start: 0, end: 1 }, crcs: KINDS }
  await assert.rejects(
    reader.sum({ ...wanted, temp: { ...temp, descriptor: 9999 } }, never),
    /EBADF/,
  )
  const module = new URL('no-such-module.js', MODULE)
  const hopeless = createFileReader({ module, summers: 1 })
  await assert.rejects(hopeless.sum(wanted, never), /Cannot sum the file/)
})

function refuse(): Promise<never> {
  return Promise.reject(new Error('not a deed of this test'))
}
