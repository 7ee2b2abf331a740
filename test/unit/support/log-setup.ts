import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { LogFile, LogFileOptions } from '../../../src/adapters/log-files.ts'
import { openLog } from '../../../src/adapters/log-files.ts'

const NOON_MS = Date.UTC(2026, 10, 22, 18, 56, 24, 999)
/** What every INFO line of the test logs starts with. */
export const PREFIX = '2026-11-22T18:56:24Z [INFO]: '
/** What a line has besides its text: the prefix and the end of the line. */
export const FRAME_BYTES = PREFIX.length + 1

/** A log of its own in a folder that goes away with the test. */
export interface LogSetup {
  readonly folder: string
  readonly path: string
  readonly options: LogFileOptions
  readonly log: LogFile
  readonly troubles: readonly string[]
  readonly reopen: () => LogFile
  readonly read: () => Promise<string>
}

/** Gives a test a log that is open but not yet there on disk. */
export async function setUpLog(
  t: TestContext,
  changes: Partial<LogFileOptions> = {},
): Promise<LogSetup> {
  const folder = await mkdtemp(join(tmpdir(), 'log-files-'))
  t.after(async () => rm(folder, { recursive: true }))
  const path = join(folder, 'deep', 'o.log')
  const troubles: string[] = []
  const options: LogFileOptions = {
    path,
    level: 'INFO',
    maxSizeBytes: 1_000_000,
    backups: 10,
    secrets: [],
    now: () => NOON_MS,
    onTrouble: (message) => troubles.push(message),
    ...changes,
  }
  const reopen = (): LogFile => openLog(options)
  const read = async (): Promise<string> => readFile(path, 'utf8').catch(() => '')
  return { folder, path, options, log: reopen(), troubles, reopen, read }
}

/** The texts of all files of a log, oldest first. */
export async function readAll(path: string): Promise<string[]> {
  const names = await readdir(join(path, '..'))
  const ends = names.map((name) => Number(name.split('.')[2] ?? 0)).toSorted((a, b) => b - a)
  const files = await Promise.all(
    ends.map(async (end) => readFile(end === 0 ? path : `${path}.${end}`, 'utf8')),
  )
  return texts(files.join(''))
}

/** The texts of the INFO lines in the content of a log. */
export function texts(content: string): string[] {
  const lines = content.split('\n').slice(0, -1)
  return lines.map((line) => line.slice(PREFIX.length))
}

/** Comes back once the condition holds; a test that never gets there times out. */
export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((done) => setImmediate(done))
}
