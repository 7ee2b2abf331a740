import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Readable, Writable } from 'node:stream'
import { codeCacheOf, createChunkLoader, isWorthKeeping, sealCode } from '../src/chunk-loader.ts'
import { messageOf } from '../src/core/errors.ts'
import type { World } from '../src/compose/world.ts'
import { failureListName, formatFailureList } from '../test/support/failure-list.ts'
import {
  startFaultServer,
  TEST_CREDENTIALS,
  type FaultServer,
} from '../test/support/fault-server.ts'

const taskId = '00000000-0000-4000-8000-000000000000'
const unknownId = '00000000-0000-4000-8000-000000000001'
const bucket = 'bucket'
const time = new Date('2026-01-01T00:00:00Z')
/** Some small objects and one for parts. */
const sizes = [
  { key: 'small-1', sizeBytes: 1024, listed: '1.00KB' },
  { key: 'small-2', sizeBytes: 1024, listed: '1.00KB' },
  { key: 'small-3', sizeBytes: 1024, listed: '1.00KB' },
  { key: 'large', sizeBytes: 256 * 1024, listed: '256.00KB' },
] as const

/**
 * Has V8 keep the code that it makes of the bundle in that folder, so that no start has to make it anew. It
 * makes code of a function when that is first called; hence commands are run that a start is waited for,
 * and a task with a small object and one in parts, from a store in this process. Throws where one of them
 * ends otherwise than it should. The build runs this in a process of its own, for the commands have their ways
 * with signals, and without a loopback network nothing is kept.
 */
async function makeCodeCache(bundle: string): Promise<void> {
  const loader = createChunkLoader(bundle, createRequire(import.meta.url))
  const exports = loader.load('main.js')
  assertMain(exports)
  const store = await startStore()
  if (store === undefined) return
  const home = mkdtempSync(join(tmpdir(), 'obsutil-build-'))
  try {
    layTask(home)
    const run = async (words: readonly string[], expected: number) => {
      const exitCode = await exports.main(worldOf(words, home, store.endpoint))
      if (exitCode !== expected) throw new Error(`${words.join(' ')} ended with ${exitCode}`)
    }
    await run(['version'], 0)
    await run(['cp', `-recover=${unknownId}`, '-f'], 2)
    await run(['tasks'], 0)
    await run(['cp', `-recover=${taskId}`, '-f', '-threshold=100KB', '-ps=100KB'], 0)
  } finally {
    await store.close()
    rmSync(home, { recursive: true })
  }
  for (const [name, { script, text }] of loader.chunks) {
    if (!isWorthKeeping(text)) continue
    writeFileSync(codeCacheOf(join(bundle, name)), sealCode(script.createCachedData(), text))
  }
}

/** What `src/main.ts` exports. */
interface Main {
  main(world: World): Promise<number>
}

function assertMain(exports: unknown): asserts exports is Main {
  if (typeof exports === 'object' && exports !== null && 'main' in exports) return
  throw new Error('main.js exports no main')
}

function worldOf(words: readonly string[], home: string, endpoint: string): World {
  return {
    words,
    environment: {
      OBS_ENDPOINT: endpoint,
      OBS_ACCESS_KEY_ID: TEST_CREDENTIALS.accessKeyId,
      OBS_SECRET_ACCESS_KEY: TEST_CREDENTIALS.secretAccessKey,
    },
    workingFolder: home,
    homeFolder: home,
    stdin: Readable.from([]),
    stdout: new Nowhere(),
    stderr: new Nowhere(),
    umask: 0o022,
  }
}

class Nowhere extends Writable {
  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done()
  }
}

function layTask(home: string): void {
  const lists = join(home, '.obsutil_output')
  mkdirSync(lists, { recursive: true })
  const items = sizes.map(({ key, listed: size }) => {
    return { bucket, key, destination: join(home, 'files', key), size }
  })
  writeFileSync(
    join(lists, failureListName(time, taskId)),
    formatFailureList({ items, time, by: 'cp' }),
  )
}

/** Undefined on a machine without a loopback network. */
async function startStore(): Promise<FaultServer | undefined> {
  try {
    return await startFaultServer({
      objects: sizes.map(({ key, sizeBytes }) => ({ bucket, key, body: Buffer.alloc(sizeBytes) })),
    })
  } catch (error) {
    process.stderr.write(`Without a loopback network no code is kept: ${messageOf(error)}\n`)
    return undefined
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('code-cache.ts <folder of the bundle>')
await makeCodeCache(folder)
