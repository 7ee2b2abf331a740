/** Who lives, by what each system tells; and what becomes of their locks. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDownloadLocks } from '../../src/adapters/download-lock.ts'
import { createProcesses, type Processes } from '../../src/adapters/process-identity.ts'
import { createProcessLooks, type ProcessCalls } from '../../src/adapters/process-looks.ts'
import type { System } from '../../src/core/system.ts'
import { makeTempFolder } from '../support/temp-folder.ts'

/** Another run, and this one, which every system has. */
const OTHER = 77
const STARTED = 'Tue Nov 24 18:00:00 2026'
const LATER = 'Tue Nov 24 19:00:00 2026'

const fail = (code: string) => {
  throw Object.assign(new Error(code), { code })
}

/** Processes as a system shows them: by number the state and start, or the code of a refusal. */
type Shown = Readonly<Record<number, readonly [state: string, started: string] | 'EPERM'>>

function processesOf(system: System, shown: Shown): Processes {
  const find = (pid: number) => {
    const found = shown[pid]
    return found === undefined || found === 'EPERM' ? fail('ENOENT') : found
  }
  const calls: ProcessCalls = {
    readFile(path) {
      if (system !== 'linux') return fail('ENOENT')
      if (path.endsWith('boot_id')) return 'boot\n'
      const [state, started] = find(Number(path.split('/')[2]))
      return `77 (a ) b) ${state} ${'0 '.repeat(18)}${started} 0 0`
    },
    readLink: () => (system === 'linux' ? 'pid:[1]' : fail('ENOENT')),
    run(program, words) {
      if (system !== 'darwin') return fail('ENOENT')
      assert.deepEqual([program, ...words.slice(0, -1)].join(' '), '/bin/ps -o stat= -o lstart= -p')
      const [state, started] = find(Number(words.at(-1)))
      return `${state}s+  ${started}    \n`
    },
    signal(pid) {
      const found = shown[pid]
      if (found === undefined || found === 'EPERM') fail(found ?? 'ESRCH')
    },
  }
  return createProcesses(createProcessLooks(system, calls))
}

const startOn = (system: System, started: string) =>
  system === 'linux' ? String(Date.parse(started)) : started
/** Systems that tell when a process started. */
const TELLING: readonly System[] = ['linux', 'darwin']

for (const system of ['linux', 'darwin', 'win32', 'other'] as const) {
  const tells = TELLING.includes(system)
  const own = ['S', startOn(system, STARTED)] as const
  const CASES = [
    { name: 'runs', later: own, life: tells ? 'runs' : 'unknown' },
    { name: 'is gone', later: undefined, life: 'ended' },
    { name: 'is dead and not waited for', later: ['Z', own[1]], life: tells ? 'ended' : 'unknown' },
    {
      name: 'has its number given to another one',
      later: ['S', startOn(system, LATER)],
      life: tells ? 'ended' : 'unknown',
    },
    { name: 'belongs to another user now', later: 'EPERM', life: 'unknown' },
  ] as const

  describe(`on ${system}, a process`, () => {
    for (const { name, later, life } of CASES) {
      it(`that ${name}: ${life}`, () => {
        const identity = { ...processesOf(system, { [process.pid]: own }).own(), pid: OTHER }
        const shown: Shown = later === undefined ? {} : { [OTHER]: later }
        assert.equal(processesOf(system, shown).lifeOf(identity), life)
      })
    }
  })

  describe(`on ${system}, the lock of a process`, () => {
    const now: Shown = { [process.pid]: own, [OTHER]: own }
    for (const { name, later, silentMs, isTaken } of [
      { name: 'that runs', later: own, silentMs: 0, isTaken: false },
      { name: 'that runs and was not heard of', later: own, silentMs: 61_000, isTaken: !tells },
      { name: 'that is gone', later: undefined, silentMs: 0, isTaken: true },
      {
        name: 'whose number another one has',
        later: ['S', startOn(system, LATER)],
        silentMs: 0,
        isTaken: tells,
      },
      {
        name: 'whose number another one has, after a minute',
        later: ['S', startOn(system, LATER)],
        silentMs: 61_000,
        isTaken: true,
      },
    ] as const) {
      it(`${name} is ${isTaken ? '' : 'not '}taken over`, async (t) => {
        const folder = join(await makeTempFolder(t), 'down')
        await mkdir(folder)
        const before = processesOf(system, now)
        const first = createDownloadLocks(folder, undefined, {
          ...before,
          own: () => ({ ...before.own(), pid: OTHER }),
        })
        const held = await first.acquire('/d/k')
        t.after(() => held.release().then(() => first.close()))
        await silence(folder, silentMs)
        const shown: Shown = {
          [process.pid]: own,
          ...(later === undefined ? {} : { [OTHER]: later }),
        }

        const second = createDownloadLocks(folder, undefined, processesOf(system, shown))
        t.after(() => second.close())
        if (isTaken) return (await second.acquire('/d/k')).release()
        await assert.rejects(second.acquire('/d/k'), /^ItemError: Process 77 on /)
      })
    }
  })
}

async function silence(folder: string, silentMs: number): Promise<void> {
  const seconds = (Date.now() - silentMs) / 1000
  for (const name of await readdir(folder)) await utimes(join(folder, name), seconds, seconds)
}

describe('ps', () => {
  it('tells of a real process when it started, wherever it is', (t) => {
    if (!existsSync('/bin/ps')) return t.skip('there is no ps here')
    const { state, started } = createProcessLooks('darwin').look(process.pid)
    assert.match(state, /^[A-Z]$/)
    assert.ok(Math.abs(Date.parse(`${started} UTC`) - performance.timeOrigin) < 60_000, started)
    assert.deepEqual(createProcessLooks('darwin').look(2 ** 30), { state: '', started: '' })
  })
})
