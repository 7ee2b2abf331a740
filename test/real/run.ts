/**
 * `npm run test:real`: starts the store of scripts/real-s3.sh, runs every *.test.ts beside this
 * file against it, and stops it whatever happens. Where the machine cannot run the store, that is
 * said in one line and is no failure, but for CI on a machine that should be able to.
 */
import { spawnSync } from 'node:child_process'
import { accessSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process, { env } from 'node:process'
import { fileURLToPath } from 'node:url'
import { runTestFiles } from '../support/test-runner.ts'

/** What scripts/real-s3.sh exits with on a machine that cannot run the store. */
const UNFIT = 3
process.exitCode = await main()

async function main(): Promise<number> {
  // A folder of its own: nobody else's run is disturbed, or disturbs this one.
  const scratch = await mkdtemp(join(tmpdir(), 'obsutil-real-'))
  const settings = { REAL_S3_DIR: join(scratch, 'store'), REAL_S3_OWNER: String(process.pid) }
  try {
    const { status, stdout } = runScript('start', settings)
    return status === 0 ? await runTests(stdout.trim(), scratch) : exitCodeWithoutStore(status)
  } finally {
    runScript('stop', settings)
    await rm(scratch, { recursive: true, force: true })
  }
}

function runScript(command: string, settings: Readonly<Record<string, string>>) {
  const script = fileURLToPath(new URL('../../scripts/real-s3.sh', import.meta.url))
  return spawnSync('bash', [script, command], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
}

async function runTests(account: string, scratch: string): Promise<number> {
  const folder = fileURLToPath(new URL('.', import.meta.url))
  const files = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'))
  // Tests that are interrupted leave their folders: all of them lie in ours.
  const environment = { ...env, REAL_S3: account, TMPDIR: scratch }
  return runTestFiles(
    files.map((name) => join(folder, name)),
    [],
    environment,
  )
}

/** Any other exit code of the script than UNFIT says that the store is broken. */
function exitCodeWithoutStore(status: number | null): number {
  if (status !== UNFIT) return 1
  const mustWork = env['CI'] === 'true' && process.getuid?.() === 0 && hasAptGet()
  process.stdout.write(
    mustWork
      ? 'test:real: failed: CI has apt-get and root, so the store must come up\n'
      : 'test:real: skipped: no real store on this machine\n',
  )
  return mustWork ? 1 : 0
}

function hasAptGet(): boolean {
  try {
    accessSync('/usr/bin/apt-get')
    return true
  } catch {
    // Not there, or not to be reached: the same for us.
    return false
  }
}
