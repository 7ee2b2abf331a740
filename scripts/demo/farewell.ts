import { relative } from 'node:path'
import type { KillAct } from './act-kill.ts'
import type { ResumeAct } from './act-resume.ts'
import { formatCommand, tasksCommand } from './cli.ts'
import type { DemoFolder } from './folder.ts'
import type { Stage } from './stage.ts'

/** Tells where everything lies and how to do it again by hand. */
export function sayWhereThingsAre(stage: Stage, resume: ResumeAct, kill: KillAct): void {
  const { screen, folder } = stage
  screen.step('Now you, in another terminal')
  screen.say(`In ${folder.root} there are`)
  screen.show(describe(folder, kill), 'whole')
  screen.say('', 'Download everything again:')
  screen.show(formatCommand(resume.command), 'whole')
  screen.say('', 'See what became of each task:')
  screen.show(formatCommand(tasksCommand(folder.home)), 'whole')
  screen.say('', 'One large object, slowly; press Ctrl+C in the middle, and run it once more:')
  screen.show(formatCommand(kill.command), 'whole')
  screen.say('')
}

function describe(folder: DemoFolder, kill: KillAct): string[] {
  const from = (path: string) => relative(folder.root, path)
  const places = [
    [from(folder.lists), 'failure lists, and what became of them'],
    [from(folder.records), 'part records of what is unfinished'],
    [from(folder.configPath), 'configuration: endpoint and keys'],
    [from(kill.configPath), 'the same with a rate limit'],
    [from(folder.logs), 'logs'],
    [`${from(folder.downloads)}, ${from(kill.target)}`, 'what was downloaded'],
    [from(folder.store), "the server's objects"],
  ] as const
  const width = Math.max(...places.map(([path]) => path.length))
  return places.map(([path, what]) => `${path.padEnd(width)}  ${what}`)
}
