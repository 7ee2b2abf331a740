import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  assertFileHolds,
  generated,
  literal,
  md5Of,
  sha256Of,
  slice,
  steps,
} from '../../support/test-bytes.ts'

test('`generated()` gives the same bytes whichever way they are read', () => {
  const size = 1000
  const source = generated(size, 7)
  const whole = source.read({ start: 0, end: size })
  const offset = fc.nat({ max: size })
  fc.assert(
    fc.property(offset, offset, (a, b) => {
      const range = { start: Math.min(a, b), end: Math.max(a, b) }
      assert.deepEqual(source.read(range), whole.subarray(range.start, range.end))
    }),
  )
})

test('`generated()` gives other bytes for another seed', () => {
  const range = { start: 0, end: 32 }
  assert.notDeepEqual(generated(32, 1).read(range), generated(32, 2).read(range))
})

test('`generated()` reads the end of an object that fits in no memory', () => {
  const size = 5 * 1024 ** 4
  const end = generated(size).read({ start: size - 20, end: size })
  assert.equal(end.length, 20)
  assert.notDeepEqual(end, Buffer.alloc(20))
})

test('`sha256Of()` and `md5Of()` hash the bytes across all steps', () => {
  const source = generated(2 * 1024 * 1024 + 1)
  const bytes = source.read({ start: 0, end: source.sizeBytes })
  assert.equal(sha256Of(source), createHash('sha256').update(bytes).digest('hex'))
  assert.equal(md5Of(source), createHash('md5').update(bytes).digest('hex'))
})

test('`slice()` counts its bytes from 0', () => {
  const part = slice(literal('0123456789'), { start: 3, end: 8 })
  assert.equal(part.sizeBytes, 5)
  assert.equal(part.read({ start: 1, end: 4 }).toString(), '456')
})

test('`steps()` tiles a range that is no multiple of the step', () => {
  assert.deepEqual(
    [...steps({ start: 2, end: 7 }, 3)],
    [
      { start: 2, end: 5 },
      { start: 5, end: 7 },
    ],
  )
})

test('`assertFileHolds()` accepts the object and names the first byte that differs', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'obsutil-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const path = join(folder, 'file')
  const source = generated(1024 * 1024 + 10)
  const bytes = source.read({ start: 0, end: source.sizeBytes })

  await writeFile(path, bytes)
  await assertFileHolds(path, source)

  bytes[1024 * 1024 + 3] = (bytes[1024 * 1024 + 3] ?? 0) ^ 1
  await writeFile(path, bytes)
  await assert.rejects(assertFileHolds(path, source), /differs at byte 1048579\b/)

  await writeFile(path, bytes.subarray(1))
  await assert.rejects(assertFileHolds(path, source), /is 1048585 bytes long, not 1048586/)
})
