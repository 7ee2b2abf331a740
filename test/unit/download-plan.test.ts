import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compareSpace, createPlanTally } from '../../src/core/download-plan.ts'
import { isLasting } from '../../src/core/failure-prospects.ts'
import type { Item } from '../../src/core/item.ts'
import type { Outcome } from '../../src/core/outcome.ts'
import type { PlannedItem, PlannedObject } from '../../src/core/planned-item.ts'

const DATA = { device: 1, folder: '/data' }
const OBJECT: PlannedObject = {
  way: 'direct',
  sizeBytes: 1000,
  presentBytes: 0,
  heldBytes: 0,
  replaced: undefined,
  target: DATA,
  temp: DATA,
}

describe('createPlanTally()', () => {
  it('has nothing to do at first', () => {
    const tally = createPlanTally(5)
    assert.deepEqual(tally.needs(), [])
    const { items, sizeBytes, missingBytes, failing, unknown } = tally.plan([])
    assert.deepEqual([items, sizeBytes, missingBytes], [0, 0, 0])
    const none = { items: 0, causeCount: 0, causes: [] }
    assert.deepEqual([failing, unknown], [none, none])
  })
  it('counts each item once, by the way it would go', () => {
    const tally = createPlanTally(5)
    const replaced = { sizeBytes: 700, freedBytes: 4096 }
    tally.add(planned({ way: 'folder' }))
    tally.add(planned({ ...OBJECT, replaced }))
    tally.add(planned(OBJECT))
    tally.add(planned({ ...OBJECT, way: 'parts', sizeBytes: 9000, presentBytes: 4000, replaced }))
    tally.add(planned({ ...OBJECT, way: 'parts', sizeBytes: 8000 }))
    tally.add({ ...answer(), kind: 'unchanged' })
    tally.add({ kind: 'left-out', item: item('k') })
    tally.add(failed(404, 'NoSuchKey'))
    tally.add(failed(404, 'NoSuchKey'))
    tally.add(failed(503, 'SlowDown'))
    const space = [{ path: '/data', neededBytes: 1, freeBytes: undefined, shortBytes: 0 }]
    const cause = { example: 'obs://bucket/k', message: 'text' }
    const advice = {
      gone: 'it is gone, and no further run will get it',
      busy: 'the store was busy: go on later, or with less at once (-j, -p)',
    }
    const plan = tally.plan(space)
    assert.deepEqual(plan, {
      items: 5,
      sizeBytes: 19_000,
      presentBytes: 4000,
      missingBytes: 15_000,
      direct: { items: 2, sizeBytes: 2000 },
      parts: { items: 2, sizeBytes: 17_000, begunItems: 1 },
      folders: { items: 1 },
      replaced: { files: 2, sizeBytes: 1400 },
      unchanged: { items: 1 },
      leftOut: { items: 1 },
      failing: {
        items: 2,
        causeCount: 1,
        causes: [{ ...cause, status: 404, code: 'NoSuchKey', count: 2, advice: advice.gone }],
      },
      unknown: {
        items: 1,
        causeCount: 1,
        causes: [{ ...cause, status: 503, code: 'SlowDown', count: 1, advice: advice.busy }],
      },
      space,
    })
    const { freeBytes: _, ...known } = space[0] ?? assert.fail()
    const inJson: unknown = JSON.parse(JSON.stringify(plan))
    assert.deepEqual(inJson, { ...plan, space: [known] })
  })
  it('says what room there must be', () => {
    const tally = createPlanTally(5)
    tally.add(planned(OBJECT))
    tally.add(planned({ way: 'folder' }))
    assert.deepEqual(tally.needs(), [{ ...DATA, neededBytes: 4096 }])
  })
  it('keeps the most frequent causes of many, and counts all', () => {
    const tally = createPlanTally(5)
    for (let at = 0; at < 50; at += 1) tally.add(failed(404, `Code${at}`))
    tally.add(failed(404, 'Code49'))
    const { items, causeCount, causes } = tally.plan([]).failing
    assert.deepEqual([items, causeCount, causes.length], [51, 50, 20])
    assert.deepEqual([causes[0]?.code, causes[0]?.count], ['Code49', 2])
  })
})

describe('compareSpace()', () => {
  for (const [neededBytes, freeBytes, shortBytes] of [
    [10, 9, 1],
    [10, 10, 0],
    [10, 11, 0],
    [10, undefined, 0],
    [0, 0, 0],
  ] as const) {
    it(`${neededBytes} needed of ${freeBytes} are ${shortBytes} short`, () => {
      assert.deepEqual(compareSpace({ neededBytes }, { path: '/', freeBytes }), {
        path: '/',
        neededBytes,
        freeBytes,
        shortBytes,
      })
    })
  }
})

describe('isLasting()', () => {
  for (const [status, code, expected] of [
    [404, 'NoSuchKey', true],
    [403, 'InvalidObjectState', true],
    [401, '', true],
    [0, 'EACCES', true],
    [0, 'EEXIST', true],
    [undefined, 'DuplicateDestinationError', true],
    [undefined, 'InterruptedError', false],
    [undefined, 'AbortError', false],
    [0, 'ECONNRESET', false],
    [0, 'SocketTimeout', false],
    [200, 'InvalidResponse', false],
    [408, '', false],
    [429, '', false],
    [500, 'InternalError', false],
    [503, undefined, false],
  ] as const) {
    it(`${status} ${code} is ${expected ? 'the item’s' : 'not the item’s'}`, () => {
      assert.equal(isLasting({ status, code }), expected)
    })
  }
})

function item(key: string): Item {
  return {
    bucket: 'bucket',
    key,
    versionId: undefined,
    destination: '/data/k',
    listedSize: undefined,
  }
}

function answer() {
  return {
    item: item('k'),
    sizeBytes: 0,
    costMs: undefined,
    status: undefined,
    requestId: undefined,
  }
}

function planned(what: PlannedItem): Outcome {
  return { ...answer(), kind: 'dry-run', planned: what }
}

function failed(status: number, code: string): Outcome {
  return { ...answer(), kind: 'failed', status, code, message: 'text' }
}
