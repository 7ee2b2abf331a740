import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, messageOf, systemCode } from '../core/errors.ts'
import {
  formatRun,
  parseRun,
  runFileName,
  taskIdOfRunFile,
  type RunEntry,
} from '../core/run-entry.ts'
import type { JournaledRun } from '../core/task-chain.ts'
import { unlinkIfThere } from './file-bytes.ts'
import { renameFile } from './patient-rename.ts'
import { openPlainFile } from './plain-file.ts'
import { theseProcesses } from './process-identity.ts'
import { findDistrust } from './trusted-file.ts'

/** What the journal of a folder says. */
export interface Journal {
  readonly runs: readonly JournaledRun[]
  /** One line for the user where files could not be read, or must not be believed. */
  readonly warning: string | undefined
}

/**
 * Writes what is known of the run beside the lists in the folder, in place of what stood there. It is
 * not synced: after a power loss the lists tell what there is to do, and a run unknown to the journal
 * is resumed once more at the worst. Rejects with the system's error.
 */
export async function writeRun(folder: string, entry: RunEntry): Promise<void> {
  const path = join(folder, runFileName(entry.taskId))
  const draft = `${path}.new`
  await unlinkIfThere(draft)
  const handle = await open(draft, 'wx', 0o640)
  try {
    await handle.writeFile(formatRun(entry))
    await handle.close()
    await renameFile(draft, path)
  } catch (error) {
    await handle.close().catch(() => undefined)
    await unlinkIfThere(draft)
    throw error
  }
}

/** Takes back what was written of a run. Rejects with the system's error. */
export function removeRun(folder: string, taskId: string): Promise<void> {
  return unlinkIfThere(join(folder, runFileName(taskId)))
}

/**
 * Reads what the folder holds of the journal, in no order. A file that is damaged, foreign or written
 * by a stranger counts as none. Throws an `execute` fault where the folder cannot be read; one that is
 * missing has no journal.
 */
export async function readJournal(folder: string): Promise<Journal> {
  const names = (await namesIn(folder)).filter((name) => taskIdOfRunFile(name) !== undefined)
  const runs: JournaledRun[] = []
  const troubles: string[] = []
  while (names.length > 0) {
    const files = names.splice(0, filesAtATime).map((name) => readRun(folder, name))
    for (const found of await Promise.all(files)) {
      if (typeof found === 'string') troubles.push(found)
      else if (found !== undefined) runs.push(found)
    }
  }
  return { runs, warning: describeTroubles(troubles) }
}

const filesAtATime = 32
const largestBytes = 65_536

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error))) return []
    throw new AppError('execute', `Cannot read the folder [${folder}]: ${messageOf(error)}`, {
      cause: error,
    })
  }
}

/** The run, why it cannot be told, or undefined where the file went away meanwhile. */
async function readRun(folder: string, name: string): Promise<JournaledRun | string | undefined> {
  const path = join(folder, name)
  try {
    const found = await openPlainFile(path, 'read')
    if (found.kind === 'nothing') return undefined
    if (found.kind === 'foreign') return `[${path}] is not a regular file`
    const { handle, stat } = found
    try {
      if (stat.size > largestBytes) return `[${path}] is too large`
      if ((await findDistrust(path, stat)) !== undefined)
        return `anybody may have written [${path}]`
      const entry = parseRun(await handle.readFile('utf8'))
      if (entry?.taskId !== taskIdOfRunFile(name))
        return `[${path}] is damaged, or of another version`
      return entry && withLife(entry)
    } finally {
      await handle.close()
    }
  } catch (error) {
    return `[${path}]: ${messageOf(error)}`
  }
}

function withLife(entry: RunEntry): JournaledRun {
  if (entry.state !== 'running') return entry
  const life = theseProcesses.lifeOf(entry.owner)
  if (life === 'runs') return entry
  return { ...entry, state: life === 'ended' ? 'killed' : 'unknown' }
}

function describeTroubles(troubles: readonly string[]): string | undefined {
  const [first] = troubles
  if (first === undefined) return undefined
  const more = troubles.length === 1 ? '' : ` (and ${troubles.length - 1} more)`
  return `What the journal of runs says is not complete: ${first}${more}`
}
