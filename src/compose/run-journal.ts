import { theseProcesses } from '../adapters/process-identity.ts'
import { removeRun, writeRun } from '../adapters/run-journal.ts'
import type { RecoverResult } from '../app/recover.ts'
import { messageOf } from '../core/errors.ts'
import type { RunCounts, RunEntry } from '../core/run-entry.ts'
import type { Desk } from './desk.ts'
import type { Round } from './round.ts'
import type { Task } from './task.ts'

/**
 * Carries the work out with an entry in the journal that says, from the start, which task it resumes,
 * and afterwards how it ended. A journal that cannot be written costs a warning and no run.
 */
export async function journaled(
  task: Task,
  { round, desk }: { readonly round: Round; readonly desk: Desk },
  work: () => Promise<RecoverResult>,
): Promise<RecoverResult> {
  const begun = entryOf(task, round)
  const write = createWriter(task.options.outputFolder, desk)
  await write(begun)
  try {
    const result = await work()
    const state = desk.interrupts.wasInterrupted() ? 'interrupted' : 'ended'
    await write({ ...begun, state, endedAtMs: Date.now(), counts: countsOf(result) })
    return result
  } catch (error) {
    await write({ ...begun, state: 'failed', endedAtMs: Date.now() })
    throw error
  }
}

/**
 * Says in the journal that a run will resume the task in a while. Returns what takes that back; the run
 * itself, when it comes, puts its own entry in the place.
 */
export async function announceRun(
  task: Task,
  taskId: string,
  desk: Desk,
): Promise<() => Promise<void>> {
  const { outputFolder } = task.options
  await createWriter(outputFolder, desk)(entryOf(task, { taskId, startedAtMs: Date.now() }))
  return () => removeRun(outputFolder, taskId)
}

function entryOf(
  { options, flags }: Task,
  { taskId, startedAtMs }: Pick<Round, 'taskId' | 'startedAtMs'>,
): RunEntry {
  return {
    taskId,
    resumedTaskId: options.taskId,
    dryRun: options.dryRun,
    state: 'running',
    startedAtMs,
    endedAtMs: undefined,
    counts: undefined,
    flags,
    owner: theseProcesses.own(),
  }
}

/** Warns once: what keeps the first from being written may keep the second, too. */
function createWriter(folder: string, { say }: Desk): (entry: RunEntry) => Promise<void> {
  let isTold = false
  return async (entry) => {
    try {
      await writeRun(folder, entry)
    } catch (error) {
      if (!isTold) {
        say(`Warn: Cannot write the journal of this run in [${folder}]: ${messageOf(error)}`)
      }
      isTold = true
    }
  }
}

function countsOf({ tally, unreadable, foreign }: RecoverResult): RunCounts {
  return {
    succeeded: tally.succeeded,
    failed: tally.failed,
    skipped: tally.skipped,
    leftOut: tally.leftOut,
    unreadable,
    foreign,
    bytes: tally.succeededBytes,
  }
}
