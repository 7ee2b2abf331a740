import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import type { ByteRange } from '../../src/core/byte-range.ts'
import { ItemError } from '../../src/core/errors.ts'
import type { Part } from '../../src/core/part-plan.ts'
import type { ProvenRange } from '../../src/core/part-record.ts'
import { generated } from '../support/test-bytes.ts'
import { setUpParts } from './support/parts-run.ts'

const SIZE_BYTES = 4000
const PART_BYTES = 1000
const BYTES = generated(SIZE_BYTES).read({ start: 0, end: SIZE_BYTES })

/** The first two parts are in the record, the others are not. */
const CLAIMED: readonly ProvenRange[] = [claim(1), claim(2)]
const MISSING: readonly Part[] = [part(3), part(4)]

describe('fetchParts() of a download that is resumed', () => {
  it('asks for what is missing before anything of the record is proven', async () => {
    const run = setUp()
    const asked = new Promise<void>((resolve) => (run.hooks.asked = resolve))
    run.hooks.sum = async (range) => {
      await asked
      return run.sumOf(range)
    }
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
    assert.deepEqual(run.events, ['GET 2000', 'GET 3000'])
    assert.equal(run.progress.found, 2000)
    assert.equal(run.progress.arrived, 2000)
  })

  it('fetches what was refuted, once the record does not claim it any more', async () => {
    const run = setUp()
    run.file.fill(0, 1500, 1501)
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
    assert.deepEqual(run.file, BYTES)
    const rewriting = run.events.findIndex((event) => event.startsWith('record anew'))
    assert.match(run.events[rewriting] ?? '', /\[0,1000\)/)
    assert.doesNotMatch(run.events[rewriting] ?? '', /\[1000,2000\)/)
    assert.ok(rewriting < run.events.indexOf('GET 1000'), run.events.join('\n'))
    assert.ok(run.events.includes('room for 1000'))
    assert.equal(run.progress.found, 1000)
  })

  it('ends the proof when fetching is pointless, and returns only then', async () => {
    const run = setUp()
    let isProving = true
    run.hooks.sum = (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          isProving = false
          reject(new Error('aborted'))
        })
      })
    run.hooks.get = () =>
      Promise.reject(new ItemError('gone', { code: 'NoSuchKey', retry: 'changed', status: 412 }))
    await assert.rejects(run.fetch(), /gone/)
    assert.equal(isProving, false)
  })

  it('ends the fetching when the disk cannot be read, and throws that', async () => {
    const run = setUp()
    run.hooks.sum = () => Promise.reject(new Error('no threads'))
    run.hooks.read = () => Promise.reject(new ItemError('no disk', { code: 'EACCES' }))
    run.hooks.get = (_request, _sink, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    await assert.rejects(run.fetch(), /no disk/)
  })

  it('takes a place of the disk that is bad for one that is missing', async () => {
    const run = setUp()
    run.hooks.sum = () => Promise.reject(new Error('no threads'))
    run.hooks.read = () => Promise.reject(new ItemError('bad sector', { code: 'EIO' }))
    const { ranges } = await run.fetch()
    assert.deepEqual(tiles(ranges), [0, 1000, 2000, 3000, 4000])
  })
})

function claim(number: number): ProvenRange {
  const range = part(number)
  return { ...range, crc32: crc32(BYTES.subarray(range.start, range.end)) }
}

function part(number: number): Part {
  return { part: number, start: (number - 1) * PART_BYTES, end: number * PART_BYTES }
}

/** Where ranges begin and end, provided that they meet. */
function tiles(ranges: readonly ByteRange[]): readonly number[] {
  const inOrder = ranges.toSorted((one, other) => one.start - other.start)
  for (const [at, { start }] of inOrder.entries()) assert.equal(start, inOrder[at - 1]?.end ?? 0)
  return [0, ...inOrder.map(({ end }) => end)]
}

function setUp() {
  return setUpParts({
    bytes: BYTES,
    claimed: CLAIMED,
    missing: MISSING,
    partSizeBytes: PART_BYTES,
    parallels: 2,
  })
}
