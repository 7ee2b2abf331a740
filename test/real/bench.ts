import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { runCli, startCli, type CliResult, type CliRun } from '../support/run-cli.ts'
import type { FailedItem } from '../support/failure-list.ts'
import { listTree, makeWorkspace, type Workspace } from '../support/workspace.ts'
import { findAccount } from './store.ts'

/** A workspace whose configuration names the real store. */
export interface Bench extends Workspace {
  /** Writes the configuration anew, with these keys over endpoint, ak and sk. */
  configure(values: Readonly<Record<string, string | number>>): Promise<void>
  /** Runs `cp -recover=<taskId> -f` with the bench's folders and these flags to its end. */
  recover(taskId: string, ...flags: readonly string[]): Promise<CliResult>
  /** Starts the same and leaves it running. */
  startRecover(taskId: string, ...flags: readonly string[]): CliRun
  /** Waits until a part record of the run holds at least so many parts. */
  waitForParts(count: number, run: CliRun): Promise<void>
  /** Throws an AssertionError that shows the failure lines where a run ended otherwise. */
  assertExit(run: CliResult, code: number): Promise<void>
  /** The id of the new task, whose failure list holds what this run left undone. */
  newTaskIdOf(run: CliResult): string
  /** Temp files and part records, wherever they may lie: empty after a run that succeeded. */
  findRemains(): Promise<readonly string[]>
}

/** Makes a bench, which is gone again when the test has ended. */
export async function makeBench(t: TestContext): Promise<Bench> {
  const workspace = await makeWorkspace(t)
  const { home, out, cpd, tmp } = workspace
  const { endpoint, ak, sk } = findAccount()
  const args = (taskId: string, flags: readonly string[]) => [
    'cp',
    `-recover=${taskId}`,
    '-f',
    `-o=${out}`,
    `-cpd=${cpd}`,
    `-tempFileDir=${tmp}`,
    ...flags,
  ]
  const configure = async (values: Readonly<Record<string, string | number>>) => {
    await workspace.writeConfig({ endpoint, ak, sk, ...values })
  }
  await configure({})
  return {
    ...workspace,
    configure,
    recover: (taskId, ...flags) => runCli(args(taskId, flags), { home }),
    startRecover: (taskId, ...flags) => startCli(args(taskId, flags), { home }),
    async waitForParts(count, run) {
      while ((await countRecordedParts(join(cpd, 'down'))) < count) {
        const ended = await Promise.race([run.done, delay(POLL_MS)])
        if (ended) throw new Error(`the run ended before ${count} parts: ${JSON.stringify(ended)}`)
      }
    },
    async assertExit(run, code) {
      const { failed } = await workspace.readReports(findTaskId(run.stdout))
      const said = [`exit ${run.code}, not ${code}`, run.stderr, ...failed].join('\n')
      assert.equal(run.code, code, said)
    },
    newTaskIdOf({ stdout }) {
      const taskId = findTaskId(stdout)
      if (taskId === undefined) throw new Error(`the run names no task: ${stdout}`)
      return taskId
    },
    async findRemains() {
      const files = await listTree(workspace.root)
      return files.filter((path) => path.endsWith('.obs.temp') || path.endsWith('.jsonl'))
    },
  }
}

/** An item of a list with the size written as the official tool does. */
export function failedItem(item: FailedItem, sizeBytes: number): FailedItem {
  return { ...item, size: formatListedSize(sizeBytes) }
}

/** Lines of a report about this destination, which stands at the end of its field. */
export function linesAbout(lines: readonly string[], destination: string): readonly string[] {
  return lines.filter((line) => line.includes(` --> ${destination}, `))
}

function findTaskId(stdout: string): string | undefined {
  return /^Task id: (\S+)$/m.exec(stdout)?.[1]
}

function formatListedSize(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes}B`
  return sizeBytes < 1024 ** 2
    ? `${(sizeBytes / 1024).toFixed(2)}KB`
    : `${(sizeBytes / 1024 ** 2).toFixed(2)}MB`
}

/** Parts in the fullest record; the first line of a record is its header. */
async function countRecordedParts(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => [])
  const counts = await Promise.all(
    names.map(async (name) => {
      // It may be gone between the two looks.
      const text = await readFile(join(folder, name), 'utf8').catch(() => '')
      return text.split('\n').length - 2
    }),
  )
  return Math.max(0, ...counts)
}

const POLL_MS = 20
