import { unlink } from 'node:fs/promises'
import type { RecoverResult } from '../app/recover.ts'
import type { Options } from '../core/options.ts'

export interface ClearContext {
  readonly result: RecoverResult
  readonly reports: { syncFailures(): Promise<void> }
  readonly options: Options
  /** Shows a line to the user. */
  readonly say: (text: string) => void
}

/**
 * `-clear`: deletes the resumed task's failure lists, once every item in them has been downloaded,
 * found unchanged, or written to the new failure list and that is safely on disk. Where any item
 * would be lost with them they stay, and the user is told how many.
 */
export async function clearLists(lists: readonly string[], context: ClearContext): Promise<void> {
  const { result, reports, options, say } = context
  const keeping = unaccounted(result, options)
  if (keeping !== undefined) {
    say(`Warn: -clear kept the old failure lists: ${keeping}`)
    return
  }
  await reports.syncFailures()
  await Promise.all(lists.map((path) => unlink(path)))
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
