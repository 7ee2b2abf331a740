import { findTasks } from '../adapters/task-lists.ts'
import { thisSystem } from '../adapters/this-system.ts'
import { quoteWord } from '../cli/shell-words.ts'
import { AppError } from '../core/errors.ts'
import { findMeantTask } from '../core/task-ids.ts'

/**
 * The same error with a hint about the tasks that there are: the one that was probably meant, and the
 * command that shows all. As it is where there are none, or the folder cannot be read.
 */
export async function hintAtTasks(
  fault: AppError,
  { typed, folder, flags }: UnknownTask,
): Promise<AppError> {
  const tasks = await findTasks(folder).catch(() => [])
  if (tasks.length === 0) return fault
  const ids = tasks.map(({ taskId }) => taskId)
  const meant = findMeantTask(typed, ids)
  const likely =
    meant.kind === 'found' ? meant.taskId : meant.kind === 'unknown' ? meant.similar : undefined
  const question = likely === undefined ? '' : `Did you mean ${likely}? `
  const where = flags['o'] === undefined ? '' : ` ${quoteWord(`-o=${folder}`, thisSystem)}`
  return new AppError(fault.fault, fault.message, {
    cause: fault,
    hint: `${question}The tasks that there are: obsutil tasks${where}`,
  })
}

/** An id that names no task, and where it was looked for. */
interface UnknownTask {
  readonly typed: string
  readonly folder: string
  /** As they were given. */
  readonly flags: Readonly<Record<string, string | readonly string[] | undefined>>
}
