import { findLists } from '../adapters/task-lists.ts'
import { formatLists, formatListsJson } from '../cli/list-table.ts'
import type { CommandWords } from '../core/flags.ts'
import { parseLsWords } from '../core/listing-words.ts'
import { chooseOutputFolder } from '../core/options.ts'
import { pathSurroundings, type World } from './world.ts'

/**
 * `obsutil ls -failed`: shows the failure lists in a folder. Returns the exit code; throws an
 * `AppError` where it cannot.
 */
export async function runLs(words: CommandWords, world: World): Promise<number> {
  const { limit, output, outputFolder } = parseLsWords(words)
  const folder = chooseOutputFolder({ outputFolder }, pathSurroundings(world))
  const lists = (await findLists(folder)).slice(0, limit)
  world.stdout.write(output === 'json' ? formatListsJson(lists) : formatLists(lists))
  return 0
}
