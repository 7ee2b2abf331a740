import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { formatPlan } from '../../src/cli/plan-text.ts'
import type { DownloadPlan } from '../../src/core/download-plan.ts'

const MB = 1024 * 1024
const GB = 1024 * MB
const NONE = { items: 0, causeCount: 0, causes: [] }
const NOTHING: DownloadPlan = {
  items: 0,
  sizeBytes: 0,
  presentBytes: 0,
  missingBytes: 0,
  direct: { items: 0, sizeBytes: 0 },
  parts: { items: 0, sizeBytes: 0, begunItems: 0 },
  folders: { items: 0 },
  replaced: { files: 0, sizeBytes: 0 },
  unchanged: { items: 0 },
  leftOut: { items: 0 },
  failing: NONE,
  unknown: NONE,
  space: [],
}
const CAUSE = {
  status: 404,
  code: 'NoSuchKey',
  count: 48,
  example: 'obs://backup/2024/2.img',
  message: 'The specified key does not exist.',
  advice: undefined,
}

describe('formatPlan()', () => {
  it('shows all there is to say', () => {
    const plan: DownloadPlan = {
      ...NOTHING,
      items: 2950,
      sizeBytes: 118 * GB,
      presentBytes: 12 * GB,
      direct: { items: 2900, sizeBytes: 3 * GB },
      parts: { items: 48, sizeBytes: 115 * GB, begunItems: 5 },
      folders: { items: 2 },
      replaced: { files: 1, sizeBytes: 200 * MB },
      unchanged: { items: 12 },
      leftOut: { items: 3 },
      failing: {
        items: 50,
        causeCount: 2,
        causes: [CAUSE, { ...CAUSE, status: 0, code: 'EACCES', count: 2, message: 'no' }],
      },
      unknown: {
        items: 1,
        causeCount: 1,
        causes: [{ ...CAUSE, status: 503, code: 'Slow', count: 1 }],
      },
      space: [
        { path: '/data', neededBytes: 106 * GB, freeBytes: 80 * GB, shortBytes: 26 * GB },
        { path: '/', neededBytes: 2 * GB, freeBytes: 3 * GB, shortBytes: 0 },
        { path: '/mnt/odd', neededBytes: 4096, freeBytes: undefined, shortBytes: 0 },
        { path: '/idle', neededBytes: 0, freeBytes: 3 * GB, shortBytes: 0 },
      ],
    }
    assert.equal(
      formatPlan(plan),
      `
Plan: 2,950 items, 118.00GB to fetch (12.00GB of it is there already)
  directly      2,900 items    3.00GB
  in parts         48 items  115.00GB
  begun before      5 items   12.00GB  there already by the record, to be proven
  folders           2 items
  replaced           1 file  200.00MB
  unchanged        12 items
  left out          3 items
  cannot succeed: 50 items
    48  404 NoSuchKey: The specified key does not exist.
        such as obs://backup/2024/2.img
        it is gone, and no further run will get it
     2  EACCES: no
        such as obs://backup/2024/2.img
        this user may not write there
  could not be found out: 1 item
    1  503 Slow: The specified key does not exist.
       such as obs://backup/2024/2.img
       the store was busy: go on later, or with less at once (-j, -p)
  space needed, at most:
    106.00GB on /data, free: 80.00GB, not enough: 26.00GB more needed
      2.00GB on /, free: 3.00GB
      4.00KB on /mnt/odd, free: not known
`,
    )
  })
  it('says so where there is nothing to fetch', () => {
    assert.equal(formatPlan(NOTHING), '\nPlan: nothing to fetch\n')
  })
  it('says how many more causes there are', () => {
    const causes = Array.from({ length: 9 }, (_, at) => ({ ...CAUSE, code: `Code${at}` }))
    const text = formatPlan({ ...NOTHING, failing: { items: 432, causeCount: 12, causes } })
    assert.match(text, /Code4/)
    assert.doesNotMatch(text, /Code5/)
    assert.match(text, /^ {4}and 7 other causes$/m)
  })
  it('keeps to 80 columns and to its lines, whatever names and messages are', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '/', '\n', '\u001B', 'é'),
      maxLength: 300,
    })
    fc.assert(
      fc.property(text, text, text, (name, message, path) => {
        const cause = { ...CAUSE, example: `obs://${name}`, message }
        const plan = formatPlan({
          ...NOTHING,
          failing: { items: 48, causeCount: 1, causes: [cause] },
          space: [{ path: `/${path}`, neededBytes: GB, freeBytes: 0, shortBytes: GB }],
        })
        assert.doesNotMatch(plan, /[^\P{Cc}\n]/u)
        for (const line of plan.split('\n')) assert.ok(line.length <= 80, line)
        assert.match(plan, /needed\n$/)
      }),
    )
  })
})
