/**
 * All that looks through a folder of lists. It is loaded as one when any of it is due: each entry of its
 * own would break what it shares with the others into more files, and opening these takes longer than
 * reading what is not needed.
 */
export { findLatestTask } from './latest-task.ts'
export { runLs } from './ls-command.ts'
export { runTasks } from './tasks-command.ts'
