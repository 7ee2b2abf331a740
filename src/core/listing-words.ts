import { AppError } from './errors.ts'
import { lastOf, parseWhole } from './flag-values.ts'
import type { CommandWords } from './flags.ts'

/** What `ls` and `tasks` have in common. An undefined path is that of the default. */
interface Listing {
  /** How many are shown at most; `Infinity` for all. */
  readonly limit: number
  readonly output: 'text' | 'json'
  /** `-o` */
  readonly outputFolder: string | undefined
}

/** What `obsutil tasks` is to show. */
export interface TasksRequest extends Listing {
  /** One task, by its id or the beginning of it; undefined for all. */
  readonly taskId: string | undefined
  /** `-cpd` */
  readonly checkpointFolder: string | undefined
  readonly configFile: string | undefined
}

/** So many tasks are read and shown unless told otherwise: each may have a long list. */
const usualTasks = 20
/** As the official tool has it. */
const usualLists = 1000

/** Checks the words of `tasks`. Throws a `usage` fault that names what is wrong. */
export function parseTasksWords({ flags, positionals }: CommandWords): TasksRequest {
  const [taskId, ...more] = positionals
  if (more.length > 0) throw surplus('tasks', more, 'It takes one task id, or none.')
  if (taskId === '') throw new AppError('usage', 'The task id is empty', { hint: helpOn('tasks') })
  return {
    ...parseListing(flags, usualTasks),
    taskId,
    checkpointFolder: lastOf(flags['cpd']) || undefined,
    configFile: lastOf(flags['config']) || undefined,
  }
}

/** Checks the words of `ls`. Throws a `usage` fault that names what is wrong. */
export function parseLsWords({ flags, positionals }: CommandWords): Listing {
  if (lastOf(flags['failed']) !== 'true') {
    throw new AppError('usage', 'ls without -failed is not supported', {
      hint: 'This tool lists the failure lists of tasks only: obsutil ls -failed',
    })
  }
  if (positionals.length > 0) throw surplus('ls', positionals, '-o names the folder of the lists.')
  return parseListing(flags, usualLists)
}

function parseListing(flags: CommandWords['flags'], usualLimit: number): Listing {
  return {
    limit: parseLimit(lastOf(flags['limit'])) ?? usualLimit,
    output: lastOf(flags['json']) === 'true' ? 'json' : 'text',
    outputFolder: lastOf(flags['o']) || undefined,
  }
}

/** 0 and less mean all, as with the official tool. */
function parseLimit(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const limit = parseWhole('limit', text, '-limit takes a whole number; 0 is for all')
  return limit > 0 ? limit : Infinity
}

function surplus(command: string, words: readonly string[], hint: string): AppError {
  return new AppError('usage', `Invalid args [${words.join(' ')}] of ${command}`, { hint })
}

function helpOn(command: string): string {
  return `See 'obsutil help ${command}'.`
}
