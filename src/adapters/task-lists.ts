import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import { compareListNames, type ListName } from '../core/list-names.ts'
import { readListNames } from './list-folder.ts'

/** A task that has failure lists in a folder. */
export interface ListedTask {
  readonly taskId: string
  /** When it began, as the name of its first list has it: `yyyyMMddHHmmss`, UTC. */
  readonly time: string
  /** Paths of its lists, in the order in which they were written. */
  readonly lists: readonly string[]
}

/** A failure list, be it of a `cp` or of a `sync`. */
export interface FoundList {
  readonly fileName: string
  readonly taskId: string
  /** Milliseconds since the epoch. */
  readonly modifiedAtMs: number
}

/**
 * The tasks of `cp` that have failure lists directly in the folder, in no order. The lists themselves
 * are not looked at. Throws `no-task` where there is no such folder, `execute` where it cannot be read.
 */
export async function findTasks(folder: string): Promise<readonly ListedTask[]> {
  const tasks = new Map<string, { taskId: string; time: string; lists: string[] }>()
  const names = (await listNamesIn(folder)).filter(({ command }) => command === 'cp')
  for (const { name, taskId, time } of names.toSorted(compareListNames)) {
    const task = tasks.get(taskId)
    if (task === undefined) tasks.set(taskId, { taskId, time, lists: [join(folder, name)] })
    else task.lists.push(join(folder, name))
  }
  return [...tasks.values()]
}

/** Every failure list directly in the folder, the one that was written to last first. Throws as above. */
export async function findLists(folder: string): Promise<readonly FoundList[]> {
  const found: FoundList[] = []
  for (const { name, taskId } of await listNamesIn(folder)) {
    const modifiedAtMs = await modifiedAt(join(folder, name))
    if (modifiedAtMs !== undefined) found.push({ fileName: name, taskId, modifiedAtMs })
  }
  return found.toSorted(
    (one, other) =>
      other.modifiedAtMs - one.modifiedAtMs || (one.fileName < other.fileName ? 1 : -1),
  )
}

async function listNamesIn(folder: string): Promise<readonly ListName[]> {
  try {
    return await readListNames(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) {
      throw new AppError('no-task', `There is no folder of lists [${folder}]`, {
        hint: '-o names another folder.',
      })
    }
    throw new AppError('execute', `Cannot read the folder [${folder}]: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** Undefined for what is gone by now, or leads nowhere, or to no file. */
async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.mtimeMs : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES'].includes(systemCode(error))) return undefined
    throw new AppError('execute', `Cannot look at the list [${path}]: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
