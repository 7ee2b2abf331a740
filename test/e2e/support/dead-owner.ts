import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { theseProcesses, type ProcessIdentity } from '../../../src/adapters/process-identity.ts'
import { firstOutput } from './first-output.ts'
import { until } from './until.ts'

/**
 * A process that has ended and that its parent has not waited for, as it happens in containers
 * without an init; it stays so as long as the test goes on. Undefined on systems without /proc.
 */
export async function makeZombie(t: TestContext): Promise<ProcessIdentity | undefined> {
  if (process.platform !== 'linux') return undefined
  // The shell starts a child, and becomes a program that knows nothing of it.
  const parent = spawn('sh', ['-c', 'sleep 300 & echo $!; exec sleep 300'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(parent, 'close')
  t.after(async () => {
    parent.kill('SIGKILL')
    await closed
  })
  const pid = Number(await firstOutput(parent))
  await until('the shell is gone', async () => {
    return (await readFile(`/proc/${parent.pid}/comm`, 'utf8')) === 'sleep\n'
  })
  process.kill(pid, 'SIGKILL')
  await until('the process has ended', async () => (await statOf(pid))[0] === 'Z')
  return { ...theseProcesses.own(), pid, started: (await statOf(pid))[19] ?? assert.fail() }
}

/** The fields of /proc/<pid>/stat after the command, the state first (proc(5)). */
async function statOf(pid: number): Promise<readonly string[]> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
