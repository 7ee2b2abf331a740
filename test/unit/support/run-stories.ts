import type { JournaledRun } from '../../../src/core/task-chain.ts'

/** `B<A 3` is run B, which resumed A and left 3 items; letters after it are what else is to be said. */
export type Story = readonly string[]

const STATES: Readonly<Record<string, JournaledRun['state']>> = {
  running: 'running',
  killed: 'killed',
  unknown: 'unknown',
  failed: 'failed',
  interrupted: 'interrupted',
}

/** The runs of a story, in order. */
export function runsOf(story: Story): readonly JournaledRun[] {
  return story.map((text, at) => {
    const [pair = '', ...words] = text.split(' ')
    const [taskId = '', resumedTaskId = ''] = pair.split('<')
    const state = words.map((word) => STATES[word]).find((known) => known !== undefined) ?? 'ended'
    const hasEnded = state === 'ended' || state === 'interrupted'
    const figure = (mark: RegExp) =>
      Number(words.map((word) => mark.exec(word)?.[1]).find((found) => found !== undefined) ?? 0)
    return {
      taskId,
      resumedTaskId,
      dryRun: words.includes('dry'),
      state,
      startedAtMs: at,
      endedAtMs: hasEnded ? at : undefined,
      counts: hasEnded
        ? {
            succeeded: 1,
            failed: figure(/^(\d+)$/),
            skipped: 0,
            leftOut: figure(/^-(\d+)$/),
            unreadable: figure(/^\?(\d+)$/),
            foreign: 0,
            bytes: 1,
          }
        : undefined,
      flags: {},
      owner: { pid: 1, host: '', started: '', space: '' },
    }
  })
}
