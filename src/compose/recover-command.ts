import { assertDownloadTask } from '../app/list-records.ts'
import { readConfigFile } from '../adapters/config-file.ts'
import { findFailureLists, streamFailureLists } from '../adapters/failure-lists.ts'
import { thisSystem } from '../adapters/this-system.ts'
import { resolveConfig } from '../core/config.ts'
import { requireCredentials } from '../core/credentials.ts'
import { AppError } from '../core/errors.ts'
import { parseEndpoint } from '../core/endpoint.ts'
import { chooseProxy } from '../core/proxy.ts'
import { parseFlags, type CommandWords } from '../core/flags.ts'
import { chooseConfigFile, resolveOptions, type Options } from '../core/options.ts'
import { formatResume } from '../cli/shell-words.ts'
import { assertFolders, makeFolders } from './folders.ts'
import { findKeys, keysInFile } from './keys.ts'
import { hintAtTasks } from './unknown-task.ts'
import { pathSurroundings, type World } from './world.ts'

/**
 * `obsutil cp -recover=<taskId>`: checks all that can be checked before anything is requested or
 * written, then runs the task. Returns the exit code; throws an `AppError` where the run cannot be.
 */
export async function runRecover(words: CommandWords, world: World): Promise<number> {
  const flags = parseFlags(words)
  const surroundings = {
    ...pathSurroundings(world),
    environment: world.environment,
  }
  const { path, required } = chooseConfigFile(flags, surroundings)
  const { entries, lines } = await readConfigFile(path, { required })
  const { config, warnings } = resolveConfig(entries, surroundings, lines)
  const given = resolveOptions(flags, config, surroundings)
  for (const warning of [...warnings, ...flags.warnings]) {
    world.stderr.write(`Warn: ${warning}\n`)
  }

  const { kind: source } = requireCredentials(config)
  const endpoint = parseEndpoint(config.endpoint, config.region)
  const proxyUrl = chooseProxy(config, endpoint)
  await assertFolders(given)
  const options = given.taskId === LAST ? await withLatestTask(given, world) : given
  const lists = await findLists(options, words)
  // A mistyped id is the most frequent mistake; what is needed from here on takes time to load.
  const { runTask } = await import('./run-task.ts')
  const filters = await compileOptionFilters(options)
  await assertDownloadTask(streamFailureLists(lists), options.taskId)
  const keys = await findKeys(config, world.environment, new AbortController().signal)
  if (!options.dryRun) await makeFolders(options)
  const places = {
    file: { path, required },
    surroundings,
    source,
    inFile: keysInFile(entries, surroundings),
  }
  return runTask(
    {
      options,
      config,
      keys,
      keyPlaces: places,
      endpoint,
      proxyUrl,
      filters,
      flags: words.flags,
      hopeless: 'tried',
      lists,
      commandFor: (taskId) => formatResume(taskId, words, { ...surroundings, system: thisSystem }),
    },
    world,
  )
}

/** What `-recover` takes for the newest task that is not resumed yet; no id, for those are longer. */
const LAST = 'last'

async function withLatestTask(options: Options, { stderr }: World): Promise<Options> {
  const { findLatestTask } = await import('./listed-tasks.ts')
  const taskId = await findLatestTask(options.outputFolder, (text) => stderr.write(`${text}\n`))
  if (!options.quiet) stderr.write(`Resuming task ${taskId}\n`)
  return Object.freeze({ ...options, taskId })
}

async function findLists(
  { outputFolder, taskId }: Options,
  { flags }: CommandWords,
): Promise<readonly string[]> {
  try {
    return await findFailureLists(outputFolder, taskId)
  } catch (error) {
    if (!(error instanceof AppError) || error.fault !== 'no-task') throw error
    throw await hintAtTasks(error, { typed: taskId, folder: outputFolder, flags })
  }
}

async function compileOptionFilters(options: Options) {
  const { compileFilters } = await import('../core/filters.ts')
  const { include, exclude, timeRange } = options
  return compileFilters({
    include,
    exclude,
    ...(timeRange !== undefined && { timeRange }),
    folders: options.filterFolders ? 'filtered' : 'kept',
  })
}
