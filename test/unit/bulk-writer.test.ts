/** Writing in another thread, as it is built. */
import assert from 'node:assert/strict'
import { constants } from 'node:fs'
import { open, readFile, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import {
  createBulkWriter,
  type BulkWriter,
  type BulkWriterOptions,
} from '../../src/adapters/bulk-writer.ts'
import { createDisk } from '../../src/adapters/disk.ts'
import { writeAtOnce } from '../../src/adapters/file-bytes.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { generated } from '../support/test-bytes.ts'

const MODULE = new URL('../../dist/file-worker.js', import.meta.url)
const KB = 1024
const CHUNK_BYTES = 512 * KB
const pieceBytes = 32 * KB
const silent = { debug() {}, info() {}, warn() {}, error() {} }

async function setUp(t: TestContext, options: Partial<BulkWriterOptions> = {}) {
  const path = join(await makeTempFolder(t), 'file')
  const handle = await open(path, 'w+')
  t.after(() => handle.close())
  const writer = createBulkWriter({ module: MODULE, worthBytes: 0, ...options })
  t.after(() => writer.close())
  return { path, handle, writer }
}

function placeIn({ fd }: FileHandle, position: number) {
  return { descriptor: fd, position, pieceBytes }
}

/** The bytes of an object from this position on, in memory that threads share. */
function sharedChunk(position: number, sizeBytes = CHUNK_BYTES): Buffer {
  const chunk = Buffer.from(new SharedArrayBuffer(sizeBytes))
  chunk.set(generated(position + sizeBytes).read({ start: position, end: position + sizeBytes }))
  return chunk
}

/** The write that the thread takes, once it is there; until then this one is the caller's. */
async function untilTaken(writer: BulkWriter, handle: FileHandle): Promise<void> {
  let taken = writer.write(placeIn(handle, 0), sharedChunk(0))
  while (taken === undefined) {
    await setImmediate()
    taken = writer.write(placeIn(handle, 0), sharedChunk(0))
  }
  await taken
}

test('chunks that are written by the thread are in the file, each at its place', async (t) => {
  const { handle, writer } = await setUp(t)
  const positions = [3 * CHUNK_BYTES + 7, CHUNK_BYTES + 1, 2 * CHUNK_BYTES + 5]
  await untilTaken(writer, handle)
  const writes = positions.map((at) => writer.write(placeIn(handle, at), sharedChunk(at)))
  assert.ok(writes.every((write) => write instanceof Promise))
  await Promise.all(writes)

  for (const at of [0, ...positions]) {
    const found = Buffer.alloc(CHUNK_BYTES)
    await handle.read(found, 0, CHUNK_BYTES, at)
    assert.ok(found.equals(sharedChunk(at)), `the bytes at ${at}`)
  }
})

test('while the thread starts, the caller writes', async (t) => {
  const { handle, writer } = await setUp(t)
  assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
  assert.equal(writer.write(placeIn(handle, CHUNK_BYTES), sharedChunk(CHUNK_BYTES)), undefined)
  assert.equal((await handle.stat()).size, 0)
  await untilTaken(writer, handle)
})

test('what is small, or in memory of its own, is left to the caller', async (t) => {
  const { handle, writer } = await setUp(t)
  assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0, 100 * KB)), undefined)
  assert.equal(writer.write(placeIn(handle, 0), Buffer.alloc(CHUNK_BYTES)), undefined)
  assert.equal((await handle.stat()).size, 0)
})

const HOPELESS = {
  'ends at once': new URL('no-such-module.js', MODULE),
  // `new Worker` throws, as it does where no more threads may be.
  'cannot even begin': new URL('http://no.such.module/'),
} as const

test('no thread is started for a few bytes', async (t) => {
  const reasons: string[] = []
  const { handle, writer } = await setUp(t, {
    module: HOPELESS['cannot even begin'],
    worthBytes: 3 * CHUNK_BYTES,
    onBroken: (reason) => void reasons.push(reason),
  })
  for (const started of [0, 0, 0, 1]) {
    assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
    await setImmediate()
    assert.equal(reasons.length, started)
  }
})

test('an error of the system is that of the write, and the next write is none the worse', async (t) => {
  const { path, handle, writer } = await setUp(t)
  await untilTaken(writer, handle)
  const readable = await open(path, constants.O_RDONLY)
  t.after(() => readable.close())
  const refused = writer.write(placeIn(readable, 0), sharedChunk(0))
  await assert.rejects(refused ?? Promise.resolve(), { code: 'EBADF', message: /EBADF/ })

  await writer.write(placeIn(handle, CHUNK_BYTES), sharedChunk(CHUNK_BYTES))
  assert.equal((await handle.stat()).size, 2 * CHUNK_BYTES)
})

for (const [what, module] of Object.entries(HOPELESS)) {
  test(`where the thread ${what}, the reason is told once, and the caller goes on to write`, async (t) => {
    const reasons: string[] = []
    const { handle, writer } = await setUp(t, {
      module,
      onBroken: (reason) => void reasons.push(reason),
    })
    while (reasons.length === 0) {
      assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
      await setImmediate()
    }
    assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
    assert.equal(reasons.length, 1)
    assert.notEqual(reasons[0], '')
  })
}

/** Is there, and dies of its first bytes. */
const MORTAL = `
  import { parentPort } from 'node:worker_threads'
  parentPort.on('message', ({ id, chunk }) => {
    if (chunk.length > 0) process.exit(3)
    parentPort.postMessage({ kind: 'written', id })
  })`

test('where the thread dies over a chunk, its bytes are written all the same, and the reason is told once', async (t) => {
  const module = join(await makeTempFolder(t), 'mortal.mjs')
  await writeFile(module, MORTAL)
  const reasons: string[] = []
  const { handle, writer } = await setUp(t, {
    module: pathToFileURL(module),
    onBroken: (reason) => void reasons.push(reason),
  })
  await untilTaken(writer, handle)
  const found = Buffer.alloc(CHUNK_BYTES)
  await handle.read(found, 0, CHUNK_BYTES, 0)
  assert.ok(found.equals(sharedChunk(0)))
  assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
  assert.deepEqual(reasons, ['the thread ended with 3'])
})

test('a thread that was still starting when the run ended is no trouble', async (t) => {
  const reasons: string[] = []
  const { handle, writer } = await setUp(t, { onBroken: (reason) => void reasons.push(reason) })
  const ended = new Promise((resolve) => {
    process.once('worker', (worker) => worker.once('exit', resolve))
  })
  assert.equal(writer.write(placeIn(handle, 0), sharedChunk(0)), undefined)
  writer.close()
  await ended
  await setImmediate()
  assert.deepEqual(reasons, [])
})

test('a temp file is closed once all is written that was begun', async (t) => {
  const { path, handle, writer: bulk } = await setUp(t)
  await untilTaken(bulk, handle)
  const disk = createDisk({
    bulk,
    pieceBytes,
    tempFolder: undefined,
    defaultTempFolder: dirname(path),
    overwriting: 'always',
    fileMode: 0o600,
    durability: 'cached',
    system: 'linux',
    log: silent,
  })
  const key = 'key'
  const item = { bucket: 'b', key, versionId: undefined, destination: path, listedSize: undefined }
  const { directTemp } = await disk.place(item)
  const temp = await disk.createTemp(directTemp)
  const writing = temp.write(sharedChunk(0), 0)
  assert.ok(writing instanceof Promise)
  await temp.close()
  // It fails where the thread has no file any more.
  await writing
  assert.ok((await readFile(directTemp)).equals(sharedChunk(0)))
})

test('a chunk is written whole, wherever in the file it begins and however long the pieces are', async (t) => {
  const { handle } = await setUp(t)
  const positions = fc.integer({ min: 0, max: 300 })
  await fc.assert(
    fc.asyncProperty(
      positions,
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 100 }),
      async (position, chunk, size) => {
        await handle.truncate(0)
        writeAtOnce({ descriptor: handle.fd, position, pieceBytes: size }, chunk)
        const found = Buffer.alloc(chunk.length)
        await handle.read(found, 0, chunk.length, position)
        assert.deepEqual([...found], [...chunk])
        assert.equal((await handle.stat()).size, position + chunk.length)
      },
    ),
  )
})
