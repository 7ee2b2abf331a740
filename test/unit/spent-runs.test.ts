/** Which runs of the journal nobody needs any more. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { findSpentRuns } from '../../src/core/spent-runs.ts'
import { runsOf, type Story } from './support/run-stories.ts'

const DAY_MS = 86_400_000

/** The story's runs began and ended in the first moments of 1970; `listed` are tasks with lists. */
function spent(story: Story, listed: string, day = 100): string {
  const found = findSpentRuns(runsOf(story), (id) => listed.includes(id), day * DAY_MS)
  return found
    .map(({ taskId }) => taskId)
    .toSorted()
    .join('')
}

describe('the journal of a task', () => {
  for (const [what, story, listed, expected] of [
    ['that is done goes', ['B<A 0'], '', 'B'],
    ['that is done, by several runs, goes', ['B<A 3', 'C<B 2', 'D<C 0'], '', 'BCD'],
    ['whose first list is there stays, all of it', ['B<A 3', 'C<B 2', 'D<C 0'], 'A', ''],
    ['whose last list is there stays, all of it', ['B<A 3', 'C<B 2', 'D<C 1'], 'D', ''],
    ['that another run of the same task left a list of stays', ['B<A 0', 'C<A 1'], 'C', ''],
    ['that is being resumed stays', ['B<A 3', 'C<B running'], '', ''],
    ['whose runs were killed goes', ['B<A killed', 'C<A unknown'], '', 'BC'],
    ['that was only looked at goes', ['B<A dry 0'], '', 'B'],
    ['goes alone, not those of others', ['B<A 0', 'D<C 1'], 'D', 'B'],
    ['goes whatever the order', ['D<C 0', 'B<A 3', 'C<B 2'], '', 'BCD'],
    ['that is a circle goes', ['B<A 0', 'A<B 0'], '', 'AB'],
  ] as const) {
    it(what, () => assert.equal(spent(story, listed), expected))
  }
  it('is told in no time from one of many thousand runs', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => `${at + 1}<${at} 0`)
    const same = Array.from({ length: 20_000 }, (_, at) => `x${at}<x 0`)
    const found = findSpentRuns(runsOf([...chain, ...same]), (id) => id === '0', 100 * DAY_MS)
    assert.deepEqual(new Set(found.map(({ resumedTaskId }) => resumedTaskId)), new Set(['x']))
    assert.equal(found.length, 20_000)
  })
  it('stays for 90 days', () => {
    assert.equal(spent(['B<A 0'], '', 90), 'B')
    assert.equal(spent(['B<A 0'], '', 89), '')
    assert.equal(spent([], ''), '')
  })
})
