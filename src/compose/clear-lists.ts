import { stat, unlink } from 'node:fs/promises'
import type { RecoverResult } from '../app/recover.ts'
import { messageOf, systemCode } from '../core/errors.ts'
import type { Options } from '../core/options.ts'
import { clearJournal } from './known-tasks.ts'

export interface ClearContext {
  readonly result: RecoverResult
  readonly options: Options
  /** Shows a line to the user. */
  readonly say: (text: string) => void
}

/**
 * `-clear`: looks at the resumed task's failure lists before they are read, and gives the function
 * that deletes them afterwards: once every item in them has been downloaded, found unchanged, or
 * written to the new failure list, which is on disk by then. Where anything would be lost with them
 * they stay, and the user is told why. With the lists goes what the journal says of chains that ended
 * long ago.
 */
export async function prepareClearing(
  lists: readonly string[],
): Promise<(context: ClearContext) => Promise<void>> {
  const before = await Promise.all(lists.map(describeFile))
  return async ({ result, options, say }) => {
    const after = await Promise.all(lists.map(describeFile))
    const hasChanged = after.some((now, at) => now !== before[at])
    const reason =
      unaccounted(result, options) ?? (hasChanged ? 'they were written to meanwhile' : '')
    if (reason !== '') {
      say(`Warn: -clear kept the old failure lists: ${reason}`)
      return
    }
    await Promise.all(lists.map((path) => remove(path, say)))
    await tidyJournal(options.outputFolder, say)
  }
}

/** What is left of the journal does no harm: the next run with `-clear` tries again. */
async function tidyJournal(folder: string, say: ClearContext['say']): Promise<void> {
  try {
    await clearJournal(folder)
  } catch (error) {
    say(`Warn: -clear cannot tidy the journal of runs in [${folder}]: ${messageOf(error)}`)
  }
}

/** Changes when the file does. */
async function describeFile(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs } = await stat(path)
    return [dev, ino, size, mtimeMs].join(' ')
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'gone'
    throw error
  }
}

async function remove(path: string, say: ClearContext['say']): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return
    say(`Warn: -clear cannot delete the old failure list [${path}]: ${messageOf(error)}`)
  }
}

function unaccounted(result: RecoverResult, options: Options): string | undefined {
  const { tally, unreadable, foreign } = result
  if (options.dryRun) return 'a dry run downloads nothing'
  const reasons = [
    [tally.leftOut, 'left out by a filter or an answer'],
    [unreadable, 'in lines that cannot be read'],
    [foreign, 'not downloads'],
  ] as const
  const told = reasons.filter(([count]) => count > 0).map(([count, why]) => `${count} ${why}`)
  return told.length === 0 ? undefined : `items ${told.join(', ')}`
}
