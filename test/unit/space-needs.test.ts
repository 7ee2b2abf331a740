import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { PlannedObject } from '../../src/core/planned-item.ts'
import { createSpaceNeeds } from '../../src/core/space-needs.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'

const BLOCK = 4096
const DATA = { device: 1, folder: '/data' }
const ROOT = { device: 2, folder: '/' }

describe('createSpaceNeeds()', () => {
  const table: readonly (readonly [
    what: string,
    jobs: number,
    objects: readonly PlannedObject[],
    needs: Readonly<Record<string, number>>,
  ])[] = [
    ['nothing needs nothing', 5, [], {}],
    ['an empty file takes up no block', 5, [object({ blocks: 0 })], { '/data': 0 }],
    ['one byte takes up a block', 5, [{ ...object({ blocks: 0 }), sizeBytes: 1 }], { '/data': 1 }],
    ['new files add up', 1, [object({ blocks: 3 }), object({ blocks: 4 })], { '/data': 7 }],
    [
      'a temp file on the file system of its destination counts once',
      5,
      [object({ blocks: 10, temp: DATA })],
      { '/data': 10 },
    ],
    [
      'one on another counts there while it lasts, and its copy at the destination',
      5,
      [object({ blocks: 10, temp: ROOT })],
      { '/data': 10, '/': 10 },
    ],
    [
      'there the largest -j temp files count, and not the sum of all',
      2,
      [3, 10, 1, 7, 5].map((blocks) => object({ blocks, temp: ROOT })),
      { '/data': 26, '/': 17 },
    ],
    [
      'what a temp file of an earlier run has already is not needed again',
      5,
      [object({ blocks: 10, held: 4, temp: DATA })],
      { '/data': 6 },
    ],
    [
      'but the copy on another file system is whole',
      5,
      [object({ blocks: 10, held: 4, temp: ROOT })],
      { '/data': 10, '/': 6 },
    ],
    [
      'a file that is replaced by one as large stands until the new one is whole',
      1,
      [object({ blocks: 10, freed: 10 })],
      { '/data': 10 },
    ],
    [
      'of many such files only -j stand twice at a time',
      2,
      [
        object({ blocks: 10, freed: 10 }),
        object({ blocks: 8, freed: 8 }),
        object({ blocks: 9, freed: 9 }),
      ],
      { '/data': 19 },
    ],
    [
      'a file that grows needs the difference for good',
      1,
      [object({ blocks: 10, freed: 4 }), object({ blocks: 10, freed: 7 })],
      { '/data': 6 + 3 + 7 },
    ],
    [
      'one that shrinks gives nothing to those that may have come before it',
      1,
      [object({ blocks: 2, freed: 100 }), object({ blocks: 10 })],
      { '/data': 12 },
    ],
  ]
  for (const [what, jobs, objects, expected] of table) {
    it(what, () => {
      assert.deepEqual(needsOf(objects, jobs), inBlocks(expected))
    })
  }

  it('is the most that any order of beginnings and ends can take up, and no more', () => {
    const objects = fc.array(anyObject, { maxLength: 5 })
    fc.assert(
      fc.property(objects, fc.integer({ min: 1, max: 3 }), (all, jobs) => {
        const needs = needsOf(all, jobs)
        for (const place of [DATA, ROOT]) {
          assert.equal(needs[place.folder] ?? 0, worstCase(all, jobs, place.device))
        }
      }),
      fuzzRuns(100),
    )
  })
  it('does not depend on the order in which objects are told', () => {
    fc.assert(
      fc.property(
        fc.array(anyObject, { maxLength: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (all, jobs) => {
          assert.deepEqual(pairOf(needsOf(all, jobs)), pairOf(needsOf(all.toReversed(), jobs)))
        },
      ),
      fuzzRuns(100),
    )
  })
})

/** Figures in blocks. */
interface Figures {
  readonly blocks: number
  readonly held?: number
  readonly freed?: number
  readonly temp?: typeof DATA
}

function object({ blocks, held = 0, freed = 0, temp = DATA }: Figures): PlannedObject {
  const sizeBytes = blocks * BLOCK
  const freedBytes = freed * BLOCK
  return {
    way: 'parts',
    sizeBytes,
    presentBytes: held * BLOCK,
    heldBytes: held * BLOCK,
    replaced: freed === 0 ? undefined : { sizeBytes: freedBytes, freedBytes },
    target: DATA,
    temp,
  }
}

const blocks = fc.integer({ min: 0, max: 20 })
const anyObject = fc
  .record({ blocks, held: blocks, freed: blocks, temp: fc.constantFrom(DATA, ROOT) })
  .map((figures) => object({ ...figures, held: Math.min(figures.held, figures.blocks) }))

function needsOf(objects: readonly PlannedObject[], jobs: number): Record<string, number> {
  const needs = createSpaceNeeds(jobs)
  for (const one of objects) needs.add(one)
  return Object.fromEntries(needs.list().map(({ folder, neededBytes }) => [folder, neededBytes]))
}

function inBlocks(needs: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(needs).map(([folder, count]) => [folder, count * BLOCK]))
}

function pairOf(needs: Record<string, number>) {
  return [needs['/data'], needs['/']]
}

/** Tries every state that a run can be in: each object has not begun, is in work, or has ended. */
function worstCase(objects: readonly PlannedObject[], jobs: number, device: number): number {
  const [first, ...rest] = objects
  if (first === undefined) return 0
  const { sizeBytes, heldBytes, target, temp, replaced } = first
  const atTemp = temp.device === device
  const atTarget = target.device === device
  const isApart = temp.device !== target.device
  const inWork = (atTemp ? sizeBytes - heldBytes : 0) + (atTarget && isApart ? sizeBytes : 0)
  const ended = (atTarget ? sizeBytes - (replaced?.freedBytes ?? 0) : 0) - (atTemp ? heldBytes : 0)
  return Math.max(
    worstCase(rest, jobs, device),
    ended + worstCase(rest, jobs, device),
    jobs === 0 ? 0 : inWork + worstCase(rest, jobs - 1, device),
  )
}
