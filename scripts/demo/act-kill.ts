import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { formatSize } from '../../src/core/units.ts'
import { assertEqual, runToEnd } from './act-resume.ts'
import { formatCommand, recoverCommand, startCli, type CliCommand } from './cli.ts'
import { layFailureList, writeConfig } from './folder.ts'
import { totalBytes, type DemoObject } from './objects.ts'
import { findRecord, waitForParts, type FoundRecord } from './part-record.ts'
import type { Stage } from './stage.ts'

/** What the second act leaves for the visitor. */
export interface KillAct {
  readonly command: CliCommand
  readonly configPath: string
  readonly target: string
}

const partSize = '4MB'
const rateLimit = '30MB'
const partsBeforeKill = 3
/** So that the kill comes in the middle of the next parts; at the rate limit they take longer. */
const killDelayMs = 300
/** Headers of the answers, far less than one part. */
const overheadBytes = 64 * 1024

/**
 * Kills the tool in the middle of a large object, the only one given, runs the same command again,
 * and holds what the server sent then against what was missing; throws where it was more.
 */
export async function playKill(stage: Stage, objects: readonly DemoObject[]): Promise<KillAct> {
  const { screen, folder, store, surroundings } = stage
  const target = join(folder.root, 'downloads-killed')
  const sizeBytes = totalBytes(objects)

  screen.step(`Kill it in the middle of ${formatSize(sizeBytes)}`)
  const task = await layFailureList(objects, folder.lists, target)
  const configPath = join(folder.home, 'slow.config')
  await writeConfig(configPath, store.url, [`rateLimitThreshold=${rateLimit}`])
  const plain = recoverCommand(task.taskId, folder.home, surroundings.environment)
  const command = { ...plain, words: [...plain.words, `-ps=${partSize}`, `-config=${configPath}`] }
  screen.say(`A second task, of one object, at ${rateLimit} a second so that there is time:`)
  const sentBefore = await store.sentBytes()
  const record = await runAndKill(stage, command)
  const sentAtKill = await store.sentBytes()

  screen.step('Run the same command again')
  await runToEnd(stage, command)
  const sentAtEnd = await store.sentBytes()
  await assertEqual(stage, objects, target)
  const missing = sizeBytes - record.provenBytes
  const fetched = sentAtEnd - sentAtKill
  screen.say(
    `Until the kill the server sent ${formatSize(sentAtKill - sentBefore)}; the record proves ${formatSize(record.provenBytes)} of it.`,
    `After the kill the server sent ${formatSize(fetched)}; ${formatSize(missing)} of ${formatSize(sizeBytes)} were missing.`,
  )
  if (fetched > missing + overheadBytes) {
    throw new Error('the second run fetched more than what was missing')
  }
  return { command, configPath, target }
}

async function runAndKill(stage: Stage, command: CliCommand): Promise<FoundRecord> {
  const { screen, folder, surroundings } = stage
  screen.show(formatCommand(command), 'whole')
  screen.say('')
  const run = startCli(command, surroundings)
  await waitForParts(folder.records, partsBeforeKill, run.isOver)
  await sleep(killDelayMs)
  run.kill()
  const end = await run.ended
  surroundings.signal.throwIfAborted()
  screen.endLine()
  screen.say('')
  const found = await findRecord(folder.records)
  if (end !== 'SIGKILL' || found === undefined) {
    throw new Error('obsutil ended before it could be killed')
  }
  screen.say(`kill -9 ${run.pid}. The part record says what it had got:`)
  screen.show([found.path], 'whole')
  screen.show(found.lines, 'cut')
  return found
}
