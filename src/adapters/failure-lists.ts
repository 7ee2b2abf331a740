import { constants, type Stats } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import { createRecordReader, type FailureRecord } from '../core/failure-records.ts'
import { compareListNames, type ListName } from '../core/list-names.ts'
import { toOneLine } from '../core/report-text.ts'
import { readListNames } from './list-folder.ts'
import { readListLines } from './list-lines.ts'
import { thisPlatform } from './this-system.ts'
import { findDistrust } from './trusted-file.ts'

/** A record and the list that holds it. */
export type ListedRecord = FailureRecord & { readonly list: string }

/**
 * The paths of a task's failure lists, the oldest first. They are the regular files directly in the
 * folder named `cp_failed_report_<time>_<taskId>.txt` and their rotated siblings `….txt.<n>`. Throws
 * `AppError`: `no-task` where there is none, be it that the folder is missing or that the id cannot
 * be one; `execute` for a list that cannot be opened, that anybody may write to, or that a stranger
 * has put into a folder where anybody may.
 */
export async function findFailureLists(outDir: string, taskId: string): Promise<readonly string[]> {
  if (!TASK_ID.test(taskId)) throw noTask(taskId)
  const named = (await listNamesIn(outDir, taskId))
    .filter((list) => list.command === 'cp' && list.taskId === taskId)
    .toSorted(compareListNames)
  const paths: string[] = []
  for (const { name } of named) {
    const path = join(outDir, name)
    const file = await openList(path)
    await file?.close()
    if (file !== undefined) paths.push(path)
  }
  if (paths.length === 0) throw noTask(taskId)
  return paths
}

/**
 * All that the lists say of items, in order, read as a stream, some hundred records at a time. Text of
 * records is cut after 64 Ki characters. Throws `AppError` `execute` for a list that cannot be read or
 * must not be trusted.
 */
export async function* streamFailureLists(
  paths: readonly string[],
): AsyncGenerator<readonly ListedRecord[]> {
  for (const path of paths) {
    const file = await openList(path)
    if (file === undefined) throw unreadable(path, new Error('it is not a regular file'))
    try {
      yield* streamList(file, path)
    } finally {
      await file.close()
    }
  }
}

const TASK_ID = /^[0-9A-Za-z-]{36}$/
const SHOWN_CHARACTERS = 65_536

/** The fault of an id that names no task (SPEC, section 4). */
export function noTask(taskId: string, hint?: string): AppError {
  const id = toOneLine(taskId)
  const message = `Cannot find any failed-record file for task id [${id}]!`
  return new AppError('no-task', message, hint === undefined ? {} : { hint })
}

function unreadable(path: string, cause: unknown): AppError {
  return new AppError('execute', `Cannot read the list [${path}]: ${messageOf(cause)}`, { cause })
}

async function listNamesIn(outDir: string, taskId: string): Promise<readonly ListName[]> {
  try {
    return await readListNames(outDir)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) throw noTask(taskId)
    throw unreadable(outDir, error)
  }
}

/** Undefined for what is no regular file; a link to one is as good as the file. */
async function openList(path: string): Promise<FileHandle | undefined> {
  // Without O_NONBLOCK the opening of a pipe would wait for somebody to write to it.
  const flags = constants.O_RDONLY | (thisPlatform === 'win32' ? 0 : constants.O_NONBLOCK)
  const file = await open(path, flags).catch((error: unknown) => {
    throw unreadable(path, error)
  })
  try {
    const found = await file.stat()
    if (found.isFile()) {
      await assertTrusted(path, found)
      return file
    }
  } catch (error) {
    await file.close()
    throw error instanceof AppError ? error : unreadable(path, error)
  }
  await file.close()
  return undefined
}

async function assertTrusted(path: string, found: Stats): Promise<void> {
  switch (await findDistrust(path, found)) {
    case undefined:
      return
    case 'writable':
      throw new AppError(
        'execute',
        `Anybody may write to the list [${path}], so it is not trusted`,
        {
          hint: `Look at what it says; if it is right, run: chmod o-w ${path}`,
        },
      )
    case 'planted':
      throw new AppError(
        'execute',
        `The list [${path}] belongs to another user, in a folder where anybody may put one, so it is not trusted`,
        { hint: 'Look at what it says; if it is right, copy it to a folder of your own (-o).' },
      )
  }
}

async function* streamList(
  file: FileHandle,
  path: string,
): AsyncGenerator<readonly ListedRecord[]> {
  const reader = createRecordReader(thisPlatform)
  const lines = readListLines(file)
  for (;;) {
    const batch = await lines.next().catch((error: unknown) => {
      throw unreadable(path, error)
    })
    if (batch.done === true) break
    const records: ListedRecord[] = []
    for (const line of batch.value) {
      for (const record of reader.push(line)) records.push(withList(record, path))
    }
    yield records
  }
  yield reader.end().map((record) => withList(record, path))
}

function withList(record: FailureRecord, list: string): ListedRecord {
  const { kind, lineNumber } = record
  if (kind === 'item') {
    const { item, text } = record
    return { kind, lineNumber, item, text, list }
  }
  return { kind, lineNumber, text: record.text.slice(0, SHOWN_CHARACTERS), list }
}
