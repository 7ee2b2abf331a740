import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FailedItem } from '../../support/failure-list.ts'
import {
  startFaultServer,
  TEST_CREDENTIALS,
  type FaultServer,
  type FaultServerOptions,
} from '../../support/fault-server.ts'
import {
  runCli,
  startCli,
  type CliOptions,
  type CliResult,
  type CliRun,
} from '../../support/run-cli.ts'
import { assertFileHolds, literal, type ByteSource } from '../../support/test-bytes.ts'
import type { TestObject } from '../../support/test-objects.ts'
import { listTree, makeWorkspace, type Workspace } from '../../support/workspace.ts'

/** An object in the one bucket of the bench. */
export type BenchObject = Omit<TestObject, 'bucket'>

/** What is special about the server and the configuration; everything has a default. */
export interface BenchOptions extends FaultServerOptions {
  readonly config?: Readonly<Record<string, string | number>>
}

/** A user's disk, a store, and a configuration that names it. */
export interface Bench extends Workspace {
  readonly server: FaultServer
  /** Writes the configuration anew, with these keys over endpoint, ak and sk. */
  configure(values: Readonly<Record<string, string | number>>): Promise<void>
  /** Puts the objects into the bucket. */
  put(...objects: readonly BenchObject[]): void
  /** How a list names the object: with its size, and bound for `pathOf` its key. */
  readonly itemOf: (object: BenchObject) => FailedItem
  /** The same after a HEAD that failed: with `n/a` for the size. */
  readonly unsizedItemOf: (object: BenchObject) => FailedItem
  /** Puts the objects into the bucket and into a new failure list; returns its task id. */
  listObjects(...objects: readonly BenchObject[]): Promise<string>
  /** Where `itemOf` sends an object. */
  pathOf(key: string): string
  /** The words of `cp -recover=<taskId> -f` with the bench's folders, and these flags. */
  words(taskId: string, ...flags: readonly string[]): readonly string[]
  /** Runs these words to the end. */
  recover(taskId: string, ...flags: readonly string[]): Promise<CliResult>
  /** Starts the same and leaves it running. */
  start(taskId: string, ...flags: readonly string[]): CliRun
  /** Runs any words to the end. */
  run(words: readonly string[], options?: Partial<CliOptions>): Promise<CliResult>
  /** Throws an AssertionError that shows the failures where a run ended otherwise, or untidily. */
  assertExit(run: CliResult, code: number): Promise<void>
  /** Throws an AssertionError unless the objects are at their destinations. */
  assertArrived(...objects: readonly BenchObject[]): Promise<void>
  /** The requests about a key, or all: `HEAD`, `GET`, `GET bytes=0-99`, in order of arrival. */
  asked(key?: string): readonly string[]
  /** Temp files, part records and locks, wherever they may lie: empty after a run that succeeded. */
  findRemains(): Promise<readonly string[]>
}

/** The bucket of the bench. */
export const BUCKET = 'bucket-a'

/** Makes a bench, which is gone again when the test has ended. */
export async function makeBench(t: TestContext, options: BenchOptions = {}): Promise<Bench> {
  const workspace = await makeWorkspace(t)
  const server = await startFaultServer(options)
  t.after(() => server.close())
  const { home, out, cpd, tmp, dest } = workspace
  const { endpoint } = server

  const put = (...objects: readonly BenchObject[]) => {
    for (const object of objects) server.objects.put({ bucket: BUCKET, ...object })
  }
  const pathOf = (key: string) => join(dest, key)
  const unsizedItemOf = ({ key, versionId }: BenchObject): FailedItem => ({
    bucket: BUCKET,
    key,
    ...(versionId !== undefined && { versionId }),
    destination: pathOf(key).replace(/\/$/, ''),
  })
  const itemOf = (object: BenchObject): FailedItem => ({
    ...unsizedItemOf(object),
    size: listedSize(sourceOf(object.body).sizeBytes),
  })
  const words = (taskId: string, ...flags: readonly string[]) => [
    'cp',
    `-recover=${taskId}`,
    '-f',
    `-o=${out}`,
    `-cpd=${cpd}`,
    `-tempFileDir=${tmp}`,
    ...flags,
  ]
  const configure = async (values: Readonly<Record<string, string | number>>) => {
    await workspace.writeConfig({ endpoint, ...values })
  }

  await configure(options.config ?? {})
  return {
    ...workspace,
    server,
    configure,
    put,
    itemOf,
    unsizedItemOf,
    pathOf,
    words,
    listObjects(...objects) {
      put(...objects)
      return workspace.writeFailureList({ items: objects.map(itemOf) })
    },
    recover: (taskId, ...flags) => runCli(words(taskId, ...flags), { home }),
    start: (taskId, ...flags) => startCli(words(taskId, ...flags), { home }),
    run: (anyWords, more) => runCli(anyWords, { home, ...more }),
    async assertExit(run, code) {
      const { failed } = await workspace.readReports(findTaskId(run))
      const said = [`exit ${run.code}, not ${code}`, run.stdout, run.stderr, ...failed].join('\n')
      assert.equal(run.code, code, said)
      assertTidy(run)
    },
    async assertArrived(...objects) {
      for (const { key, body } of objects) await assertFileHolds(pathOf(key), sourceOf(body))
    },
    asked: (key) =>
      server.requests
        .seen(key === undefined ? {} : { key })
        .map(({ method, range }) => [method, range].filter(Boolean).join(' ')),
    async findRemains() {
      const files = await listTree(workspace.root)
      return files.filter(
        (path) => path.endsWith('.obs.temp') || (path.startsWith('cpd/') && !path.endsWith('/')),
      )
    },
  }
}

/** The id of the task that the run made: its failure list holds what was left undone. */
export function newTaskIdOf(run: CliResult): string {
  const taskId = findTaskId(run)
  assert.ok(taskId, `the run names no task: ${run.stdout}`)
  return taskId
}

/** Lines of a report about this destination. */
export function linesAbout(lines: readonly string[], destination: string): readonly string[] {
  return lines.filter((line) => line.includes(` --> ${destination}, `))
}

/** A size as the official tool writes it into a list. */
export function listedSize(sizeBytes: number): string {
  if (sizeBytes < 1024) return `${sizeBytes}B`
  return sizeBytes < 1024 ** 2
    ? `${(sizeBytes / 1024).toFixed(2)}KB`
    : `${(sizeBytes / 1024 ** 2).toFixed(2)}MB`
}

/** The name of the temp file in the folder or below, as soon as there is one. */
export async function waitForTempFile(folder: string): Promise<string> {
  for (;;) {
    const found = (await listTree(folder)).find((name) => name.endsWith('.obs.temp'))
    if (found !== undefined) return found
    await sleep(POLL_MS)
  }
}

/** No control characters in a pipe, no word of Node's or the SDK's own, no secret: in any run. */
export function assertTidy({ stdout, stderr }: CliResult): void {
  assert.doesNotMatch(stdout, /[^\P{Cc}\n]/u)
  assert.doesNotMatch(stderr, /\(node:|Warning:|node_modules|^\s+at /m)
  assert.ok(!`${stdout}${stderr}`.includes(TEST_CREDENTIALS.secretAccessKey))
}

const POLL_MS = 10

function sourceOf(body: TestObject['body']): ByteSource {
  return typeof body === 'string' || body instanceof Uint8Array ? literal(body) : body
}

function findTaskId({ stdout }: CliResult): string | undefined {
  return /^Task id: ([0-9a-f-]{36})$/m.exec(stdout)?.[1]
}
