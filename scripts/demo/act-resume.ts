import { formatCommand, recoverCommand, startCli, tasksCommand, type CliCommand } from './cli.ts'
import { findDifferences } from './compare.ts'
import { layFailureList } from './folder.ts'
import { folderObject, type DemoObject } from './objects.ts'
import type { Stage } from './stage.ts'

/** Start, an empty line and the header come before the items. */
const linesBeforeItems = 3

/** What the first act leaves for the visitor. */
export interface ResumeAct {
  readonly command: CliCommand
}

/** Lays down a failure list of all the objects, resumes it, and compares what came. */
export async function playResume(stage: Stage, objects: readonly DemoObject[]): Promise<ResumeAct> {
  const { screen, folder, surroundings } = stage
  screen.step('Pretend that the official tool failed to download every one of them')
  const task = await layFailureList([...objects, folderObject], folder.lists, folder.downloads)
  const [first = '', ...items] = task.text.split('\n').slice(linesBeforeItems)
  screen.say('It would have left this failure list')
  screen.show([task.listPath], 'whole')
  screen.say('with one line an object:')
  screen.show([first], 'whole')
  screen.show([...items.slice(0, 2), `… and ${objects.length - 2} more`], 'cut')

  screen.step('Ask what there is to resume')
  await runToEnd(stage, tasksCommand(folder.home))

  screen.step('Resume that task')
  const command = recoverCommand(task.taskId, folder.home, surroundings.environment)
  await runToEnd(stage, command)
  await assertEqual(stage, objects, folder.downloads)
  return { command }
}

/** Shows the command and runs it; throws where it does not exit 0. */
export async function runToEnd(stage: Stage, command: CliCommand): Promise<void> {
  const { screen, surroundings } = stage
  screen.show(formatCommand(command), 'whole')
  screen.say('')
  const end = await startCli(command, surroundings).ended
  surroundings.signal.throwIfAborted()
  screen.say('')
  if (end !== 0) throw new Error(`obsutil ended with ${end}, not with 0`)
}

/** Says that the downloaded files are what was uploaded; throws where one is not. */
export async function assertEqual(
  { screen, surroundings }: Stage,
  objects: readonly DemoObject[],
  target: string,
): Promise<void> {
  const differences = await findDifferences(objects, target)
  surroundings.signal.throwIfAborted()
  if (differences.length > 0) {
    screen.show(differences, 'whole')
    throw new Error(
      `${differences.length} of ${objects.length} files differ from what was uploaded`,
    )
  }
  const [files, verdict] =
    objects.length === 1 ? ['1 file', 'equal'] : [`${objects.length} files`, 'all equal']
  screen.say(`${files} compared with what was uploaded: ${verdict}`)
}
