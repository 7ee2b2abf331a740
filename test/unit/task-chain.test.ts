/** Who resumed whom, and which task is the one to go on with. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createTaskChains } from '../../src/core/task-chain.ts'
import { fuzzRuns } from '../support/fuzz-runs.ts'
import { runsOf, type Story } from './support/run-stories.ts'

interface Row {
  readonly what: string
  readonly story: Story
  /** The tasks that have failure lists. */
  readonly listed: string
  /** What became of A, which nobody else resumed: `kind by left`. */
  readonly since: string
  /** With what to go on for A. */
  readonly goOn: string
  /** The tasks that `-recover=last` may take. */
  readonly open: string
}

const ROWS: readonly Row[] = [
  { what: 'nobody resumed it', story: [], listed: 'A', since: 'nothing', goOn: 'A', open: 'A' },
  {
    what: 'a run did all of it',
    story: ['B<A 0'],
    listed: 'A',
    since: 'done B 0',
    goOn: 'A',
    open: '',
  },
  {
    what: 'a run left some',
    story: ['B<A 3'],
    listed: 'AB',
    since: 'left B 3',
    goOn: 'B',
    open: 'B',
  },
  {
    what: 'a second run left fewer, a third did the rest',
    story: ['B<A 3', 'C<B 2', 'D<C 0'],
    listed: 'ABC',
    since: 'done D 0',
    goOn: 'C',
    open: '',
  },
  {
    what: 'an interrupted run has the rest in its list',
    story: ['B<A 7 interrupted', 'C<B 2'],
    listed: 'ABC',
    since: 'left C 2',
    goOn: 'C',
    open: 'C',
  },
  {
    what: 'a run was killed, and its list has a part of the rest only',
    story: ['B<A killed'],
    listed: 'AB',
    since: 'unfinished B',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'a run was killed, and the list that it worked on is gone',
    story: ['B<A killed'],
    listed: 'B',
    since: 'unfinished B',
    goOn: 'A',
    open: 'B',
  },
  {
    what: 'a run was killed, and the same task was resumed again',
    story: ['B<A killed', 'C<A 1'],
    listed: 'ABC',
    since: 'left C 1',
    goOn: 'C',
    open: 'C',
  },
  {
    what: 'a run was killed, and another did all of it and cleared its list',
    story: ['B<A killed', 'C<A 0'],
    listed: 'B',
    since: 'done C 0',
    goOn: 'A',
    open: '',
  },
  {
    what: 'a run was killed, and another cleared its list and has what is left',
    story: ['B<A killed', 'C<A 1'],
    listed: 'BC',
    since: 'left C 1',
    goOn: 'C',
    open: 'C',
  },
  {
    what: 'a run could not be carried out',
    story: ['B<A failed'],
    listed: 'AB',
    since: 'unfinished B',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'a run of another computer never told its end',
    story: ['B<A unknown'],
    listed: 'AB',
    since: 'unfinished B',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'a run is at work on it, after one that left some',
    story: ['B<A 3', 'C<A running'],
    listed: 'AB',
    since: 'running C',
    goOn: 'B',
    open: 'B',
  },
  {
    what: 'a filter left items to it',
    story: ['B<A 3 -5', 'C<B 0'],
    listed: 'AB',
    since: 'left C 5',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'lines of it could not be read',
    story: ['B<A 0 ?2'],
    listed: 'A',
    since: 'left B 2',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'the list of what was left is gone',
    story: ['B<A 3'],
    listed: 'A',
    since: 'left B 3',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'the list of what was left was cleared once that was done',
    story: ['B<A 3', 'C<B 0'],
    listed: 'A',
    since: 'done C 0',
    goOn: 'B',
    open: '',
  },
  {
    what: 'a dry run looked at it, and has a list',
    story: ['B<A 1 dry'],
    listed: 'AB',
    since: 'nothing',
    goOn: 'A',
    open: 'A',
  },
  {
    what: 'two runs resumed it, each with a filter of its own',
    story: ['B<A 0 -4', 'C<A 0 -6'],
    listed: 'A',
    since: 'left B 4',
    goOn: 'A',
    open: 'A',
  },
]

describe('createTaskChains()', () => {
  for (const { what, story, listed, since, goOn, open } of ROWS) {
    it(`tells of a task that ${what}`, () => {
      const chains = createTaskChains(runsOf(story), (id) => listed.includes(id))
      assert.equal(sinceOf(chains.sinceThen('A')), since)
      assert.equal(chains.goOnWith('A'), goOn)
      const ids = Array.from(listed)
      assert.equal(ids.filter((id) => chains.supersededBy(id) === undefined).join(''), open)
    })
  }

  it('has every run of a chain, wherever one looks from, the oldest first', () => {
    const runs = runsOf(['B<A 3', 'X<Y 1', 'C<B killed', 'D<B 2 interrupted', 'E<A 0 dry', 'F<D 0'])
    const chains = createTaskChains(runs, () => true)
    for (const id of ['A', 'B', 'C', 'D', 'F']) {
      assert.equal(
        chains
          .chainOf(id)
          .map(({ taskId }) => taskId)
          .join(''),
        'BCDF',
      )
    }
    assert.deepEqual(chains.chainOf('unheard of'), [])
    assert.equal(chains.runOf('D')?.state, 'interrupted')
    assert.equal(chains.runOf('A'), undefined)
  })

  it('ends for runs that resumed each other in a circle, or themselves', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('A', 'B', 'C', 'D'),
            fc.constantFrom('A', 'B', 'C', 'D'),
            fc.constantFrom('0', '3', 'killed', 'running', 'dry 2', '1 -1'),
          ),
          { maxLength: 8 },
        ),
        fc.subarray(['A', 'B', 'C', 'D']),
        (links, listed) => {
          const story = links.map(([id, resumed, rest]) => `${id}<${resumed} ${rest}`)
          const chains = createTaskChains(runsOf(story), (id) => listed.includes(id))
          for (const id of ['A', 'B', 'C', 'D']) {
            chains.sinceThen(id)
            assert.match(chains.goOnWith(id), /^[A-D]$/)
            assert.ok(chains.chainOf(id).length <= links.length)
          }
        },
      ),
      fuzzRuns(500),
    )
  })

  it('tells of a chain of 100,000 runs what the last one left', () => {
    const story = Array.from({ length: 100_000 }, (_, at) => `${at + 1}<${at} 9`)
    const chains = createTaskChains(runsOf(story), () => true)
    assert.equal(sinceOf(chains.sinceThen('0')), 'left 100000 9')
    assert.equal(chains.goOnWith('0'), '100000')
    assert.equal(chains.chainOf('50000').length, 100_000)
  })
})

function sinceOf(since: ReturnType<ReturnType<typeof createTaskChains>['sinceThen']>): string {
  if (since.kind === 'nothing') return since.kind
  const left = since.kind === 'left' ? [since.left] : since.kind === 'done' ? [0] : []
  return [since.kind, since.run.taskId, ...left].join(' ')
}
