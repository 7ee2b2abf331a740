import { spawn } from 'node:child_process'
import { once } from 'node:events'
import process from 'node:process'

/**
 * Runs test files by this Node.js, with these flags of its test runner, and shows what that says. Returns
 * its exit code, or 1 where a signal ended it.
 *
 * @param environment Default: this process's own.
 */
export async function runTestFiles(
  files: readonly string[],
  flags: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--test', ...flags, ...files], {
    env: environment,
    stdio: 'inherit',
  })
  // Ctrl+C reaches the child by itself; this process has to outlive it, for what it has to tidy up.
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, pass)
  await once(child, 'close')
  return child.exitCode ?? 1
}
