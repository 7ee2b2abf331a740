import { execFile, spawnSync } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeBench, type Bench, type BenchObject } from './bench.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Why the entries cannot be tried here; false where they can. */
export const NO_FLOCK =
  spawnSync('flock', ['--version']).status === 0 ? false : 'there is no flock of util-linux'

/** A file of the repository. */
export function readOwnFile(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8')
}

/** How a command of cron ended, and what cron would mail. */
export interface Night {
  readonly code: number
  readonly printed: string
}

/** A folder as docs/cron.md has it, and the commands that run in it. */
export interface CronBench {
  readonly bench: Bench
  /** `DIR` of the crontab. */
  readonly folder: string
  /** Puts objects into the store, and a failure list that names them into the folder. */
  readonly list: (...objects: readonly BenchObject[]) => Promise<string>
  /** Runs what comes after the times and the user in the n-th entry of `contrib/obsutil.cron`. */
  readonly entry: (n: number) => Promise<Night>
  /** Runs the first command of a crontab with its settings, but for those that name programs and folders. */
  readonly crontab: (text: string) => Promise<Night>
  /** Runs `contrib/obsutil-nightly` with the flags of docs/cron.md, and these variables. */
  readonly nightly: (variables?: Readonly<Record<string, string>>) => Promise<Night>
  /** The same, not run yet. */
  readonly nightlyCommand: (variables?: Readonly<Record<string, string>>) => {
    readonly command: string
    readonly env: Readonly<Record<string, string>>
  }
}

/** Makes the folder, which is gone again when the test has ended. */
export async function makeCronBench(t: TestContext): Promise<CronBench> {
  const bench = await makeBench(t)
  const folder = join(bench.root, 'a folder')
  await mkdir(join(folder, 'lists'), { recursive: true })
  const config = await bench.writeConfig({
    endpoint: bench.server.endpoint,
    maxRetryCount: 0,
    roundPause: 0,
    utilLogPath: join(bench.root, 'a.log'),
    sdkLogPath: join(bench.root, 'b.log'),
  })
  await copyFile(config, join(folder, 'config'))
  const crontab = await readOwnFile('contrib/obsutil.cron')
  const given = {
    NODE: process.execPath,
    OBSUTIL: join(root, 'bin', 'obsutil.js'),
    DIR: folder,
    LOG: join(folder, 'nightly.log'),
    NIGHTLY: join(root, 'contrib', 'obsutil-nightly'),
    OBSUTIL_NODE: process.execPath,
    OBSUTIL_LOCK: join(folder, 'lock'),
    OBSUTIL_SENDMAIL: '/no/such/program',
  }
  const nightlyCommand = (variables: Readonly<Record<string, string>> = {}) => {
    const flags = ['-clear', '-config=config', '-o=lists', '-cpd=checkpoint', '-tempFileDir=temp']
    const words = flags.map((flag) => flag.replace('=', '="$DIR/"'))
    const env = { ...given, PATH: '/usr/bin:/bin', ...variables }
    return { command: `"$NIGHTLY" ${words.join(' ')}`, env }
  }
  return {
    bench,
    folder,
    async list(...objects) {
      const taskId = await bench.listObjects(...objects)
      for (const name of await readdir(bench.out)) {
        await rename(join(bench.out, name), join(folder, 'lists', name))
      }
      return taskId
    },
    entry(n) {
      const commands = [...crontab.matchAll(/^[\d*]+(?: [\d*]+){4} obsutil (.+)$/gm)]
      return run(commands[n]?.[1] ?? 'exit 99', { ...variablesOf(crontab), ...given })
    },
    crontab(text) {
      const [, command = 'exit 99'] = /^[\d*]+(?: [\d*]+){4} (?:obsutil )?(.+)$/m.exec(text) ?? []
      return run(command, { PATH: '/usr/bin:/bin', ...variablesOf(text), ...given })
    },
    nightly(variables) {
      const { command, env } = nightlyCommand(variables)
      return run(command, env)
    },
    nightlyCommand,
  }
}

/** A program in place of sendmail, and what it was given. */
export async function makeMailbox(folder: string) {
  const program = join(folder, 'sendmail')
  const path = join(folder, 'mail')
  await writeFile(program, `#!/bin/sh\ncat >>'${path}'\n`, { mode: 0o755 })
  return { program, read: () => readFile(path, 'utf8').catch(() => '') }
}

/** The settings above the entries, as cron reads them. */
function variablesOf(crontab: string): Record<string, string> {
  const lines = crontab.matchAll(/^([A-Z_]+)=(.*)$/gm)
  return Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]))
}

/** As cron does it: no HOME, no TERM, and of the surroundings only what the crontab sets. */
function run(command: string, env: Readonly<Record<string, string>>): Promise<Night> {
  return new Promise((resolve) => {
    execFile('/bin/sh', ['-c', command], { env, cwd: '/', timeout: 60_000 }, (error, out, said) => {
      const code = error === null ? 0 : Number(error.code ?? -1)
      resolve({ code, printed: out + said })
    })
  })
}
