/**
 * Runs test files, all of those below a folder that is named, several of them in each process: to start one
 * process for every file takes longer than most of them do.
 *
 *   run-tests.ts <reporter> <file or folder>...
 *
 * Exits as the test runner does, or with 1 where a signal ended that.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const AT_A_TIME = 4
/** Many more than run at a time, so that no processor has nothing to do at the end. */
const MOST_GROUPS = 24
const FEWEST_FILES_OF_A_GROUP = 3

const [reporter = '', ...words] = process.argv.slice(2)
const files = (await Promise.all(words.map(testFilesOf))).flat()
if (files.length === 0) throw new Error(`no tests in ${words.join(' ')}`)
const groupCount = Math.min(MOST_GROUPS, Math.ceil(files.length / FEWEST_FILES_OF_A_GROUP))
const folder = await mkdtemp(join(tmpdir(), 'obsutil-groups-'))
try {
  process.exitCode = await run(await writeGroups())
} finally {
  await rm(folder, { recursive: true })
}

async function testFilesOf(word: string): Promise<readonly string[]> {
  if ((await stat(word)).isFile()) return [resolve(word)]
  const names = await readdir(word, { recursive: true })
  const found = names.filter((name) => name.endsWith('.test.ts')).toSorted()
  return found.map((name) => resolve(word, name))
}

/** Neighbours, which take about as long, go into different groups. */
async function writeGroups(): Promise<readonly string[]> {
  const groups = Array.from({ length: groupCount }, (_, group) =>
    files.filter((_file, at) => at % groupCount === group),
  )
  const paths = groups.map((_, group) => join(folder, `${group + 1}-of-${groups.length}.test.mjs`))
  for (const [group, path] of paths.entries()) {
    const imports = groups[group]?.map(
      (file) => `await import(${JSON.stringify(pathToFileURL(file).href)})\n`,
    )
    await writeFile(path, imports?.join('') ?? '')
  }
  return paths
}

async function run(paths: readonly string[]): Promise<number> {
  const concurrency = `--test-concurrency=${AT_A_TIME}`
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--test', concurrency, `--test-reporter=${reporter}`, ...paths],
    { stdio: 'inherit' },
  )
  // Ctrl+C reaches the child by itself; this process has to outlive it, for the folder.
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  await once(child, 'close')
  return child.exitCode ?? 1
}
