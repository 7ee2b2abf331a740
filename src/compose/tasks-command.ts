import { readConfigFile } from '../adapters/config-file.ts'
import { noTask, streamFailureLists } from '../adapters/failure-lists.ts'
import { createRecordSearch } from '../adapters/recorded-parts.ts'
import type { ListedTask } from '../adapters/task-lists.ts'
import { surveyTask } from '../app/task-survey.ts'
import { thisSystem } from '../adapters/this-system.ts'
import { formatResume } from '../cli/shell-words.ts'
import { formatTaskDetails, type TaskDetails } from '../cli/task-details.ts'
import { formatDetailsJson, formatTaskJson } from '../cli/task-json.ts'
import { formatTaskTable } from '../cli/task-table.ts'
import { describeTask, type TaskStyle } from '../cli/task-words.ts'
import { resolveConfig } from '../core/config.ts'
import { AppError } from '../core/errors.ts'
import type { CommandWords } from '../core/flags.ts'
import { parseTasksWords, type TasksRequest } from '../core/listing-words.ts'
import { chooseCheckpointFolder, chooseConfigFile, chooseOutputFolder } from '../core/options.ts'
import { toOneLine } from '../core/report-text.ts'
import type { TaskFacts, TaskSurvey } from '../core/task-facts.ts'
import { FEWEST_CHARACTERS, findMeantTask } from '../core/task-ids.ts'
import { formatNameTime } from '../core/utc-time.ts'
import { recordFolder } from './folders.ts'
import { loadKnownTasks, type KnownTasks } from './known-tasks.ts'
import { pathSurroundings, type World } from './world.ts'

/**
 * `obsutil tasks [<taskId>]`: shows which tasks can be resumed, or all that is known of one. Returns
 * the exit code; throws an `AppError` where it cannot.
 */
export async function runTasks(words: CommandWords, world: World): Promise<number> {
  const request = parseTasksWords(words)
  const surroundings = pathSurroundings(world)
  const sizes = await readSizeStyle(chooseConfigFile(request, surroundings))
  const folder = chooseOutputFolder(request, surroundings)
  const known = await loadKnownTasks(folder, (text) => world.stderr.write(`${text}\n`))
  const view: View = { request, sizes, folder, known, world, flags: words.flags }
  if (request.taskId === undefined) {
    await showTasks(view)
  } else {
    const checkpointFolder = chooseCheckpointFolder(request, surroundings)
    const records = recordFolder({ checkpointFolder })
    await showTask(findTask(request.taskId, known, folder), records, view)
  }
  return 0
}

interface View {
  readonly request: TasksRequest
  readonly sizes: TaskStyle['sizes']
  readonly folder: string
  readonly known: KnownTasks
  readonly world: World
  readonly flags: CommandWords['flags']
}

/** What is wrong with other keys is for the run to say. */
async function readSizeStyle({ path, required }: ReturnType<typeof chooseConfigFile>) {
  const { entries } = await readConfigFile(path, { required })
  const { config } = resolveConfig(entries, { home: '', environment: {} })
  return config.humanReadableFormat ? 'human' : 'raw'
}

async function showTasks({ request, sizes, folder, known, world }: View): Promise<void> {
  const { stdout, stderr } = world
  const shown = known.tasks.slice(0, request.limit)
  const facts: TaskFacts[] = []
  for (const task of shown) {
    const one = toFacts(task, await surveyOrTrouble(task), known)
    if (request.output === 'json') stdout.write(formatTaskJson(one))
    else facts.push(one)
  }
  const isTerminal = stdout.isTTY === true
  if (facts.length > 0) {
    const style: TaskStyle = { sizes, ids: isTerminal ? 'short' : 'whole' }
    const rows = facts.map((one) => describeTask(one, style))
    stdout.write(formatTaskTable(rows, isTerminal ? stdout.columns || undefined : undefined))
  }
  const all = known.tasks.length
  if (all === 0) stderr.write(`There are no failure lists in [${folder}]\n`)
  else if (all > shown.length) {
    stderr.write(`These are the newest ${shown.length} of ${all} tasks; -limit=0 shows all\n`)
  }
}

/** One list that cannot be read must not hide the tasks beside it. */
async function surveyOrTrouble({ lists }: ListedTask): Promise<TaskSurvey | string> {
  try {
    return await surveyTask(streamFailureLists(lists))
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
}

function toFacts(
  { taskId, time, lists }: ListedTask,
  survey: TaskSurvey | string,
  { chains }: KnownTasks,
): TaskFacts {
  return {
    taskId,
    time,
    lists,
    survey,
    run: chains.runOf(taskId),
    since: chains.sinceThen(taskId),
    superseded: chains.supersededBy(taskId),
    goOnWith: chains.goOnWith(taskId),
  }
}

function findTask(text: string, { tasks, ids, chains }: KnownTasks, folder: string): ListedTask {
  const meant = findMeantTask(text, ids)
  if (meant.kind === 'ambiguous') {
    const [one, other, ...more] = meant.taskIds
    const rest = more.length === 0 ? '' : ` and ${more.length} more`
    throw new AppError(
      'no-task',
      `The id [${toOneLine(text)}] is the beginning of several tasks'`,
      {
        hint: `They are ${one}, ${other}${rest}.`,
      },
    )
  }
  if (meant.kind === 'unknown') {
    const question = meant.similar === undefined ? '' : `Did you mean ${meant.similar}? `
    throw noTask(
      text,
      `${question}An id is whole, or ${FEWEST_CHARACTERS} or more characters that it begins with; the folder is [${folder}].`,
    )
  }
  const { taskId } = meant
  const startedAtMs = chains.runOf(taskId)?.startedAtMs
  // A run in which all went well has no failure list, nor has a task whose lists were cleared.
  const time = startedAtMs === undefined ? '' : formatNameTime(startedAtMs)
  return tasks.find((task) => task.taskId === taskId) ?? { taskId, time, lists: [] }
}

async function showTask(task: ListedTask, records: string, view: View): Promise<void> {
  const { request, sizes, known, world } = view
  const search = createRecordSearch(records)
  const survey = await surveyTask(streamFailureLists(task.lists), (item) => search.see(item))
  const facts = toFacts(task, survey, known)
  const chain = known.chains.chainOf(task.taskId)
  const details: TaskDetails = {
    facts,
    survey,
    recorded: { ...(await search.total()), folder: records },
    chain,
    originTime: known.tasks.find(({ taskId }) => taskId === chain[0]?.resumedTaskId)?.time,
    command: commandFor(facts, survey, view),
  }
  world.stdout.write(
    request.output === 'json' ? formatDetailsJson(details) : formatTaskDetails(details, sizes),
  )
}

/** Undefined where there is nothing to go on with, or somebody does that already. */
function commandFor(
  { taskId, goOnWith, since, run }: TaskFacts,
  { items, unreadable }: TaskSurvey,
  { known, flags, world }: View,
): string | undefined {
  const isBusy = since.kind === 'running' || run?.state === 'running'
  const isListed = known.tasks.some((task) => task.taskId === goOnWith)
  const hasNothing = goOnWith === taskId && items + unreadable === 0
  if (isBusy || !isListed || since.kind === 'done' || hasNothing) return undefined
  const { o, cpd, config } = flags
  const kept = { f: 'true', o, cpd, config }
  const shell = { ...pathSurroundings(world), system: thisSystem }
  return formatResume(goOnWith, { flags: kept }, shell)
}
