import assert from 'node:assert/strict'
import test from 'node:test'
import { foldingBytes, reserveFoldMemory } from '../../src/transfer/fold-memory.ts'

test('memory is handed out piece by piece, and not twice, until there is no more', () => {
  const memory = reserveFoldMemory()
  assert.ok(memory)
  const taken: Buffer[] = []
  for (;;) {
    const more = memory.take(30_000_000)
    if (more === undefined) break
    taken.push(more)
    assert.equal(more.length, 30_000_000)
    assert.ok(more.buffer instanceof SharedArrayBuffer)
  }
  assert.ok(taken.length >= 6)
  for (const [at, piece] of taken.entries()) piece[0] = piece[piece.length - 1] = at + 1
  for (const [at, piece] of taken.entries()) {
    assert.deepEqual([piece[0], piece[piece.length - 1]], [at + 1, at + 1])
    assert.equal(memory.placeOf(piece.subarray(7)), piece.byteOffset + 7)
  }
  assert.ok(memory.take(10) !== undefined, 'a small piece there is')
  assert.equal(memory.placeOf(Buffer.alloc(10)), undefined)
})

test('who reads from the network leaves memory for the folding', () => {
  const memory = reserveFoldMemory()
  assert.ok(memory)
  while (memory.take(10_000_000, foldingBytes) !== undefined);
  while (memory.take(65_536, foldingBytes) !== undefined);
  assert.equal(memory.take(foldingBytes)?.length, foldingBytes)
  assert.equal(memory.take(1), undefined)
})
