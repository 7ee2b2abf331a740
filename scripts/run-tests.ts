/**
 * Runs test files, all of those below a folder that is named, several of them in each process: to start one
 * process for every file takes longer than most of them do.
 *
 *   run-tests.ts <reporter> <file or folder>...
 *
 * Exits as the test runner does, or with 1 where a signal ended that.
 */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { runTestFiles } from '../test/support/test-runner.ts'

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
  const flags = [`--test-concurrency=${AT_A_TIME}`, `--test-reporter=${reporter}`]
  process.exitCode = await runTestFiles(await writeGroups(), flags)
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
function writeGroups(): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: groupCount }, async (_, group) => {
      const path = join(folder, `${group + 1}-of-${groupCount}.test.mjs`)
      const ofGroup = files.filter((_file, at) => at % groupCount === group)
      await writeFile(path, ofGroup.map(toImport).join(''))
      return path
    }),
  )
}

function toImport(file: string): string {
  return `await import(${JSON.stringify(pathToFileURL(file).href)})\n`
}
