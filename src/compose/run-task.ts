import { randomUUID } from 'node:crypto'
import { findFailureLists } from '../adapters/failure-lists.ts'
import { systemClock } from '../adapters/system-clock.ts'
import type { RecoverResult } from '../app/recover.ts'
import { isHopeless } from '../core/failure-prospects.ts'
import { pauseAfter } from '../core/rounds.ts'
import { addRound } from '../core/tally.ts'
import { setUpDesk, type Desk } from './desk.ts'
import { interruptedExitCode } from './interrupts.ts'
import { createKeySearch } from './keys.ts'
import { runRound, startRound, type Round, type Run } from './round.ts'
import { describeEnd, describeStart, type EndedRound } from './run-fields.ts'
import { announceRun } from './run-journal.ts'
import type { Task } from './task.ts'
import type { World } from './world.ts'

const allDone = 0
/** Something failed, or a line of the list could not be read. */
const uncompleted = 8

/**
 * Resumes the task, with `-rounds` its own failures after that, shows how it goes and ends, and returns
 * the exit code.
 */
export async function runTask(task: Task, world: World): Promise<number> {
  const desk = setUpDesk(task, world)
  const { view, log, sdkLog, questions, interrupts } = desk
  try {
    const ended = await runRounds(task, startRun(task, desk, world))
    const exitCode = interrupts.wasInterrupted() ? interruptedExitCode : exitCodeOf(ended.result)
    const endedBy = interrupts.wasInterrupted() ? 'interrupt' : 'itself'
    const plan = await ended.round.planner?.plan()
    view.ended({ ...describeEnd(task, ended, Date.now()), plan, exitCode, endedBy })
    return exitCode
  } finally {
    questions.close()
    interrupts.abort(new Error('the run is over'))
    interrupts.dispose()
    await Promise.all([log.close(), sdkLog.close()])
  }
}

function startRun(task: Task, desk: Desk, world: World): Run {
  const { say, interrupts } = desk
  const findKeysAnew = createKeySearch(task.keyPlaces, { say, signal: interrupts.signal })
  return { desk, world, keys: task.keys, findKeysAnew }
}

function exitCodeOf({ tally, unreadable }: RecoverResult): number {
  return tally.failed > 0 || unreadable > 0 ? uncompleted : allDone
}

/** Runs the first round, and further ones as long as there is a point in it. */
async function runRounds(task: Task, run: Run): Promise<EndedRound> {
  const { view } = run.desk
  const first = startRound(task, run.desk)
  view.started(describeStart(task, first))
  let ended = await endOf(task, first, run)
  for (;;) {
    const pauseMs = pauseBeforeNext(task, ended, run)
    if (pauseMs === undefined) return ended
    const { number, round } = ended
    const rounds = task.options.rounds + 1
    const { succeeded, failed } = ended.last
    try {
      const rest = await resuming(task, round)
      view.roundEnded({ round: number, rounds, taskId: round.taskId, succeeded, failed, pauseMs })
      const next = await awaitNextRound(rest, pauseMs, run)
      if (next === undefined) return ended
      const { taskId } = next
      view.roundStarted({ round: number + 1, rounds, taskId, resumedTaskId: round.taskId })
      ended = joinRounds(ended, await endOf(rest, next, run))
    } catch (error) {
      view.brokeOff(describeEnd(task, ended, Date.now()))
      throw error
    }
  }
}

async function endOf(task: Task, round: Round, run: Run): Promise<EndedRound> {
  const result = await runRound(task, round, run)
  const { tally } = result
  run.desk.log.info(
    `Task [${round.taskId}] ended: ${tally.succeeded} succeeded, ${tally.failed} failed, ${tally.skipped} unchanged, ${tally.leftOut} left out, ${result.unreadable} unreadable lines`,
  )
  const warnings = round.warningCount()
  return { number: 1, first: round, round, result, last: tally, warnings }
}

function pauseBeforeNext(
  { options, config }: Task,
  { number, last, round }: EndedRound,
  { desk }: Run,
): number | undefined {
  // A dry run leaves all as it was, and would find the same again.
  if (options.dryRun || desk.interrupts.wasInterrupted()) return undefined
  // The store refused all that was asked of it: it would again.
  if (round.causes.countOf(({ code }) => code === 'AbortError') > 0) return undefined
  const { succeeded, failed } = last
  const hopeless = round.causes.countOf(isHopeless)
  const plan = { more: options.rounds, firstPauseMs: config.roundPauseMs }
  return pauseAfter(number, { succeeded, failed, hopeless }, plan)
}

/**
 * The next round, once it is time for it; undefined where the wait was interrupted. Others are told in
 * the journal, from the start of the wait on, that this run is at work on the task.
 */
async function awaitNextRound(
  rest: Task,
  pauseMs: number,
  { desk }: Run,
): Promise<Round | undefined> {
  const { interrupts } = desk
  const taskId = randomUUID()
  const withdraw = await announceRun(rest, taskId, desk)
  try {
    await systemClock.sleep(pauseMs, interrupts.signal)
    return startRound(rest, desk, taskId)
  } catch (error) {
    await withdraw()
    if (interrupts.wasInterrupted()) return undefined
    throw error
  }
}

/** What was asked for in the first round is not asked again, and what is beyond help is not tried again. */
async function resuming(task: Task, { taskId }: Round): Promise<Task> {
  const { outputFolder } = task.options
  const lists = await findFailureLists(outputFolder, taskId)
  const options = { ...task.options, taskId, force: true }
  return { ...task, lists, options, hopeless: 'carried-over' }
}

function joinRounds(before: EndedRound, { round, result, last, warnings }: EndedRound): EndedRound {
  return {
    number: before.number + 1,
    first: before.first,
    round,
    last,
    warnings: before.warnings + warnings,
    result: {
      tally: addRound(before.result.tally, last),
      unreadable: before.result.unreadable + result.unreadable,
      foreign: before.result.foreign + result.foreign,
    },
  }
}
