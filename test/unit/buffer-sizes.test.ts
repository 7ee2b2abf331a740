import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { gatheredBytes, readBufferBytes, writePieceBytes } from '../../src/core/buffer-sizes.ts'

const KB = 1024
const MB = 1024 * KB

const TABLE = [
  {
    configuredBytes: 8192,
    connections: 1,
    expected: 2 * MB,
    why: 'the official value chooses by itself',
  },
  {
    configuredBytes: 8192,
    connections: 25,
    expected: 2 * MB,
    why: 'the default -j and -p have room',
  },
  { configuredBytes: 8192, connections: 256, expected: 256 * KB, why: 'many share 64 MiB' },
  { configuredBytes: 8192, connections: 5000, expected: 64 * KB, why: 'a head must fit' },
  { configuredBytes: 128 * KB, connections: 5, expected: 128 * KB, why: 'a choice is a choice' },
  { configuredBytes: 16 * MB, connections: 2, expected: 16 * MB, why: 'so is a large one' },
  {
    configuredBytes: 16 * MB,
    connections: 25,
    expected: 40 * 64 * KB,
    why: 'as far as 64 MiB go, in pages of 64 KiB',
  },
  { configuredBytes: 1, connections: 5, expected: 64 * KB, why: 'less is not worth a read' },
] as const

for (const { expected, why, ...needs } of TABLE) {
  const { configuredBytes, connections } = needs
  test(`readBufferIoSize=${configuredBytes} with ${connections} connections: ${why}`, () => {
    assert.equal(readBufferBytes({ ...needs, rateBytesPerSecond: 0 }), expected)
  })
}

for (const { rateBytesPerSecond, connections, expected } of [
  { rateBytesPerSecond: 10 * MB, connections: 25, expected: 64 * KB },
  { rateBytesPerSecond: 500 * MB, connections: 25, expected: MB },
  { rateBytesPerSecond: 500 * MB, connections: 5, expected: 2 * MB },
  { rateBytesPerSecond: 1000 * 1000 * MB, connections: 25, expected: 2 * MB },
]) {
  test(`at ${rateBytesPerSecond} bytes a second ${connections} connections read what comes in 50 ms`, () => {
    const needs = { configuredBytes: 8192, connections, rateBytesPerSecond }
    assert.equal(readBufferBytes(needs), expected)
  })
}

test('all connections together read into 64 MiB, or 64 KiB each', () => {
  const sizes = fc.integer({ min: 1, max: 1024 * MB })
  const counts = fc.integer({ min: 0, max: 100_000 })
  fc.assert(
    fc.property(sizes, counts, (configuredBytes, connections) => {
      const bytes = readBufferBytes({ configuredBytes, connections, rateBytesPerSecond: 0 })
      assert.ok(bytes === 64 * KB || bytes * connections <= 64 * MB)
    }),
  )
})

test('a local disk is written to in pieces of 32 KiB, unless `writeBufferIoSize` was chosen', () => {
  assert.equal(writePieceBytes(65_536), 32 * KB)
  assert.equal(writePieceBytes(MB), MB)
})

test('a body is gathered until half of what a connection reads is there, unless that was chosen', () => {
  assert.equal(gatheredBytes(65_536, 2 * MB), MB)
  assert.equal(gatheredBytes(65_536, 64 * KB), 65_536)
  assert.equal(gatheredBytes(256 * KB, 2 * MB), 256 * KB)
})
