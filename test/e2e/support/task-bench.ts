import type { TestContext } from 'node:test'
import { join } from 'node:path'
import { startFaultServer, type FaultServer } from '../../support/fault-server.ts'
import { startCli, type CliResult, type CliRun } from '../../support/run-cli.ts'
import type { ByteSource } from '../../support/test-bytes.ts'
import { makeWorkspace, type Workspace } from '../../support/workspace.ts'
import type { Transport } from './transport.ts'

/** An object that the task failed to download. */
export interface TaskObject {
  readonly key: string
  readonly body: ByteSource
  /** As sent, quotes and all. */
  readonly etag?: string
  readonly lastModified?: Date
}

interface TaskSpec {
  readonly objects: readonly TaskObject[]
  /**
   * Whether the list tells the sizes: then an object below the threshold costs one GET, else a HEAD
   * goes before. Default: unsized.
   */
  readonly listed?: 'sized' | 'unsized'
  /** Keys of the configuration over those of the bench. */
  readonly config?: Readonly<Record<string, string | number>>
  /** How requests reach the store. Default: plain HTTP. */
  readonly transport?: Transport
}

/** What one run is given. */
interface RunOptions {
  /** After those of the bench, so that they win over them. */
  readonly flags?: readonly string[]
  /** Default: the task that was laid down. */
  readonly taskId?: string
  /** Default: the one of the workspace; `default` leaves the choice to the tool. */
  readonly tempFolder?: 'default'
  /** Variables over those that a run has anyway. */
  readonly env?: Readonly<Record<string, string>>
  /** Without it a finished run has an empty input, and a started one an open input. */
  readonly stdin?: string
  /** After so long the run is killed. Default: that of `startCli`. */
  readonly timeoutMs?: number
}

/** A store, a disk and a task, all of whose objects failed, to be resumed by the built tool. */
export interface TaskBench {
  readonly server: FaultServer
  readonly space: Workspace
  readonly taskId: string
  readonly destinationOf: (key: string) => string
  /** Resumes the task with `-f` and waits for the end. */
  run(options?: RunOptions): Promise<CliResult>
  start(options?: RunOptions): CliRun
  /** The same without `-f`. */
  startAsking(options?: RunOptions): CliRun
}

/** The bucket of every object on a bench. */
export const BUCKET = 'bucket-a'

/**
 * Lays everything out; it is gone again when the test has ended, runs that still go on included.
 * Nothing is retried unless the configuration says so, and no number of failures aborts the task.
 */
export async function prepareTask(t: TestContext, spec: TaskSpec): Promise<TaskBench> {
  const runs: CliRun[] = []
  t.after(() => Promise.allSettled(runs.map((run) => run.kill('SIGKILL'))))
  const objects = spec.objects.map((object) => ({ bucket: BUCKET, ...object }))
  const { transport } = spec
  const { tls } = transport ?? {}
  const server = await startFaultServer({ objects, ...(tls && { tls }) })
  t.after(() => server.close())
  const space = await makeWorkspace(t)
  await space.writeConfig({
    endpoint: server.endpoint,
    maxRetryCount: 0,
    fastFailThreshold: 1_000_000,
    ...transport?.config,
    ...spec.config,
  })
  const destinationOf = (key: string) => join(space.dest, key)
  const items = spec.objects.map(({ key, body }) => ({
    bucket: BUCKET,
    key,
    destination: destinationOf(key),
    ...(spec.listed === 'sized' && { size: `${body.sizeBytes}B` }),
  }))
  const taskId = await space.writeFailureList({ items })

  const launch = (options: RunOptions, more: readonly string[]) => {
    const { flags = [], stdin, timeoutMs } = options
    const env = { ...transport?.env, ...options.env }
    const folders = [`-o=${space.out}`, `-cpd=${space.cpd}`]
    if (options.tempFolder === undefined) folders.push(`-tempFileDir=${space.tmp}`)
    const words = ['cp', `-recover=${options.taskId ?? taskId}`, ...folders, ...more, ...flags]
    const run = startCli(words, {
      home: space.home,
      env,
      ...(stdin !== undefined && { stdin }),
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
    runs.push(run)
    return run
  }
  return {
    server,
    space,
    taskId,
    destinationOf,
    run: (options = {}) => launch({ stdin: '', ...options }, ['-f']).done,
    start: (options = {}) => launch(options, ['-f']),
    startAsking: (options = {}) => launch(options, []),
  }
}
