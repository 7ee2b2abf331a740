import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createReadWindow, createWindowMemory } from '../../src/adapters/read-window.ts'

const SIZE_BYTES = 16_384

/**
 * What may happen to a window, in any order: the socket asks for memory before it reads, which it may
 * do long before bytes come, and bytes may come though the window is full.
 */
type Step =
  | { readonly kind: 'next' }
  | { readonly kind: 'arrive'; readonly share: number }
  | { readonly kind: 'consume'; readonly share: number }

const share = fc.double({ min: 0, max: 1, noNaN: true })
const STEPS = fc.array<Step>(
  fc.oneof(
    fc.constant<Step>({ kind: 'next' }),
    fc.record({ kind: fc.constant('arrive'), share }),
    fc.record({ kind: fc.constant('consume'), share }),
  ),
  { maxLength: 60 },
)

test('a read window is a queue of bytes, whenever memory was asked for and bytes come', () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const window = createReadWindow(createWindowMemory(SIZE_BYTES))
      let queue: number[] = []
      let memory = window.next()
      let written = 0
      for (const step of steps) {
        switch (step.kind) {
          case 'next':
            memory = window.next()
            break
          case 'arrive': {
            const count = 1 + Math.floor(step.share * Math.min(5000, memory.length - 1))
            for (let at = 0; at < count; at += 1) {
              written += 1
              memory[at] = written % 251
              queue.push(written % 251)
            }
            window.arrived(count)
            // A socket asks for memory again after each read.
            memory = window.next()
            break
          }
          case 'consume': {
            const count = Math.floor(step.share * queue.length)
            queue = queue.slice(count)
            window.consume(count)
            break
          }
        }
        assert.ok(memory.length > 0)
        assert.deepEqual([...window.bytes()], queue)
      }
    }),
  )
})

/**
 * One turn of a connection that works as it should: what comes is read to the end, and the socket asks
 * for memory after that, or before it where the taker needs time. Over TLS one more read may come then.
 */
type Turn =
  | { readonly kind: 'at-once'; readonly share: number }
  | { readonly kind: 'later'; readonly shares: readonly number[] }

const TURNS = fc.array<Turn>(
  fc.oneof(
    fc.record({ kind: fc.constant('at-once'), share }),
    fc.record({ kind: fc.constant('later'), shares: fc.array(share, { maxLength: 6 }) }),
  ),
  { minLength: 1, maxLength: 200 },
)

test('a window that is emptied in each turn takes its memory twice at the most, and copies nothing', () => {
  fc.assert(
    fc.property(TURNS, (list) => {
      const window = createReadWindow(createWindowMemory(SIZE_BYTES))
      const seen = new Set<ArrayBufferLike>()
      let memory = window.next()
      for (const turn of list) {
        const shares = turn.kind === 'at-once' ? [turn.share] : turn.shares
        for (const each of shares) {
          if (window.isFull() && window.bytes().length > 0) break
          window.arrived(1 + Math.floor(each * (memory.length - 1)))
          if (turn.kind === 'later') memory = window.next()
        }
        seen.add(window.bytes().buffer)
        window.consume(window.bytes().length)
        if (turn.kind === 'at-once') memory = window.next()
      }
      const taken = [...seen].filter(({ byteLength }) => byteLength > 0)
      assert.ok(taken.length <= 2, `${taken.length} buffers`)
      assert.ok(taken.every(({ byteLength }) => byteLength === SIZE_BYTES))
    }),
  )
})

test('whatever happens, a view of a window stands for as long as its bytes are not consumed', () => {
  fc.assert(
    fc.property(STEPS, (steps) => {
      const window = createReadWindow(createWindowMemory(SIZE_BYTES))
      const held: { view: Buffer; before: Buffer; at: number }[] = []
      let memory = window.next()
      let consumed = 0
      let byte = 0
      for (const step of steps) {
        if (step.kind === 'next') {
          memory = window.next()
        } else if (step.kind === 'arrive') {
          // A socket reads in steps of its own: the rest of its memory is not touched.
          const count = 1 + Math.floor(step.share * (memory.length - 1))
          byte += 1
          memory.fill(byte % 256, 0, count)
          window.arrived(count)
          memory = window.next()
        } else {
          const count = Math.floor(step.share * window.bytes().length)
          window.consume(count)
          consumed += count
        }
        for (const { view, before, at } of held) {
          const gone = consumed - at
          assert.ok(gone >= view.length || view.subarray(gone).equals(before.subarray(gone)))
        }
        const view = window.bytes()
        held.push({ view, before: Buffer.from(view), at: consumed })
      }
    }),
    { numRuns: 60 },
  )
})

test('bytes of a window stand until they are consumed, though it is full and more come', () => {
  const window = createReadWindow(createWindowMemory(SIZE_BYTES))
  let total = fill(window, 1)
  const held = window.bytes()
  const before = Buffer.from(held)
  for (let more = 2; more < 6; more += 1) total += fill(window, more)

  assert.deepEqual(held, before)
  assert.ok(window.isFull())
  assert.equal(window.bytes().length, total)
})

test('a window that is emptied each time takes its memory once', () => {
  const window = createReadWindow(createWindowMemory(SIZE_BYTES))
  const seen = new Set<ArrayBufferLike>()
  for (let turn = 0; turn < 100; turn += 1) {
    const memory = window.next()
    seen.add(memory.buffer)
    window.arrived(memory.length)
    window.consume(memory.length)
  }
  assert.equal(seen.size, 1)
})

test('a window that is emptied after the socket asked for memory takes it twice', () => {
  const window = createReadWindow(createWindowMemory(SIZE_BYTES))
  const seen = new Set<ArrayBufferLike>()
  let memory = window.next()
  for (let turn = 0; turn < 100; turn += 1) {
    seen.add(memory.buffer)
    const count = memory.length
    window.arrived(count)
    memory = window.next()
    window.consume(count)
  }
  assert.equal(seen.size, 2)
})

test('memory that one window gave up is never that of two others', () => {
  fc.assert(
    fc.property(fc.array(STEPS, { maxLength: 8 }), (lives) => {
      const memories = createWindowMemory(SIZE_BYTES)
      const beside = createReadWindow(memories)
      const held = beside.next().fill(7)
      for (const steps of lives) {
        const window = createReadWindow(memories)
        let memory = window.next()
        for (const step of steps) {
          if (step.kind === 'arrive')
            window.arrived(1 + Math.floor(step.share * (memory.length - 1)))
          else if (step.kind === 'consume') {
            window.consume(Math.floor(step.share * window.bytes().length))
          }
          memory = window.next()
          memory.fill(9)
        }
        window.dispose()
        window.dispose()
        assert.equal(window.bytes().length, 0)
      }
      assert.ok(held.every((byte) => byte === 7))
    }),
  )
})

test('a hundred windows, one after the other, take no more memory than one', () => {
  const memories = createWindowMemory(SIZE_BYTES)
  const seen = new Set<ArrayBufferLike>()
  for (let turn = 0; turn < 100; turn += 1) {
    const window = createReadWindow(memories)
    let memory = window.next()
    for (let read = 0; read < 4; read += 1) {
      seen.add(memory.buffer)
      window.arrived(memory.length)
      memory = window.next()
      if (read % 2 === 1) window.consume(window.bytes().length)
    }
    window.dispose()
  }
  assert.ok(seen.size <= 3, `${seen.size} pieces`)
})

function fill(window: ReturnType<typeof createReadWindow>, byte: number): number {
  const memory = window.next()
  memory.fill(byte)
  window.arrived(memory.length)
  return memory.length
}

test('windows lie in memory that somebody has a use for, and elsewhere once there is no more', () => {
  const there = Buffer.alloc(SIZE_BYTES)
  const left = [there]
  const memories = createWindowMemory(SIZE_BYTES, () => left.pop())
  assert.equal(memories.take(), there)
  const elsewhere = memories.take()
  assert.equal(elsewhere.length, SIZE_BYTES)
  assert.ok(elsewhere.buffer instanceof SharedArrayBuffer)
  memories.giveBack(there)
  assert.equal(memories.take(), there)
})
