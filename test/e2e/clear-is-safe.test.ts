/** `-clear` deletes a list only when what was in it is safe elsewhere, and is no reason to fail. */
import assert from 'node:assert/strict'
import { appendFile, chmod, cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import { createGate, errorAnswer, type Gate } from '../support/fault-scripts.ts'
import { makeTempFolder } from '../support/temp-folder.ts'
import { runAsNobody } from './support/as-nobody.ts'
import { makeBench, newTaskIdOf, type Bench } from './support/bench.ts'
import { canTrace, traceRun, type TracedCall } from './support/traced-run.ts'

const OBJECT = { key: 'k', body: 'content' }

test('`-clear` deletes the old list only after the new one, and its name, are on disk for good', async (t) => {
  if (!(await canTrace())) return t.skip('strace is not here, or may not trace')
  const { bench, taskId } = await layTask(t)
  bench.server.script.add({ on: {}, do: errorAnswer(403, 'AccessDenied') })

  const words = bench.words(taskId, '-clear')
  const calls = await traceRun(bench, words, ['fsync', 'fdatasync', 'unlink', 'unlinkat'])

  const fresh = (await readdir(bench.out)).find((name) => name.includes('_failed_'))
  assert.ok(fresh !== undefined && !fresh.includes(taskId), `${fresh} is left`)
  const deletion = theCall(calls, /^unlink/, taskId)
  for (const saved of [`/${fresh}>`, `<${bench.out}>`]) {
    const sync = theCall(calls, /^f(data)?sync$/, saved)
    assert.ok(sync.ended < deletion.begun, `${saved} is synced too late`)
  }
})

test('`-clear` keeps a list to which something was added while the run went on', async (t) => {
  const { bench, taskId } = await layTask(t)
  const gate = holdAnswers(bench)
  const run = bench.start(taskId, '-clear')
  await bench.server.requests.arrived({})
  const [name = ''] = await oldLists(bench, taskId)
  const more = { ...OBJECT, key: 'more' }
  bench.put(more)
  await appendFile(join(bench.out, name), `${lineAbout(bench, more.key)}\n`)
  gate.open()

  const done = await run.done

  await bench.assertExit(done, 0)
  assert.match(done.stderr, /^Warn: -clear kept the old failure lists: .+$/m)
  assert.deepEqual(await oldLists(bench, taskId), [name])
  await bench.assertExit(await bench.recover(taskId, '-clear'), 0)
  await bench.assertArrived(OBJECT, more)
  assert.deepEqual(await oldLists(bench, taskId), [])
})

test('`-clear` of a list that somebody deleted while the run went on ends as any run', async (t) => {
  const { bench, taskId } = await layTask(t)
  const gate = holdAnswers(bench)
  const run = bench.start(taskId, '-clear')
  await bench.server.requests.arrived({})
  const [name = ''] = await oldLists(bench, taskId)
  await rm(join(bench.out, name))
  gate.open()

  const done = await run.done

  await bench.assertExit(done, 0)
  assert.match(done.stdout, /^Succeed count: +1 +Failed count: +0$/m)
  assert.ok(newTaskIdOf(done))
  await bench.assertArrived(OBJECT)
})

test('`-clear` of a list that may not be deleted warns and ends as any run', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can make a list of somebody else')
  const { bench, taskId } = await layTask(t)
  // As in /tmp: everybody may add files, and nobody may delete those of others.
  const lists = await makeTempFolder(t)
  await cp(bench.out, lists, { recursive: true })
  await chmod(lists, 0o1777)
  const [name = ''] = await readdir(lists)
  await chmod(join(lists, name), 0o644)

  const run = await runAsNobody(t, bench, bench.words(taskId, '-clear', `-o=${lists}`))
  if (run === undefined) return

  await bench.assertExit(run, 0)
  assert.match(run.stdout, /^Succeed count: +1 +Failed count: +0$/m)
  assert.match(run.stderr, /^Warn: -clear cannot delete the old failure list \[.+\]: .+$/m)
  assert.ok(run.stderr.includes(join(lists, name)))
  assert.equal((await readdir(lists)).filter((file) => file.includes(taskId)).length, 1)
})

async function layTask(
  t: TestContext,
): Promise<{ readonly bench: Bench; readonly taskId: string }> {
  const bench = await makeBench(t, { config: { maxRetryCount: 0 } })
  return { bench, taskId: await bench.listObjects(OBJECT) }
}

function holdAnswers(bench: Bench): Gate {
  const gate = createGate()
  bench.server.script.add({ on: {}, do: { hold: { at: 'head', gate } } })
  return gate
}

function lineAbout(bench: Bench, key: string): string {
  return `2024-01-02T03:04:06Z 7B, obs://bucket-a/${key} --> ${bench.pathOf(key)}, cost [1], status [0], error code [], error message [unexpected EOF], request id [REQ]`
}

async function oldLists(bench: Bench, taskId: string): Promise<readonly string[]> {
  return (await readdir(bench.out)).filter((name) => name.includes(taskId))
}

function theCall(calls: readonly TracedCall[], name: RegExp, word: string): TracedCall {
  const found = calls.find((call) => name.test(call.name) && call.text.includes(word))
  assert.ok(found, `no call of ${name} with ${word}`)
  return found
}
